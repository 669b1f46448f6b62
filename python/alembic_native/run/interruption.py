"""Whether whoever waits for a run has given it up, asked where the run pauses."""

from __future__ import annotations

import contextvars
import sys
import threading
import time

#: Set when nobody waits for the run any more; None where it runs in the thread of its caller.
given_up: contextvars.ContextVar[threading.Event | None] = contextvars.ContextVar(
    "given_up", default=None
)

#: How often it is looked whether the caller's task was cancelled, in seconds.
LOOK_EVERY = 0.2


def cancellations() -> int:
    """How often somebody has asked the task of this thread to end, as Ctrl-C does in
    ``asyncio.run()``. Before Python 3.11 that is raised where the thread is at work."""
    # Where nobody has imported it, there is no task.
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or sys.version_info < (3, 11):
        return 0
    try:
        task = asyncio.current_task()
    except RuntimeError:
        # No event loop runs.
        return 0
    return task.cancelling() if task is not None else 0


def pause(seconds: float, known_cancellations: int) -> None:
    """Let that time pass.

    Raises ``asyncio.CancelledError`` as soon as the run is given up, or the task that has called it
    was cancelled once more than is known.
    """
    event = given_up.get() or threading.Event()
    end = time.monotonic() + seconds
    while True:
        is_given_up = event.wait(max(0.0, min(end - time.monotonic(), LOOK_EVERY)))
        if is_given_up or cancellations() > known_cancellations:
            import asyncio

            raise asyncio.CancelledError
        if time.monotonic() >= end:
            return
