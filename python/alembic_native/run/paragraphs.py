"""Text in lines that a terminal shows whole."""

from __future__ import annotations

import os
from typing import Any

_WIDEST = 100
_NARROWEST = 40


def columns_of(stream: Any) -> int | None:
    """How many characters a line of the terminal has that a stream writes to; None without one."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (AttributeError, OSError, ValueError):
        return None


def reading_width(stream: Any) -> int:
    """How many characters a line of a paragraph may have where a stream writes to."""
    columns = columns_of(stream)
    return _WIDEST if columns is None else min(max(columns - 1, _NARROWEST), _WIDEST)


def wrapped(label: str, text: str, width: int) -> str:
    """A paragraph in lines, which begins beside its label. No word is divided."""
    import textwrap

    return textwrap.fill(
        text,
        width,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )
