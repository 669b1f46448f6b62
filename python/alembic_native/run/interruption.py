"""Whether whoever waits for a run has given it up, asked where the run pauses."""

from __future__ import annotations

import contextvars
import threading
import time

#: Set when nobody waits for the run any more; None where it runs in the thread of its caller.
given_up: contextvars.ContextVar[threading.Event | None] = contextvars.ContextVar(
    "given_up", default=None
)


def pause(seconds: float) -> None:
    """Let that time pass. Raises ``asyncio.CancelledError`` as soon as the run is given up."""
    event = given_up.get()
    if event is None:
        time.sleep(seconds)
    elif event.wait(seconds):
        import asyncio

        raise asyncio.CancelledError
