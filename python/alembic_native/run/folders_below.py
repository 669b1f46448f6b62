"""The folders of a project, as far as a person would look."""

from __future__ import annotations

import os
from collections.abc import Iterator

_DEPTH = 3
_MOST = 2_000
_NOT_SEARCHED = {"node_modules", "site-packages", "__pycache__"}


def folders_below(folder: str) -> Iterator[tuple[str, list[str]]]:
    """``folder`` and those below it, some levels deep, each with the names of its files.

    Hidden folders and virtual environments are left out.
    """
    for seen, (current, folders, files) in enumerate(os.walk(folder)):
        if seen == _MOST:
            return
        yield current, files
        depth = current[len(folder) :].count(os.sep)
        folders[:] = sorted(
            one
            for one in folders
            if depth < _DEPTH
            and not one.startswith(".")
            and one not in _NOT_SEARCHED
            and not os.path.exists(os.path.join(current, one, "pyvenv.cfg"))
        )
