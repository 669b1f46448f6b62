"""A project from its configuration files, for commands of our own: without Alembic."""

from __future__ import annotations

from alembic_native.history.configuration import Configuration, Settings, configuration_files
from alembic_native.history.declined import Declined
from alembic_native.history.missing_files import missing_configuration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class ProjectUnreadable(Exception):
    """The message is a sentence that says what is missing or wrong, and what to do."""


def read_project(
    given: list[str] | None, section: str, find_package: Callable[[str], Any]
) -> tuple[Configuration, Settings]:
    """From the files named on a command line, else from those in the current folder.

    ``section`` is that of the .ini file; ``find_package`` as ``Settings`` takes it. Raises
    ``ProjectUnreadable``.
    """
    try:
        files = configuration_files(given)
        missing = missing_configuration(given, files)
        if missing:
            raise ProjectUnreadable(missing)
        configuration = Configuration(section, *files)
        return configuration, Settings(configuration, find_package)
    except Declined as declined:
        raise ProjectUnreadable(why_unreadable(declined)) from declined


def why_unreadable(declined: Declined) -> str:
    """A sentence for people, with the words of the library that met the mistake."""
    words = " ".join(str(declined.__cause__ or "").split())
    reason = f"{declined}: {words}" if words else f"{declined}"
    return f"The project cannot be read: {reason.rstrip('.')}."
