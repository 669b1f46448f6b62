"""Ending a process once a command is answered.

Python takes a few milliseconds to take down an interpreter, which is a tenth of what such a command
takes in all. Where nobody waits for that, it is left out. What is lost is text in a file that was
opened at the start of the interpreter and never closed.
"""

from __future__ import annotations

import atexit
import os
import sys

from alembic_native.upstream import entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def end_process() -> NoReturn:
    """End it with exit code 0; where something is to be done at its end, by ``SystemExit``."""
    if _has_work_left():
        raise SystemExit(0)
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        # A pipe that nobody reads, a full disk, a stream that was closed: Python says so.
        raise SystemExit(0) from None
    os._exit(0)


def _has_work_left() -> bool:
    """Whether a function is registered for the end, a thread may run, a prompt is to follow, or a
    program around this one goes on."""
    registered = getattr(atexit, "_ncallbacks", None)
    if registered is None or registered():
        return True
    if "threading" in sys.modules or sys.flags.inspect or sys.flags.dev_mode:
        return True
    return not entry.is_outermost()
