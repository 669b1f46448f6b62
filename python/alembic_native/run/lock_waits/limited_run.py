"""One migration run whose statements wait for locks for a limited time, and one that was cut."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from alembic_native.locking.driver_errors import is_sqlite_locked, mysql_error_number, sqlstate
from alembic_native.run.errors import LockWaitTimeout
from alembic_native.run.lock_waits.committed_work import CommittedWork, HalfDone
from alembic_native.run.lock_waits.limits import Limit, limit_for
from alembic_native.run.lock_waits.settings import Settings
from alembic_native.run.lock_waits.watched_run import Listener, WatchedRun

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, ExceptionContext

#: A target that counts from the heads of the database.
_RELATIVE = r"(?:.+@)?[+-]\d+"
_LOCK_NOT_AVAILABLE = "55P03"
_DEADLOCK_DETECTED = "40P01"
_ER_LOCK_WAIT_TIMEOUT = 1205
_ER_LOCK_DEADLOCK = 1213


class Cut(NamedTuple):
    """A statement that ended because it could not get a lock.

    ``step`` names the step as its log line does; empty before the first one. ``waited`` is in
    seconds. ``was_in_autocommit`` says whether a part of the statement may have stayed.
    """

    error: DBAPIError
    step: str
    statement: str
    waited: float
    is_deadlock: bool
    blockers: str
    half_done: HalfDone | None
    was_in_autocommit: bool


class LimitedRun(WatchedRun):
    """To be entered before the first statement of a run.

    ``timeout`` is in seconds, and ``target`` the revision that the command was given.
    """

    def __init__(
        self, connection: Connection, settings: Settings, timeout: float, target: str
    ) -> None:
        self._timeout = timeout
        self._target = target
        self._work = CommittedWork(connection.dialect.name)
        self._error: BaseException | None = None
        self._limit: Limit | None = limit_for(connection, timeout)
        #: Set when the run ends with such a statement.
        self.cut: Cut | None = None
        super().__init__(connection, settings, self._work)

    def __enter__(self) -> LimitedRun:
        super().__enter__()
        event.listen(self._engine, "handle_error", self._note_error)
        if self._limit is not None:
            self._limit.begin()
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        statement = self._work.statement
        waited = time.monotonic() - statement.begun if statement is not None else 0.0
        event.remove(self._engine, "handle_error", self._note_error)
        super().__exit__(kind, error, traceback)
        self.cut = self._cut_by(error, waited)
        if self._limit is not None:
            self._limit.end()
        self._limit = self._error = self._work.connection = None

    @property
    def is_over(self) -> bool:
        """Whether whoever opened the connection has closed it, and so ended its transaction."""
        connection = self._reference()
        return connection is None or connection.closed

    @property
    def half_done(self) -> HalfDone | None:
        """The step that is committed in part, if there is one."""
        return self._work.half_done

    def cannot_be_planned_again(self, is_cut: bool) -> bool:
        """Whether the same target would lead further than it did, from where the run has come.

        Of a run that was not cut it is not known whether ``env.py`` has committed it.
        """
        if not re.fullmatch(_RELATIVE, self._target):
            return False
        return self._work.has_committed_steps or (bool(self._work.name) and not is_cut)

    def _first_look(self, settings: Settings) -> float | None:
        first = super()._first_look(settings)
        # Whoever is in the way has to be seen before the statement is cut.
        return None if first is None else min(first, self._timeout / 4)

    def _listeners(self) -> list[tuple[str, Listener]]:
        assert self._limit is not None
        return [
            ("begin", self._limit.transaction_begins),
            ("begin", self._work.begin),
            ("before_cursor_execute", self._limit.statement_begins),
            ("commit", self._work.commit),
            *super()._listeners(),
        ]

    def _note_error(self, context: ExceptionContext) -> None:
        """Called by SQLAlchemy for each error of the driver, on any connection of the engine."""
        # Before SQLAlchemy 2.0, execution_options() makes another object for the same connection.
        if context.connection is None or (
            context.connection not in (self._connection, self._work.connection)
        ):
            return
        self._error = context.sqlalchemy_exception
        if context.statement is None:
            self._work.commit_has_failed()

    def _cut_by(self, error: BaseException | None, waited: float) -> Cut | None:
        cause = _cause(error)
        # That of another connection says nothing of this one.
        if cause is None or cause is not self._error:
            return None
        statement = self._work.statement
        is_lock, is_deadlock = _judged(cause, self._dialect)
        if not is_lock and not is_deadlock:
            return None
        return Cut(
            cause,
            self._work.name,
            statement.shortened if statement is not None else "COMMIT",
            waited,
            is_deadlock,
            self._watch.blockers_of(statement) if self._watch is not None else "",
            self._work.half_done,
            statement is not None and self._work.is_in_autocommit,
        )


def _cause(error: BaseException | None) -> DBAPIError | None:
    """The error of the database that another one was raised for."""
    while error is not None and not isinstance(error, (DBAPIError, LockWaitTimeout)):
        error = error.__cause__
    return error if isinstance(error, DBAPIError) else None


def _judged(error: DBAPIError, dialect: str) -> tuple[bool, bool]:
    """Whether it is a wait for a lock that was cut, and whether it is a deadlock."""
    if dialect == "postgresql":
        state = sqlstate(error.orig)
        return state == _LOCK_NOT_AVAILABLE, state == _DEADLOCK_DETECTED
    if dialect in ("mysql", "mariadb"):
        number = mysql_error_number(error.orig)
        return number == _ER_LOCK_WAIT_TIMEOUT, number == _ER_LOCK_DEADLOCK
    return dialect == "sqlite" and is_sqlite_locked(error.orig), False
