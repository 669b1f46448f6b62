"""How a run waits for the lock: by trying again, so that nobody waits for it in the server.

A waiter that is blocked in the server holds a snapshot, and ``CREATE INDEX CONCURRENTLY`` of the
run it waits for would wait for that snapshot: a deadlock.
"""

from __future__ import annotations

import random
import time

from alembic_native.locking.errors import MigrationLockTimeout
from alembic_native.locking.lock import MigrationLock, log
from alembic_native.printable import printable

_SHORTEST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0
_FIRST_REPEAT = 10.0


def acquire(lock: MigrationLock, timeout: float) -> None:
    """Take ``lock``, waiting up to ``timeout`` seconds for whoever has it.

    Raises ``MigrationLockTimeout`` when it was not to be had, and what ``check_wait`` raises.
    """
    started = time.monotonic()
    lock.prepare()
    if lock.try_acquire(0):
        return
    # A server that ends idle sessions must find none here.
    longest_pause = min(_LONGEST_PAUSE, lock.longest_pause())
    pause = min(_SHORTEST_PAUSE, longest_pause)
    next_report = next_check = 0.0
    while True:
        waited = time.monotonic() - started
        if waited >= timeout:
            raise MigrationLockTimeout(_timeout_message(lock, timeout))
        if waited >= next_check:
            lock.check_wait()
            next_check = waited + _LONGEST_PAUSE
        if waited >= next_report:
            _report(lock, waited)
            next_report = max(_FIRST_REPEAT, 2 * waited)
        tried = time.monotonic()
        taken = lock.try_acquire(min(pause, timeout - waited))
        if taken:
            log.info("The migration lock is free after %.1f s", time.monotonic() - started)
            return
        rest = min(pause, timeout - waited) - (time.monotonic() - tried)
        if rest > 0:
            # Waiters that came together do not try together.
            _sleep(lock, rest * random.uniform(0.5, 1.0))
        pause = min(pause * 1.5, longest_pause)


def _report(lock: MigrationLock, waited: float) -> None:
    if waited < _FIRST_REPEAT:
        log.info("Another migration run is at work, waiting for it: %s", _holder(lock))
    else:
        log.info("Still waiting for the other migration run, %.0f s: %s", waited, _holder(lock))


def _timeout_message(lock: MigrationLock, timeout: float) -> str:
    return (
        f"Timed out: another migration run has held the migration lock for {timeout:g} s: "
        f"{_holder(lock)}. No script was run. See whether that run still makes progress; to wait "
        "longer, set migration_lock_timeout in alembic.ini or in [tool.alembic] of pyproject.toml, "
        "or ALEMBIC_MIGRATION_LOCK_TIMEOUT in the environment."
    )


def _holder(lock: MigrationLock) -> str:
    # Much of it was written by others: the name of an application, the note in a lock file.
    return printable(lock.holder() or "its holder is not known")


def _sleep(lock: MigrationLock, seconds: float) -> None:
    if lock.context.dialect.is_async:
        import asyncio

        from sqlalchemy.util import await_only

        # The event loop goes on: what the lock waits for may run on it.
        await_only(asyncio.sleep(seconds))
    else:
        time.sleep(seconds)
