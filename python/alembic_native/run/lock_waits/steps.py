"""What the steps of a run have sent to the database, and what of it a rollback does not undo."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alembic_native.printable import printable

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_LONGEST_TEXT = 120
_LEADING_COMMENTS = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)+", re.DOTALL)
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_READS = {"SHOW", "EXPLAIN", "DESCRIBE", "DESC", "SET", "USE", "PRAGMA"}


@dataclass
class Statement:
    """A statement that was sent; ``begun`` is a time of ``time.monotonic``."""

    text: str
    begun: float
    is_in_autocommit: bool

    @property
    def shortened(self) -> str:
        """On one line, without what stands in quotes: that may be a password."""
        words = _LITERAL.sub("'...'", " ".join(self.text.split()))
        cut = words[: _LONGEST_TEXT - 3] + "..." if len(words) > _LONGEST_TEXT else words
        return printable(cut)


@dataclass(frozen=True)
class HalfDone:
    """A step of which some statements are committed and others, or its version row, are not."""

    step: str
    statements: tuple[Statement, ...]


class Steps:
    """The steps of one run on one connection. Its methods are called by the events of SQLAlchemy.

    On PostgreSQL a statement is committed with its transaction, and at once in AUTOCOMMIT; on
    SQLite as its driver says; and elsewhere it may be committed at any time.
    """

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        #: The step that was begun last, as its log line names it; empty before the first one.
        self.name = ""
        #: The statement that is under way; or that failed, if none was sent since.
        self.statement: Statement | None = None
        #: Whether a commit was begun after a step.
        self.has_committed_steps = False
        self._is_in_step = False
        self._written: list[Statement] = []
        self._committed: HalfDone | None = None
        #: What was so before a commit that is under way, and may fail.
        self._before_commit: HalfDone | None = None

    def of(self, steps: Iterable[Any]) -> Iterable[Any]:
        """The same steps, each of which says when it begins and ends.

        A generator is not read ahead.
        """
        if isinstance(steps, (list, tuple)):
            for step in steps:
                self._follow(step)
            return steps
        return self._followed(steps)

    @property
    def half_done(self) -> HalfDone | None:
        """The step that a rollback would leave half done, if there is one."""
        if self.statement is None and self._committed is None:
            # The commit itself has failed, if anything has.
            return self._before_commit
        return self._committed

    def before_cursor_execute(
        self, connection: Connection, _cursor: Any, text: str, *_: Any
    ) -> None:
        self._before_commit = None
        self.statement = Statement(text, time.monotonic(), is_in_autocommit(connection))

    def after_cursor_execute(self, connection: Connection, *_: Any) -> None:
        statement, self.statement = self.statement, None
        if statement is None or not self._is_in_step or self._is_read(statement):
            return
        self._written.append(statement)
        if self._is_committed_at_once(connection, statement):
            self._note_half_done()

    def commit(self, _connection: Connection) -> None:
        """Called before each commit."""
        if self._is_in_step:
            self._note_half_done()
        else:
            # With it goes the version row of each step that has ended.
            self.has_committed_steps = bool(self.name)
            self._before_commit, self._committed = self._committed, None

    def _followed(self, steps: Iterable[Any]) -> Iterator[Any]:
        for step in steps:
            self._follow(step)
            yield step

    def _follow(self, step: Any) -> None:
        function = step.migration_fn

        # Its name is that of the direction, which the step's own name begins with.
        @functools.wraps(function)
        def migration_fn(**kw: Any) -> None:
            self.name, self._written, self._is_in_step = str(step), [], True
            try:
                function(**kw)
            finally:
                self._is_in_step = False

        step.migration_fn = migration_fn

    def _note_half_done(self) -> None:
        if self._written:
            self._committed = HalfDone(self.name, tuple(self._written))

    def _is_read(self, statement: Statement) -> bool:
        word = first_word(statement.text)
        # On PostgreSQL it is functions that do much of what other databases have statements for.
        return word in _READS or (word == "SELECT" and self._dialect != "postgresql")

    def _is_committed_at_once(self, connection: Connection, statement: Statement) -> bool:
        if self._dialect == "postgresql":
            return statement.is_in_autocommit
        if self._dialect == "sqlite":
            # Python's driver begins a transaction only before INSERT, UPDATE and DELETE.
            driver = connection.connection.driver_connection
            return not getattr(driver, "in_transaction", False)
        return True


def first_word(sql: str) -> str:
    """The first word of a statement, in capitals; empty where it begins with none."""
    comments = _LEADING_COMMENTS.match(sql)
    found = re.match(r"[A-Za-z]+", sql[comments.end() :] if comments else sql)
    return found[0].upper() if found else ""


def is_in_autocommit(connection: Connection) -> bool:
    """Whether a driver of PostgreSQL begins no transactions."""
    return getattr(connection.connection.dbapi_connection, "autocommit", None) is True
