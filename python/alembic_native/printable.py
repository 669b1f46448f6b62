"""Text of others, made safe to print: what a terminal or a log would obey is shown instead."""

from __future__ import annotations

import re

#: The control characters C0, DEL and C1, and what else ends a line.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def printable(text: str) -> str:
    r"""The text with each control character and line separator as an escape: ``\x1b``."""
    return _CONTROLS.sub(lambda found: _escape(ord(found[0])), text)


def _escape(character: int) -> str:
    return f"\\x{character:02x}" if character < 0x100 else f"\\u{character:04x}"
