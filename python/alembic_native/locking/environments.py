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
from typing import TYPE_CHECKING, Any

from alembic_native.locking.lock import log

if TYPE_CHECKING:
    import asyncio

_SHORT_PAUSE = 0.02
#: How many seconds until the log says that a thread waits, and says it again.
_PATIENCE = 60.0


#: A thread, and the task of its event loop if it runs one.
Participant = tuple[int, "asyncio.Task[Any] | None"]


class EnvironmentLock:
    """A re-entrant lock whose owner is a thread, or a task of one. May be used from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._owner: Participant | None = None
        self._depth = 0

    def acquire(self) -> None:
        """Wait until nobody else holds it, and take it.

        Raises ``RuntimeError`` where waiting would never end: another task of the caller's event
        loop holds it, and the caller does not let that loop go on.
        """
        caller = participant()
        while True:
            with self._changed:
                while self._owner is not None and not is_within(caller, self._owner):
                    if self._owner[0] == caller[0]:
                        # Another task of this loop: it gets on only while this one awaits.
                        break
                    if not self._changed.wait(_PATIENCE):
                        log.info("Waiting for an Alembic command in another thread of this process")
                else:
                    self._owner = self._owner or caller
                    self._depth += 1
                    return
            _let_the_loop_run()

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

        with contextlib.suppress(RuntimeError):
            task = asyncio.current_task()
    return threading.get_ident(), task


def is_within(caller: Participant, owner: Participant) -> bool:
    """Whether ``owner`` goes on only when ``caller`` has ended."""
    thread, task = owner
    # A loop that a thread runs while it holds the lock is within.
    return caller[0] == thread and task in (None, caller[1])


def _let_the_loop_run() -> None:
    import asyncio

    from sqlalchemy.exc import MissingGreenlet
    from sqlalchemy.util import await_only

    try:
        await_only(asyncio.sleep(_SHORT_PAUSE))
    except MissingGreenlet:
        raise RuntimeError(
            "Another task of this event loop is in an Alembic command, and cannot go on while this "
            "one waits for it. Run the command in a thread (asyncio.to_thread) or with "
            "AsyncConnection.run_sync()."
        ) from None


environment_lock = EnvironmentLock()


def _start_anew_in_child() -> None:
    # The thread that held it may not be in the child.
    global environment_lock
    environment_lock = EnvironmentLock()


os.register_at_fork(after_in_child=_start_anew_in_child)
