"""What is said of a project whose files are not there."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def missing_configuration(given: list[str] | None, files: tuple[str, str]) -> str:
    """Which configuration file is not there, and what to do; empty if nothing is missing.

    ``given`` are those that a command line names, ``files`` those that are read.
    """
    for name in given or ():
        if not os.path.exists(name):
            return f"{name}: no such file. Give alembic.ini or pyproject.toml."
        if os.path.isdir(name):
            return f"{name} is a folder. Give the alembic.ini or pyproject.toml in it."
    if any(map(os.path.exists, files)):
        return ""
    return (
        f"There is neither {files[1]} nor {files[0]} in {os.getcwd()}: run it in the folder of "
        "the project, or name the file with -c."
    )


def missing_folder(version_locations: Iterable[str]) -> str:
    """Which of the folders is not there, and what to do; empty if all are.

    An image that lacks its scripts would be a project without any, and every database up to date.
    """
    for path in version_locations:
        if not os.path.isdir(path):
            return (
                f"{path}: no such folder, so what is to be run cannot be determined. Check "
                "version_locations and script_location, and that the scripts were copied here."
            )
    return ""
