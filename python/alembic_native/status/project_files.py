"""The scripts of a project from its configuration files, without Alembic."""

from __future__ import annotations

import os

from alembic_native.history.configuration import Configuration, Settings, configuration_files
from alembic_native.history.declined import Declined
from alembic_native.history.scripts import Scripts
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.history import HeaderHistory, refuse_missing_folders


def history_of_files(given: list[str] | None, section: str) -> HeaderHistory:
    """The scripts of the files named on a command line, else of those in the current folder.

    Scripts whose headers are not certain are imported, with ``prepend_sys_path`` before the path
    for imports from then on. Raises what importing a script raises, ``RevisionError``,
    ``MissingRevision`` and ``StatusUnavailable``.
    """
    try:
        files = configuration_files(given)
        _refuse_missing_files(given, files)
        settings = Settings(Configuration(section, *files), may_import=True)
    except Declined as declined:
        raise StatusUnavailable(f"The project cannot be read: {declined}.") from declined
    refuse_missing_folders(settings.version_locations)
    settings.keep_import_path()
    return HeaderHistory(
        Scripts(settings.version_locations, settings.is_recursive, may_import=True)
    )


def _refuse_missing_files(given: list[str] | None, files: tuple[str, str]) -> None:
    for name in given or ():
        if not os.path.exists(name):
            raise StatusUnavailable(f"{name}: no such file. Give alembic.ini or pyproject.toml.")
    if not any(map(os.path.exists, files)):
        raise StatusUnavailable(
            f"There is neither {files[1]} nor {files[0]} in {os.getcwd()}: run it in the folder of "
            "the project, or name the file with -c."
        )
