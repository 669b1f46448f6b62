"""An end for a look that never ends, which is one that the native store does not take.

A driver that waits for a locked table, or for a server that says nothing, runs no signal handler of
Python's until it is done, and no exception of another thread's.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic_native.status import exit_codes, wording

#: How long the answer of one look is waited for; natively it is as long.
_ONE_LOOK = 30.0
#: For the look that was begun in time.
_GRACE = 5.0


@contextmanager
def ended_in_time(timeout: float, tell: Callable[[str], None]) -> Iterator[None]:
    """End the process when a wait of ``timeout`` seconds takes much longer, and ``tell`` why."""

    def end() -> None:
        tell(wording.no_answer(timeout))
        os._exit(exit_codes.PENDING)

    seconds = (timeout or _ONE_LOOK) + _GRACE
    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
