"""Writing to the standard output as upstream does, character by character.

What the stream cannot encode becomes ``?``. A stream that takes no more (a closed pipe, a full
disk) is left to the end of the process, which reports it.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO


def write(stream: TextIO | None, text: str) -> None:
    """Write a text; errors of the system are swallowed.

    None is the standard output of a process that was started without one: nothing is written.
    """
    if stream is None:
        return
    try:
        stream.write(_as_it_can_be_written(stream, text))
    except OSError:
        return


def write_at_once(stream: TextIO | None, text: str) -> None:
    """Write a text and a line break, and wait until it is written; None as in ``write``.

    Raises ``OSError``.
    """
    if stream is not None:
        stream.write(_as_it_can_be_written(stream, text + "\n"))
        stream.flush()


def give_up(stream: TextIO) -> None:
    """Drop what cannot be written any more. Else Python would complain as it ends.

    The reader has seen enough (`| head -1`), or the disk is full.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _as_it_can_be_written(stream: TextIO, text: str) -> str:
    encoding = getattr(stream, "encoding", "ascii") or "ascii"
    return text.encode(encoding, "replace").decode(encoding)


def wrapped(message: str) -> str:
    """A message of progress, broken into lines and indented if the standard input is a terminal."""
    width = _terminal_width()
    if width is None:
        return message
    import textwrap

    lines = textwrap.wrap(message, width, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines)


def print_lines(stream: TextIO | None, texts: Sequence[str]) -> None:
    """Each text and a line break, written one by one, so that a closed pipe is met where upstream
    meets it."""
    for text in texts:
        write(stream, text + "\n")


def _terminal_width() -> int | None:
    try:
        import fcntl
        import struct
        import termios

        answer = fcntl.ioctl(0, termios.TIOCGWINSZ, struct.pack("HHHH", 0, 0, 0, 0))
    except (ImportError, OSError):
        # No POSIX system, or no terminal.
        return None
    width: int = struct.unpack("HHHH", answer)[1]
    return width if width > 0 else None
