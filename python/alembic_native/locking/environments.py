"""The threads of one process enter their environments one after the other.

The modules that ``env.py`` and scripts use stand for one environment at a time. With two threads in
an environment, the scripts of one would work on the database of the other. So a thread that enters
an environment while another is in one waits until that has left it, and so does a task of an event
loop. Environments within each other belong together.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from alembic_native.locking.errors import MigrationLockTimeout
from alembic_native.locking.lock import log
from alembic_native.locking.settings import DEFAULT_TIMEOUT
from alembic_native.printable import printable

if TYPE_CHECKING:
    import asyncio

_SHORT_PAUSE = 0.02
#: How many seconds until the log says that a thread waits, and says it again.
_REPORT_INTERVAL = 60.0

#: A thread, and the task of its event loop if it runs one.
Participant = tuple[int, "asyncio.Task[Any] | None"]


class EnvironmentLock:
    """A re-entrant lock whose owner is a thread, or a task of one. May be used from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._owner: Participant | None = None
        self._depth = 0

    def acquire(self, timeout: Callable[[], float] = lambda: DEFAULT_TIMEOUT) -> None:
        """Wait until nobody else holds it, and take it.

        ``timeout`` gives the seconds to wait, and is called when a wait begins. Raises
        ``MigrationLockTimeout`` when they are over, and ``RuntimeError`` where waiting would never
        end: another task of the caller's event loop holds it, and the caller does not let that
        loop go on.
        """
        caller = participant()
        started, seconds = time.monotonic(), None
        while True:
            with self._changed:
                owner = self._owner
                if owner is None or is_within(caller, owner):
                    self._owner = owner or caller
                    self._depth += 1
                    return
                seconds = timeout() if seconds is None else seconds
                rest = started + seconds - time.monotonic()
                if rest <= 0:
                    raise MigrationLockTimeout(_timeout_message(caller[0], owner[0], seconds))
                if owner[0] != caller[0]:
                    if not self._changed.wait(min(rest, _REPORT_INTERVAL)):
                        log.info(
                            "Waiting for an Alembic command in another thread of this process: %s",
                            _thread(owner[0]),
                        )
                    continue
            # Another task of this loop holds it, and gets on only while this one awaits.
            _let_the_loop_run()

    def hand_over(self, thread: int) -> None:
        """Make a thread, by its ident, the owner until it, too, has called ``release``."""
        with self._changed:
            self._owner = (thread, None)
            self._depth += 1

    def release(self) -> None:
        """Undo one ``acquire``."""
        with self._changed:
            if self._owner is None:
                # Taken before a fork, in the parent.
                return
            self._depth -= 1
            if self._depth == 0:
                self._owner = None
                self._changed.notify_all()


def participant() -> Participant:
    """Who is asking."""
    task = None
    # Where nobody has imported it, no loop runs.
    if "asyncio" in sys.modules:
        import asyncio

        # No loop runs in this thread.
        with contextlib.suppress(RuntimeError):
            task = asyncio.current_task()
    return threading.get_ident(), task


def is_within(caller: Participant, owner: Participant) -> bool:
    """Whether ``owner`` goes on only when ``caller`` has ended."""
    waiting = _waiting.get(caller[0])
    if waiting is not None and is_within(waiting, owner):
        return True
    thread, task = owner
    # A loop that a thread runs while it holds the lock is within.
    return caller[0] == thread and task in (None, caller[1])


#: Who waits for a thread, by its ident.
_waiting: dict[int, Participant] = {}


@contextlib.contextmanager
def acting_for(waiting: Participant) -> Iterator[None]:
    """Have the block, in a thread of its own, count as what ``waiting`` does, who waits for it."""
    thread = threading.get_ident()
    _waiting[thread] = waiting
    try:
        yield
    finally:
        del _waiting[thread]


def _let_the_loop_run() -> None:
    import asyncio

    from sqlalchemy.exc import MissingGreenlet
    from sqlalchemy.util import await_only

    try:
        await_only(asyncio.sleep(_SHORT_PAUSE))
    except MissingGreenlet:
        # Called by the loop's own thread, and not through AsyncConnection.run_sync().
        raise RuntimeError(
            "Another task of this event loop is in an Alembic command, and cannot go on while this "
            "one waits for it. Run the command in a thread (asyncio.to_thread) or with "
            "AsyncConnection.run_sync()."
        ) from None


def _timeout_message(caller: int, owner: int, seconds: float) -> str:
    return (
        f"Timed out: {_thread(owner)} of this process has been in an Alembic command for "
        f"{seconds:g} s, and {_thread(caller)} waits for it. Nothing was changed. Commands of one "
        "process run one after the other: a script or an env.py that waits for a thread which runs "
        "a command waits for itself. Run that command in a process of its own, or after this one."
    )


def _thread(ident: int) -> str:
    names = [thread.name for thread in threading.enumerate() if thread.ident == ident]
    return f"thread {printable(names[0]) if names else '(ended)'} (ident {ident})"


environment_lock = EnvironmentLock()


def _start_anew_in_child() -> None:
    # The thread that held it may not be in the child.
    global environment_lock
    environment_lock = EnvironmentLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew_in_child)
