"""The tracked file of heads: two branches that each add a revision conflict in it, in git, at once.

Its name is the setting ``heads_file``, in ``alembic.ini`` (``[alembic]``) or ``pyproject.toml``
(``[tool.alembic]``)::

    heads_file = %(here)s/heads.txt

It holds the heads of the scripts, as ``alembic heads`` lists them: one a line, sorted, below lines
that say what to do about a conflict. ``revision``, ``merge`` and ``rebase`` keep it.
"""

from __future__ import annotations

import os

from alembic_native.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SETTING = "heads_file"

_HEADER = (
    "# The heads of the migrations. `alembic revision`, `merge` and `rebase` keep this file.\n"
    "# A conflict here: two branches have each added a revision. Keep the scripts of both, then\n"
    "# run `alembic rebase` (or `alembic merge heads`), which writes this file, and git add it.\n"
)


#: The fault of a file that a merge left for people to resolve.
IN_CONFLICT = "the file is in conflict"


class HeadsFileFailed(Exception):
    """The file cannot be read or written; the message is a sentence that says what to do."""


def heads_file_path(setting: object) -> str | None:
    """The path that the setting names, None where it is not set. Raises ``HeadsFileFailed``."""
    if setting is None or setting == "":
        return None
    if not isinstance(setting, str):
        raise HeadsFileFailed(f"{SETTING} is {setting!r}, and has to be the path of a file.")
    return os.path.abspath(setting)


def heads_file_text(heads: Iterable[str]) -> str:
    """What the file is to hold. ``heads`` in any order."""
    return _HEADER + "".join(f"{head}\n" for head in sorted(heads))


def heads_file_fault(path: str, heads: Iterable[str]) -> str:
    """How the file disagrees with the heads of the scripts, on one line; empty where it agrees.

    Lines that begin with ``#``, and the ends of lines, may be any. Raises ``HeadsFileFailed``.
    """
    content = _content(path)
    if content is None:
        return "the file is not there"
    lines = (line.strip() for line in content.decode("utf-8", "replace").splitlines())
    found = [line for line in lines if line and not line.startswith("#")]
    if any(line.startswith(("<<<<<<<", "=======", ">>>>>>>")) for line in found):
        return IN_CONFLICT
    expected = sorted(heads)
    if found == expected:
        return ""
    shown = printable(", ".join(found)) or "no head"
    return f"it has {shown}, and the scripts have {printable(', '.join(expected)) or 'none'}"


def write_heads_file(path: str, heads: Iterable[str]) -> bool:
    """Make the file hold these heads; whether that changed it. Raises ``HeadsFileFailed``.

    It keeps its permissions, and the ends of its lines.
    """
    before = _content(path)
    content = heads_file_text(heads).encode()
    if before is not None and b"\r\n" in before:
        content = content.replace(b"\n", b"\r\n")
    if content == before:
        return False
    from alembic_native.file_replacement import replace_file

    try:
        replace_file(path, content)
    except OSError as error:
        raise HeadsFileFailed(
            f"{path}, which {SETTING} names, cannot be written: {error.strerror or error}."
        ) from error
    return True


def check_heads_file(path: str) -> None:
    """Raise ``HeadsFileFailed`` where the file could not be written."""
    _content(path)
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise HeadsFileFailed(f"{path}, which {SETTING} names, lies in no folder that is there.")
    existing = path if os.path.exists(path) else folder
    if not os.access(existing, os.W_OK):
        raise HeadsFileFailed(f"{path}, which {SETTING} names, cannot be written.")


def _content(path: str) -> bytes | None:
    if os.path.exists(path) and not os.path.isfile(path):
        # To read a pipe would be to wait for somebody to write into it.
        raise HeadsFileFailed(f"{path}, which {SETTING} names, is not a regular file.")
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise HeadsFileFailed(
            f"{path}, which {SETTING} names, cannot be read: "
            f"{getattr(error, 'strerror', None) or error}."
        ) from error
