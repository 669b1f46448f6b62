"""Where a file lies, seen from a folder."""

from __future__ import annotations

import os


def relative_path(path: str, folder: str = os.curdir) -> str:
    """``os.path.relpath``; a path on another drive of Windows, to which none leads, is absolute."""
    try:
        return os.path.relpath(path, folder)
    except ValueError:
        return os.path.abspath(path)
