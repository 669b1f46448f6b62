"""Running an asynchronous ``env.py`` where an event loop runs: in a thread of its own.

``env.py`` calls ``asyncio.run()``, which refuses in a thread whose loop runs. The caller waits for
the thread of its own, and so does its loop, as for everything that does not await.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from alembic_native.locking import environments
from alembic_native.locking.environments import acting_for, participant
from alembic_native.run.interruption import LOOK_EVERY, cancellations, given_up

Result = TypeVar("Result")

#: How long an interrupted run may take to end, in seconds, until the caller goes on without it.
_GRACE = 5.0


def run_in_own_thread(run: Callable[[], Result]) -> Result:
    """What ``run`` returns or raises, from a thread with the context variables of the caller.

    Whatever interrupts the caller cancels the tasks that ``run`` has its event loop run. If it does
    not end soon, the caller goes on, and other threads enter an environment when it has ended.
    """
    own = _OwnThread(run)
    try:
        own.wait()
    except BaseException:
        own.cancel()
        raise
    return own.result()


class _OwnThread(Generic[Result]):
    def __init__(self, run: Callable[[], Result]) -> None:
        self._run = run
        self._returned: list[Result] = []
        self._error: BaseException | None = None
        self._caller = participant()
        self._cancellations = cancellations()
        # Not Thread.join(): before Python 3.13 one that is interrupted takes the thread for ended.
        self._has_ended = threading.Event()
        self._is_given_up = threading.Event()
        #: Held by who sets or asks whether it has ended, or holds the environment.
        self._end = threading.Lock()
        self._holds_environment = False
        context = contextvars.copy_context()
        # A daemon, so that an interrupted process ends even if the run does not.
        self._thread = threading.Thread(
            target=context.run, args=(self._work,), name="alembic env.py", daemon=True
        )

    def _work(self) -> None:
        given_up.set(self._is_given_up)
        try:
            with acting_for(self._caller):
                self._returned.append(self._run())
        except BaseException as error:
            # Also SystemExit: env.py may end the program.
            self._error = error
        finally:
            with self._end:
                self._has_ended.set()
            if self._holds_environment:
                environments.environment_lock.release()

    def wait(self) -> None:
        """Start it, until it has ended. Raises what interrupts the caller."""
        self._thread.start()
        while not self._has_ended.wait(LOOK_EVERY):
            if cancellations() > self._cancellations:
                raise asyncio.CancelledError

    def cancel(self) -> None:
        """Cancel its tasks, and wait until it has ended, or for as long as is reasonable."""
        self._is_given_up.set()
        if self._thread.ident is None:
            return
        try:
            self._cancel_tasks()
        finally:
            # Also where another interrupt ends the wait.
            with self._end:
                self._holds_environment = not self._has_ended.is_set()
                if self._holds_environment:
                    environments.environment_lock.hand_over(self._thread.ident)

    def _cancel_tasks(self) -> None:
        is_told = False
        rest = _GRACE
        while rest > 0 and not self._has_ended.is_set():
            loop = None if is_told else _loop_of(self._thread)
            if loop is not None:
                # It may have been closed meanwhile.
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(_cancel_tasks, loop)
                    is_told = True
            self._has_ended.wait(LOOK_EVERY)
            rest -= LOOK_EVERY

    def result(self) -> Result:
        error, self._error = self._error, None
        if error is None:
            return self._returned[0]
        try:
            raise error
        finally:
            # The frame is in the traceback of the error.
            del error, self


def _loop_of(thread: threading.Thread) -> asyncio.AbstractEventLoop | None:
    """The event loop that a thread runs now, as far as it is written in Python."""
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_name == "run_forever":
            loop = frame.f_locals.get("self")
            if isinstance(loop, asyncio.AbstractEventLoop):
                return loop
        frame = frame.f_back
    return None


def _cancel_tasks(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
