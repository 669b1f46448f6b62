"""The scripts of a project from its configuration files, without Alembic."""

from __future__ import annotations

from alembic_native.history.configuration import package_folder
from alembic_native.history.project_files import ProjectUnreadable, read_project
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.history import HeaderHistory, refuse_missing_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic_native.history.configuration import Settings


def history_of_files(given: list[str] | None, section: str) -> HeaderHistory:
    """The scripts of the files named on a command line, else of those in the current folder.

    Scripts whose headers are not certain are imported. Raises what importing a script raises,
    ``RevisionError``, ``MissingRevision`` and ``StatusUnavailable``.
    """
    from alembic_native.history.scripts import Scripts

    settings = settings_of_files(given, section)
    return HeaderHistory(
        Scripts(settings.version_locations, settings.is_recursive, may_import=True)
    )


def settings_of_files(given: list[str] | None, section: str) -> Settings:
    """Their settings, with ``prepend_sys_path`` before the path for imports from then on.

    Raises ``StatusUnavailable``.
    """
    try:
        _, settings = read_project(given, section, package_folder)
    except ProjectUnreadable as error:
        raise StatusUnavailable(str(error)) from error
    refuse_missing_folders(settings.version_locations)
    settings.keep_import_path()
    return settings
