"""How a file is named in a report that another machine reads."""

from __future__ import annotations

import os

from alembic_native.relative_path import relative_path

#: Where GitHub Actions and GitLab CI have put the repository.
_REPOSITORY_VARIABLES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def repository_path(path: str) -> str:
    """An absolute path, seen from the top of the repository, with forward slashes.

    That is the folder which a CI system names, if the file lies in it, else the current folder. A
    file that is in neither keeps its absolute path.
    """
    for top in (*map(os.environ.get, _REPOSITORY_VARIABLES), os.getcwd()):
        if top:
            relative = _below(path, top) or _below(os.path.realpath(path), os.path.realpath(top))
            if relative:
                return relative.replace(os.sep, "/")
    return path.replace(os.sep, "/")


def encodable(text: str) -> str:
    """The text with an escape for each lone surrogate, as those of file names that are no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _below(path: str, folder: str) -> str:
    relative = relative_path(path, folder)
    is_outside = os.path.isabs(relative) or relative.split(os.sep)[0] == os.pardir
    return "" if is_outside else relative
