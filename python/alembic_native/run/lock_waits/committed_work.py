"""What of a run's steps a rollback does not undo.

On PostgreSQL a statement is committed with its transaction, and at once in AUTOCOMMIT; on SQLite as
its driver says; on MySQL and MariaDB it may be committed at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from alembic_native.run.lock_waits.steps import Statement, Steps

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_READS = {"SHOW", "EXPLAIN", "DESCRIBE", "DESC", "SET", "USE", "PRAGMA"}


class HalfDone(NamedTuple):
    """A step of which these statements are committed, and its version row is not."""

    step: str
    statements: tuple[Statement, ...]


class CommittedWork(Steps):
    """The steps of a run, which also know what of them is committed."""

    def __init__(self, dialect: str) -> None:
        super().__init__(dialect)
        #: Whether a commit was begun after a step.
        self.has_committed_steps = False
        #: Whether the statement that is under way, or has failed, is not in a transaction.
        self.is_in_autocommit = False
        #: What has sent the last statement.
        self.connection: Connection | None = None
        self._is_in_step = False
        self._written: list[Statement] = []
        self._committed: HalfDone | None = None
        #: What was so before a commit that is under way, and may fail.
        self._before_commit: HalfDone | None = None

    @property
    def half_done(self) -> HalfDone | None:
        """The step that a rollback would leave half done, if there is one."""
        return self._committed

    def begins(self, step: Any) -> None:
        super().begins(step)
        self._written, self._is_in_step = [], True

    def ends(self) -> None:
        self._is_in_step = False

    def before_cursor_execute(
        self, connection: Connection, cursor: Any, text: str, *rest: Any
    ) -> None:
        super().before_cursor_execute(connection, cursor, text, *rest)
        self._before_commit = None
        self.connection = connection
        self.is_in_autocommit = is_in_autocommit(connection)

    def after_cursor_execute(self, connection: Connection, *rest: Any) -> None:
        statement = self.statement
        super().after_cursor_execute(connection, *rest)
        if statement is None or not self._is_in_step or self._is_read(statement):
            return
        self._written.append(statement)
        if self._is_committed_at_once(connection):
            self._note_half_done()

    def begin(self, _connection: Connection) -> None:
        """Called before each transaction: the commit before it, if there was one, is done."""
        self._before_commit = None

    def commit_has_failed(self) -> None:
        """What was committed before is all that is."""
        self._committed = self._before_commit or self._committed

    def commit(self, _connection: Connection) -> None:
        """Called before each commit."""
        if self._is_in_step:
            self._note_half_done()
        else:
            # With it goes the version row of each step that has ended.
            self.has_committed_steps = bool(self.name)
            self._before_commit, self._committed = self._committed, None

    def _note_half_done(self) -> None:
        if self._written:
            self._committed = HalfDone(self.name, tuple(self._written))

    def _is_read(self, statement: Statement) -> bool:
        word = statement.first_word
        # On PostgreSQL it is functions that do much of what other databases have statements for.
        return word in _READS or (word == "SELECT" and self._dialect != "postgresql")

    def _is_committed_at_once(self, connection: Connection) -> bool:
        if self._dialect == "postgresql":
            return self.is_in_autocommit
        if self._dialect == "sqlite":
            # Python's driver begins a transaction only before INSERT, UPDATE and DELETE.
            driver = connection.connection.driver_connection
            return not getattr(driver, "in_transaction", False)
        return True


def is_in_autocommit(connection: Connection) -> bool:
    """Whether a driver of PostgreSQL begins no transactions."""
    return getattr(connection.connection.dbapi_connection, "autocommit", None) is True
