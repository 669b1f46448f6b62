"""Where a project's configuration is, if it is not in the current folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

from alembic_native.run.folders_below import folders_below


def configurations_nearby(folder: str) -> list[str]:
    """Paths of ``alembic.ini``, or of ``pyproject.toml`` with ``[tool.alembic]``, nearest first:
    in the folders above, then in those below."""
    here = os.path.abspath(folder)
    found = [file for above in _above(here) for file in _configurations(above, os.listdir(above))]
    below = [
        file
        for current, files in folders_below(here)
        if current != here
        for file in _configurations(current, files)
    ]
    return found + sorted(below, key=lambda file: (file.count(os.sep), file))


def _above(folder: str) -> Iterator[str]:
    while (parent := os.path.dirname(folder)) != folder:
        folder = parent
        if os.access(folder, os.R_OK | os.X_OK):
            yield folder


def _configurations(folder: str, files: list[str]) -> Iterator[str]:
    if "alembic.ini" in files:
        yield os.path.join(folder, "alembic.ini")
    elif "pyproject.toml" in files:
        path = os.path.join(folder, "pyproject.toml")
        try:
            with open(path, encoding="utf-8") as file:
                is_configured = "[tool.alembic]" in file.read()
        except (OSError, UnicodeError):
            return
        if is_configured:
            yield path
