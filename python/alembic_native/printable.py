"""Text that others wrote, for a line of a terminal or of a log."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

#: Control characters, separators of lines, what turns the direction of writing, lone surrogates.
_NOT_SHOWN = r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"


def printable(text: object) -> str:
    """``str(text)`` on one line: control characters are shown as escapes, and so not obeyed.

    A row of the version table, a docstring or the name of an application may hold any.
    """
    written = str(text)
    if written.isprintable():
        return written
    import re

    return re.sub(_NOT_SHOWN, _escaped, written)


def path_from_here(path: str) -> str:
    """Relative to the current folder, where it lies below that."""
    for here in (os.getcwd(), os.path.realpath(os.getcwd())):
        inside = os.path.join(here, "")
        if path.startswith(inside):
            return path[len(inside) :]
    return path


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
