"""An end for an inspection that never ends; the native store keeps its time by itself.

A driver that waits for a locked table, or for a server that says nothing, runs no signal handler of
Python's until it is done, and no exception of another thread's.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic_native.status import exit_codes, wording
from alembic_native.status.waiting import TIMED_OUT, Event

#: How long one answer is waited for; natively it is as long.
_ONE_ANSWER = 30.0
#: For the inspection that was begun in time.
_GRACE = 5.0


@contextmanager
def ended_in_time(timeout: float, tell: Callable[[Event], None]) -> Iterator[None]:
    """End the process when a wait of ``timeout`` seconds takes much longer, and ``tell`` why."""

    def end() -> None:
        tell(Event(TIMED_OUT, wording.no_answer(timeout), is_failure=True))
        os._exit(exit_codes.PENDING)

    seconds = (timeout or _ONE_ANSWER) + _GRACE
    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
