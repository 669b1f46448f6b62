"""What ``lint`` needs of a project. Nothing of it is imported."""

from __future__ import annotations

import re

from alembic_native.heads_file import SETTING, HeadsFileFailed, heads_file_path
from alembic_native.history.configuration import package_folder_without_import
from alembic_native.history.declined import Declined
from alembic_native.history.missing_files import missing_folder
from alembic_native.history.project_files import ProjectUnreadable, read_project, why_unreadable
from alembic_native.lint.dialects import dialect_of_url
from alembic_native.lint.errors import LintFailed
from alembic_native.lint.settings import LintSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic_native.history.configuration import Configuration

_ID_LENGTH = 32


class Project:
    """``id_length`` is how long an id the version table takes, ``heads_file`` a path or None."""

    def __init__(
        self,
        version_locations: Sequence[str],
        is_recursive: bool,
        configuration: Configuration,
    ) -> None:
        """Raises ``LintFailed`` and ``Declined``."""
        missing = missing_folder(version_locations)
        if missing:
            raise LintFailed(missing)
        self.version_locations = version_locations
        self.is_recursive = is_recursive
        self.settings = LintSettings(configuration.table("lint"), configuration.folder())
        self.dialect = self.settings.dialect or _dialect(configuration)
        length = str(configuration.get("version_table_column_length", _ID_LENGTH))
        if not re.fullmatch("[0-9]{1,9}", length):
            raise LintFailed(
                f"version_table_column_length is {length!r} in the configuration, and has to be a "
                "number."
            )
        self.id_length = int(length)
        try:
            self.heads_file = heads_file_path(configuration.get(SETTING))
        except HeadsFileFailed as error:
            raise LintFailed(str(error)) from error


def project_of_files(given: list[str] | None, section: str) -> Project:
    """The project of the files that a command line names, else of those in the current folder.

    Raises ``LintFailed``.
    """
    try:
        configuration, settings = read_project(given, section, package_folder_without_import)
        settings.restore_import_path()
        return Project(settings.version_locations, settings.is_recursive, configuration)
    except ProjectUnreadable as error:
        raise LintFailed(str(error)) from error
    except Declined as declined:
        raise LintFailed(why_unreadable(declined)) from declined


def _dialect(configuration: Configuration) -> str:
    try:
        return dialect_of_url(configuration.get("sqlalchemy.url"))
    except Declined:
        # It needs a value that env.py supplies.
        return dialect_of_url(None)
