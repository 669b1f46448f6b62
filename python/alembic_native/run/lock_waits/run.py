"""One migration run whose statements are followed: limited, watched, and judged when one is cut."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from alembic_native.locking.driver_errors import is_sqlite_locked, mysql_error_number, sqlstate
from alembic_native.run.errors import LockWaitTimeout
from alembic_native.run.lock_waits import mysql, postgresql
from alembic_native.run.lock_waits.committed_work import CommittedWork, HalfDone
from alembic_native.run.lock_waits.limits import Limit, limit_for
from alembic_native.run.lock_waits.second_connection import ask
from alembic_native.run.lock_waits.settings import Settings
from alembic_native.run.lock_waits.sight import Sight
from alembic_native.run.lock_waits.steps import Statement, Steps
from alembic_native.run.lock_waits.watch import Watch

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_SERVERS = {"postgresql": postgresql, "mysql": mysql, "mariadb": mysql}
#: A target that counts from the heads of the database.
_RELATIVE = re.compile(r"(?:.+@)?[+-]\d+")
_LOCK_NOT_AVAILABLE = "55P03"
_DEADLOCK_DETECTED = "40P01"
_ER_LOCK_WAIT_TIMEOUT = 1205
_ER_LOCK_DEADLOCK = 1213


@dataclass(frozen=True)
class Cut:
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


class FollowedRun:
    """To be entered before the first statement of a run, or at its first step.

    ``target`` is the revision that the command was given.
    """

    def __init__(
        self, connection: Connection, settings: Settings, is_limited: bool, target: str
    ) -> None:
        self._connection = connection
        self._target = target
        dialect = connection.dialect.name
        self._steps = Steps()
        self._work: CommittedWork | None = None
        self._limit: Limit | None = None
        self._listeners: list[tuple[str, Callable[..., None]]] = []
        first = settings.watch
        if is_limited and settings.timeout is not None:
            self._limit = limit_for(connection, settings.timeout)
            self._steps = self._work = CommittedWork(dialect)
            self._listeners += [
                ("begin", self._limit.transaction_begins),
                ("before_cursor_execute", self._limit.statement_begins),
                ("commit", self._work.commit),
            ]
            # Whoever is in the way has to be seen before the statement is cut.
            first = first and min(first, settings.timeout / 4)
        self._listeners += [
            ("before_cursor_execute", self._steps.before_cursor_execute),
            ("after_cursor_execute", self._steps.after_cursor_execute),
        ]
        self._session = 0
        self._watch: Watch | None = None
        if first is not None and settings.watch is not None and dialect in _SERVERS:
            self._watch = Watch(self._steps, self._look, first, settings.watch)
        #: Set when the run ends with such a statement.
        self.cut: Cut | None = None

    def __enter__(self) -> FollowedRun:
        for name, listener in self._listeners:
            event.listen(self._connection, name, listener)
        if self._limit is not None:
            self._limit.begin()
        return self

    def __exit__(self, _: object, error: BaseException | None, *__: object) -> None:
        waited = self._age()
        for name, listener in self._listeners:
            event.remove(self._connection, name, listener)
        if self._watch is not None:
            self._watch.end()
        if error is not None:
            self.cut = self._cut_by(error, waited)
        if self._limit is not None:
            self._limit.end()

    def of(self, steps: Iterable[Any]) -> Iterable[Any]:
        """The same steps, each followed when it runs."""
        if self._watch is not None:
            server = _SERVERS[self._connection.dialect.name]
            self._session = server.session_of(self._connection.connection.driver_connection)
            self._watch.start()
        return self._steps.of(steps)

    @property
    def is_over(self) -> bool:
        """Whether whoever opened the connection has closed it, and so ended its transaction."""
        return self._connection.closed

    @property
    def half_done(self) -> HalfDone | None:
        """The step that is committed in part, if there is one."""
        return self._work.half_done if self._work is not None else None

    def cannot_be_planned_again(self, is_cut: bool) -> bool:
        """Whether the same target would lead further than it did, from where the run has come.

        Of a run that was not cut it is not known whether ``env.py`` has committed it.
        """
        if not _RELATIVE.fullmatch(self._target):
            return False
        has_committed = self._work is not None and self._work.has_committed_steps
        return has_committed or (bool(self._steps.name) and not is_cut)

    def _age(self) -> float:
        statement = self._steps.statement
        return time.monotonic() - statement.begun if statement is not None else 0.0

    def _look(self, statement: Statement) -> Sight:
        server = _SERVERS[self._connection.dialect.name]
        sight: Sight = ask(
            self._connection.engine, lambda query: server.look(query, self._session, statement.text)
        )
        return sight

    def _cut_by(self, error: BaseException, waited: float) -> Cut | None:
        cause = _cause(error)
        if cause is None:
            return None
        statement = self._steps.statement
        is_lock, is_deadlock = _judged(cause, self._connection.dialect.name)
        if not is_lock and not is_deadlock:
            return None
        return Cut(
            cause,
            self._steps.name,
            statement.shortened if statement is not None else "COMMIT",
            waited,
            is_deadlock,
            self._watch.blockers_of(statement) if self._watch is not None else "",
            self.half_done,
            self._work is not None and self._work.is_in_autocommit,
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
