"""When a run takes the migration lock.

A run reads the heads and plans from them, as ever. If there are steps, or if the version table has
to be created, it takes the lock, reads the heads again, and plans again if they have moved in
between. If there is nothing to do it takes no lock and sends no statement more than Alembic does.

While a run goes on, ``get_current_heads`` and the planning function of its one context are ours.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from alembic_native.locking.errors import MigrationLockUnavailable, run_again
from alembic_native.locking.lock import MigrationLock, log
from alembic_native.locking.registry import make_lock
from alembic_native.locking.settings import Settings
from alembic_native.locking.statements import is_in_transaction
from alembic_native.locking.waiting import acquire

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

Heads = tuple[str, ...]
#: From heads to steps; ``fn`` of the environment, which any program may supply.
Planner = Callable[[Heads, "MigrationContext"], Iterable[Any]]


class MigrationRun:
    """One run of a context, which holds the lock from before its first step to its end.

    To be entered before upstream's method is called, and left when that is done. The planning
    function is called a second time only if it gave steps and the heads have moved since.
    """

    def __init__(self, context: MigrationContext, settings: Settings, planner: Planner) -> None:
        self._context = context
        self._settings = settings
        self._planner = planner
        self._read_heads = context.get_current_heads
        self._owns_transaction = not is_in_transaction(context)
        self._planned_heads: Heads | None = None
        self._steps: Iterable[Any] = ()
        self._lock: MigrationLock | None = None

    def __enter__(self) -> MigrationRun:
        context: Any = self._context
        context._migration_run = self
        context.get_current_heads = self.heads
        try:
            if context.purge:
                self._take_lock()
        except BaseException as error:
            # Without an __enter__ that returns there is no __exit__ by itself.
            self.__exit__(type(error))
            raise
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        self._context.__dict__.pop("_migration_run", None)
        self._context.__dict__.pop("get_current_heads", None)
        if self._lock is None:
            return
        try:
            self._lock.release(succeeded=failure is None)
        except Exception as error:
            # Whatever the lock of a user raises, too: why the run failed says more.
            if failure is None:
                raise
            _note(error)

    def heads(self) -> Heads:
        """What upstream's method reads as the heads: it asks once, before it does anything."""
        self._context.__dict__.pop("get_current_heads", None)
        try:
            heads = self._read_heads()
            creates_table = self._creates_version_table(heads)
        except DBAPIError as error:
            # SQLite's "database is locked" while another run commits.
            if not self._take_lock_if_busy(error):
                raise
            return self._heads_under_lock()
        if not creates_table:
            self._plan_from(heads)
            if not self._has_steps():
                return heads
        if not self._take_lock():
            return heads
        return self._heads_under_lock()

    def plan(self, heads: Heads, _: MigrationContext) -> Iterable[Any]:
        """What upstream's method asks for the steps: those planned before, if they still hold."""
        if self._planned_heads is None or set(self._planned_heads) != set(heads):
            self._plan_from(heads)
        if self._lock is not None and self._lock.sees_old_rows and self._has_steps():
            raise run_again("Another migration run has just changed the version table")
        return self._steps

    def keep_lock_beyond_commit(self) -> None:
        """The run's transaction is about to be committed, and the run goes on."""
        if self._lock is not None:
            self._lock.keep_beyond_commit()

    def _plan_from(self, heads: Heads) -> None:
        close = getattr(self._steps, "close", None)
        if close is not None:
            close()
        self._planned_heads = heads
        self._steps = self._planner(heads, self._context)

    def _has_steps(self) -> bool:
        if isinstance(self._steps, (list, tuple)):
            return bool(self._steps)
        # A function of somebody's own may be a generator: nothing but its first step is run ahead.
        steps = iter(self._steps)
        first = list(itertools.islice(steps, 1))
        self._steps = itertools.chain(first, steps)
        return bool(first)

    def _creates_version_table(self, heads: Heads) -> bool:
        return (
            not heads
            and not self._context.opts.get("dont_mutate", False)
            and not self._context._has_version_table()
        )

    def _take_lock(self) -> bool:
        """Whether there is a lock, which is held now."""
        lock = make_lock(self._context)
        if lock is None:
            if self._settings.is_required:
                raise MigrationLockUnavailable(
                    "migration_lock is 'required', and there is no migration lock for this "
                    f"database ({self._context.dialect.name}). Nothing was changed. "
                    "alembic_native.register_migration_lock() gives it one."
                )
            return False
        lock.owns_transaction = self._owns_transaction
        lock.is_required = self._settings.is_required
        try:
            acquire(lock, self._settings.timeout)
        except BaseException:
            # An interrupt may have come just after the lock was taken.
            try:
                lock.abandon()
            except Exception as error:
                # Why the lock was not to be had says more.
                _note(error)
            raise
        self._lock = lock
        return True

    def _take_lock_if_busy(self, error: DBAPIError) -> bool:
        try:
            lock = make_lock(self._context)
        except DBAPIError:
            # The transaction has failed with the first error: that one is told.
            return False
        return lock is not None and lock.is_busy(error) and self._take_lock()

    def _heads_under_lock(self) -> Heads:
        assert self._lock is not None
        return self._lock.current_heads()


def _note(error: Exception) -> None:
    log.debug("The migration lock was not given up: %s", error)
