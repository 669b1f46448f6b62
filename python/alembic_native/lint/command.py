"""``lint`` as a command of a process, from its options to the exit code."""

from __future__ import annotations

import os
import sys

from alembic_native.history.configuration import (
    Configuration,
    Settings,
    configuration_files,
    package_folder_without_import,
)
from alembic_native.history.declined import Declined
from alembic_native.history.missing_files import missing_configuration, missing_folder
from alembic_native.lint import graph_rules, text
from alembic_native.lint.errors import LintFailed, WrongOptions
from alembic_native.lint.findings import Finding
from alembic_native.lint.request import Request
from alembic_native.lint.scripts import Scripts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

CLEAN, FOUND, WRONG_USE = 0, 1, 2
_ID_LENGTH = 32


def run(
    options: Mapping[str, Any],
    given: list[str] | None,
    section: str,
    tell: Callable[[str], None],
    is_coloured: bool = False,
) -> int:
    """Do it; the exit code. ``given`` are the configuration files that a command line names.

    Raises ``WrongOptions``. What else stops it is said on stderr.
    """
    try:
        request = Request(options)
        scripts, id_length = _read(given, section)
    except WrongOptions:
        raise
    except LintFailed as failed:
        print(f"FAILED: {failed}", file=sys.stderr)
        return WRONG_USE
    found = graph_rules.findings(scripts, 1, id_length)
    found += [
        Finding("unreadable-header", path, max(header.line, 1), 1, header.reason)
        for path, header in scripts.uncertain
    ]
    if request.shows_statistics and not request.is_quiet:
        tell(text.statistics(found))
    if not request.is_quiet:
        tell(text.report(found, len(scripts), is_coloured))
    counts = found if request.is_strict else [one for one in found if one.severity == "error"]
    return FOUND if counts and not request.exits_zero else CLEAN


def _read(given: list[str] | None, section: str) -> tuple[Scripts, int]:
    """The scripts, and for how long an id the version table has room. Raises ``LintFailed``."""
    try:
        files = configuration_files(given)
        missing = missing_configuration(given, files)
        if missing:
            raise LintFailed(missing)
        configuration = Configuration(section, *files)
        settings = Settings(configuration, package_folder_without_import)
        settings.restore_import_path()
        length = str(configuration.get("version_table_column_length", _ID_LENGTH))
    except Declined as declined:
        raise LintFailed(f"The project cannot be read: {declined}.") from declined
    missing = missing_folder(settings.version_locations)
    if missing:
        raise LintFailed(missing)
    if not (length.isascii() and length.isdigit()):
        raise LintFailed(f"version_table_column_length is no number: {length}")
    return Scripts(settings.version_locations, settings.is_recursive), int(length)


def may_be_coloured() -> bool:
    """Whether the standard output is a terminal that shows colours, and its user wants them."""
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
