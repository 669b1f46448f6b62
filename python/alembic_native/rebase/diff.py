"""What would change, as a diff."""

from __future__ import annotations

import difflib

from alembic_native.heads_file import heads_file_text
from alembic_native.printable import path_from_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def script_diff(path: str, before: bytes, after: bytes) -> str:
    """Of one file, unified; empty where nothing changes. The ends of lines are not shown."""
    name = path_from_here(path)
    lines = difflib.unified_diff(
        _lines(before), _lines(after), f"a/{name}", f"b/{name}", lineterm=""
    )
    return "\n".join(lines)


def heads_file_diff(path: str, heads: Iterable[str]) -> str:
    """The same for the file of heads, which need not be there yet."""
    try:
        with open(path, "rb") as file:
            before = file.read()
    except OSError:
        before = b""
    return script_diff(path, before, heads_file_text(heads).encode())


def _lines(content: bytes) -> list[str]:
    lines = content.decode("utf-8", "replace").split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.rstrip("\r") for line in lines]
