"""What became of the steps of one migration run: committed, rolled back, or not known.

A run is observed while its steps run and until ``env.py`` has ended, through SQLAlchemy's events of
its one connection and what the driver knows; no statement is sent. A step's work counts as
committed when its row of the version table is: a script may commit some of its own before that.
"""

from __future__ import annotations

import enum
import sys
import time
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.engine import events

from alembic_native.run.driver_transaction import commits, has_failed, is_committed_by, is_open
from alembic_native.run.step_text import is_stamp, revision_of

if TYPE_CHECKING:
    from types import FrameType

    from sqlalchemy.engine import Connection

Heads = tuple[str, ...]

_EVENTS = (
    "begin",
    "before_cursor_execute",
    "after_cursor_execute",
    "commit",
    "rollback",
    "savepoint",
    "release_savepoint",
    "rollback_savepoint",
    "prepare_twophase",
    "commit_twophase",
    "rollback_twophase",
)
_HANDLE_ERROR = "handle_error"


class Fate(enum.Enum):
    """What became of a step's row of the version table."""

    OPEN = "in a transaction that is not over"
    COMMITTING = "a commit was about to be sent"
    COMMITTED = "committed"
    LOST = "rolled back"
    #: By ``env.py``, which called ``rollback()``: a dry run.
    WITHDRAWN = "rolled back on purpose"
    UNKNOWN = "not known"


class Cause(enum.Enum):
    """Why the work of a run was lost."""

    #: ``env.py`` was in a transaction before, which Alembic leaves to it.
    OUTER_TRANSACTION = enum.auto()
    #: No transaction was begun for the run, and nobody committed.
    NO_TRANSACTION = enum.auto()
    #: An exception rolled it back, and went no further than ``env.py``.
    EXCEPTION = enum.auto()
    #: A failed statement made a rollback of the commit.
    FAILED_STATEMENT = enum.auto()


# The import is paid for by each run with steps: what dataclasses make beside __init__ is not used.
@dataclass(repr=False, eq=False)
class Applied:
    """A step whose row was written: the revision's name, and the heads of the table then."""

    name: str
    heads: Heads
    in_own_transaction: bool
    fate: Fate


class Place(NamedTuple):
    """Where a run works: two runs with the same version table have equal places.

    Not the other way round: a search path is not seen. ``url`` is SQLAlchemy's, None where
    something stands in for a connection. ``arguments`` are the texts and numbers that
    ``run_migrations`` was given.
    """

    url: Any
    default_schema: str | None
    schema: str | None
    version_table: str
    has_transactional_ddl: bool
    arguments: tuple[tuple[str, str | int], ...] = ()


@dataclass(repr=False, eq=False)
class Outcome:
    """One run of ``env.py`` on one database, made when its first step is about to begin.

    ``planned`` is the number of steps where it is known.
    """

    place: Place
    heads_before: Heads
    planned: int | None
    #: Whether the connection was in a transaction when ``env.py`` configured the context.
    in_outer_transaction: bool = False
    #: Whether statements are printed, and none is sent.
    is_script: bool = False
    #: ``upgrade``, ``downgrade`` or ``stamp``.
    kind: str = ""
    began: float = field(default_factory=time.monotonic)
    #: When the last step, or the last commit, was over.
    ended: float = 0.0
    steps: list[Applied] = field(default_factory=list)
    #: The step whose turn it is: until the next one is asked for.
    step: Any = None
    #: The name of that step while its row is not written.
    running: str | None = None
    #: Whether the step whose turn it is has committed a part of what it did.
    has_committed_within_step: bool = False
    #: Whether the connection commits each statement.
    is_autocommit: bool = False
    #: Whether the connection was lost while a commit was under way.
    is_commit_doubtful: bool = False
    #: The type and the message, passwords included, of what ended the run. Kept as text, so that
    #: nothing it refers to lives longer.
    failure: str | None = None
    cause: Cause | None = None
    #: What was handled when the work was rolled back, in the same way.
    exception: str | None = None
    #: A later run at the place found that nothing was left to do.
    is_done_by_others: bool = False
    #: Whether another try of the command tells of it.
    is_continued: bool = False
    #: The steps whose fate is OPEN, and COMMITTING: asked for at each statement, however many steps
    #: there are.
    _open: list[Applied] = field(default_factory=list)
    _committing: list[Applied] = field(default_factory=list)
    _savepoints: list[int] = field(default_factory=list)
    _handled_before: int | None = None
    _is_observed: bool = False
    _connection: weakref.ref[Connection] | None = None
    _dialect: Any = None

    def observe(self, connection: Connection) -> None:
        """Listen to the connection until ``end`` is called."""
        self._handled_before = id(sys.exc_info()[1])
        self._connection = weakref.ref(connection)
        self.is_autocommit = getattr(connection.connection, "autocommit", None) is True
        self._is_observed = True
        for name in _events_of_connection():
            event.listen(connection, name, getattr(self, name))
        if _HANDLE_ERROR not in _events_of_connection():
            self._dialect = connection.dialect
            event.listen(self._dialect, _HANDLE_ERROR, self.handle_error)

    def end(self) -> None:
        """``env.py`` is over: nothing is listened to any more, and what is known now is all."""
        if not self._is_observed:
            return
        self._is_observed = False
        connection = self.connection
        if self._dialect is not None:
            event.remove(self._dialect, _HANDLE_ERROR, self.handle_error)
            self._dialect = None
        self._settle()
        if connection is None:
            # The pool rolls back what a connection that nobody closed has left.
            self._lose(self.open_steps)
            return
        for name in _events_of_connection():
            event.remove(connection, name, getattr(self, name))
        if connection.closed:
            # SQLAlchemy has told of no rollback: it was not its transaction.
            self._mark(self.open_steps, Fate.UNKNOWN)

    @property
    def connection(self) -> Connection | None:
        """The connection that is observed; None when nobody has it any more."""
        return None if self._connection is None else self._connection()

    @property
    def open_steps(self) -> list[Applied]:
        return list(self._open)

    @property
    def lost_steps(self) -> list[Applied]:
        return self._with(Fate.LOST)

    @property
    def committed_steps(self) -> list[Applied]:
        return self._with(Fate.COMMITTED)

    @property
    def missing(self) -> set[str]:
        """The names of the steps that were lost, and of the one that failed."""
        names = {step.name for step in self.lost_steps}
        return names if self.running is None else {*names, self.running}

    @property
    def is_whole(self) -> bool:
        """Whether all steps were run, and no work of theirs was lost."""
        return self.failure is None and not self.lost_steps

    @property
    def is_ended_by_exception(self) -> bool:
        return self.failure is not None or self.cause in (Cause.EXCEPTION, Cause.FAILED_STATEMENT)

    @property
    def is_connection_open(self) -> bool:
        """Whether somebody still has the connection, and may do with it as he likes."""
        connection = self.connection
        return connection is not None and not connection.closed

    def continues(self, earlier: Outcome) -> None:
        """It is another try of the same command: what ``earlier`` has committed counts as its own.

        To be called before the first step.
        """
        kept = earlier.committed_steps
        self.heads_before, self.began = earlier.heads_before, earlier.began
        self.steps = [*kept]
        if self.planned is not None:
            self.planned += len(kept)
        earlier.is_continued = True

    def begins(self, step: Any) -> None:
        """A step is about to run."""
        if not self.kind:
            direction = "upgrade" if step.is_upgrade else "downgrade"
            self.kind = "stamp" if is_stamp(step) else direction
        self.step, self.running = step, revision_of(step)
        self.has_committed_within_step = False

    def passed(self) -> None:
        """The turn of the step is over, its transaction included."""
        self.step = None

    def applied(self, step: Any, heads: Heads, in_own_transaction: bool) -> None:
        """A row was written for ``step``, which may be a stamp within the one that runs.

        ``in_own_transaction``: Alembic began the transaction, and commits it.
        """
        connection = self.connection
        is_pending = None if connection is None else is_open(connection)
        fate = Fate.OPEN if is_pending else Fate.UNKNOWN if is_pending is None else Fate.COMMITTED
        name = revision_of(step)
        row = Applied(name, heads, in_own_transaction, fate)
        self.steps.append(row)
        if fate is Fate.OPEN:
            self._open.append(row)
        if name == self.running:
            self.running = None

    def stopped(self, error: BaseException | None) -> None:
        """No further step is run: all are done, or ``error`` was raised."""
        self.ended = time.monotonic()
        if error is not None:
            self.failure = _described(error)

    # ---- SQLAlchemy's events of the connection ---------------------------------------------------

    def begin(self, _connection: Connection) -> None:
        self._settle()

    def before_cursor_execute(self, *_: Any) -> None:
        self._settle()

    def after_cursor_execute(
        self, connection: Connection, _cursor: Any, statement: str, *_: Any
    ) -> None:
        if self.running is not None and commits(statement):
            self.has_committed_within_step = True
        if not self._open:
            return
        has_transactional_ddl = self.place.has_transactional_ddl
        is_committed = is_committed_by(connection, statement, has_transactional_ddl)
        if is_committed is not False:
            self._mark(self.open_steps, Fate.COMMITTED if is_committed else Fate.UNKNOWN)

    def commit(self, connection: Connection) -> None:
        """Told before it is sent: it may fail yet."""
        self._settle()
        if self.running is not None:
            self.has_committed_within_step = True
        self._savepoints.clear()
        if self._open and not connection.invalidated and has_failed(connection):
            self._lose(self.open_steps, Cause.FAILED_STATEMENT)
        self._mark(self.open_steps, Fate.COMMITTING)
        self.ended = time.monotonic()

    def handle_error(self, context: Any) -> None:
        if context.statement is not None or context.connection is not self.connection:
            return
        self.has_committed_within_step = False
        committing = list(self._committing)
        if not committing:
            return
        if context.is_disconnect:
            # Nobody knows whether the server has got as far.
            self._mark(committing, Fate.UNKNOWN)
            self.is_commit_doubtful = True
        else:
            self._mark(committing, Fate.LOST)
            self.cause = Cause.EXCEPTION
            self.exception = _described(context.original_exception)

    def rollback(self, connection: Connection) -> None:
        self._settle()
        self._savepoints.clear()
        if not self._open:
            return
        if connection.invalidated or is_open(connection):
            self._lose(self.open_steps)
        else:
            self._mark(self.open_steps, Fate.UNKNOWN)

    def savepoint(self, _connection: Connection, _name: str | None) -> None:
        self._savepoints.append(len(self.steps))

    def release_savepoint(self, *_: Any) -> None:
        if self._savepoints:
            self._savepoints.pop()

    def rollback_savepoint(self, *_: Any) -> None:
        # One that is not known was there before the first step.
        first = self._savepoints.pop() if self._savepoints else 0
        self._lose([step for step in self.steps[first:] if step.fate is Fate.OPEN])

    def prepare_twophase(self, *_: Any) -> None:
        # From here on it is in the hands of whoever coordinates the transactions.
        self._mark(self.open_steps, Fate.UNKNOWN)

    def commit_twophase(self, connection: Connection, *_: Any) -> None:
        self.commit(connection)

    def rollback_twophase(self, connection: Connection, *_: Any) -> None:
        self.rollback(connection)

    # ----------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        if self._committing:
            self._mark(self._committing, Fate.COMMITTED)

    def _lose(self, steps: list[Applied], cause: Cause | None = None) -> None:
        if not steps:
            return
        handled = sys.exc_info()[1]
        if handled is not None and id(handled) != self._handled_before:
            self.exception = _described(handled)
            cause = cause or Cause.EXCEPTION
        elif cause is None and (_is_asked_for() or all(step.in_own_transaction for step in steps)):
            self._mark(steps, Fate.WITHDRAWN)
            return
        self._mark(steps, Fate.LOST)
        outside = Cause.OUTER_TRANSACTION if self.in_outer_transaction else Cause.NO_TRANSACTION
        self.cause = cause or outside

    def _with(self, fate: Fate) -> list[Applied]:
        return [step for step in self.steps if step.fate is fate]

    def _mark(self, steps: list[Applied], fate: Fate) -> None:
        for step in steps:
            step.fate = fate
        unsettled = [*self._committing, *self._open]
        self._open = [step for step in unsettled if step.fate is Fate.OPEN]
        self._committing = [step for step in unsettled if step.fate is Fate.COMMITTING]


def _described(error: BaseException) -> str:
    """The type of an error and its message, passwords included."""
    try:
        message = str(error)
    except Exception:
        # Of somebody's own, and it cannot say what it is: it goes on all the same.
        message = ""
    return f"{type(error).__name__}: {message}"


def _events_of_connection() -> tuple[str, ...]:
    """Those that a connection has; since SQLAlchemy 2 its dialect is what tells of errors."""
    is_of_dialect = hasattr(events.DialectEvents, _HANDLE_ERROR)
    return _EVENTS if is_of_dialect else (*_EVENTS, _HANDLE_ERROR)


def _is_asked_for() -> bool:
    """Whether a rollback that is under way was called for, and is not that of a ``close()``.

    What was called is the outermost function of SQLAlchemy: ``rollback``, of a transaction, a
    connection or a session; else ``close`` or ``__exit__``.
    """
    frame: FrameType | None = sys._getframe(1)
    called = ""
    while frame is not None:
        is_of_sqlalchemy = frame.f_globals.get("__name__", "").startswith("sqlalchemy.")
        if is_of_sqlalchemy:
            called = frame.f_code.co_name
        elif called:
            break
        frame = frame.f_back
    return called == "rollback"
