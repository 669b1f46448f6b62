"""Which step of a run is at work, and on which statement."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from alembic_native.run.step_text import text_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_LEADING_COMMENTS = r"(?s:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)+"


class Statement(NamedTuple):
    """A statement that was sent; ``begun`` is a time of ``time.monotonic``."""

    text: str
    begun: float
    dialect: str

    @property
    def shortened(self) -> str:
        """As a log may show it."""
        from alembic_native.run.lock_waits.shortened import shortened

        return shortened(self.text, self.dialect)

    @property
    def first_word(self) -> str:
        """In capitals; empty where it begins with none."""
        return first_word(self.text)


class Steps:
    """The steps of one run, on one connection, by whose events of SQLAlchemy it is called."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self._step: Any = ""
        #: The statement that is under way; or that failed, if none was sent since.
        self.statement: Statement | None = None

    def of(self, steps: Iterable[Any]) -> Iterable[Any]:
        """The same steps, each of which says when it begins and ends.

        A generator is not read ahead.
        """
        if isinstance(steps, (list, tuple)):
            for step in steps:
                self._follow(step)
            return steps
        return self._followed(steps)

    def before_cursor_execute(self, _connection: Connection, _: Any, text: str, *__: Any) -> None:
        self.statement = Statement(text, time.monotonic(), self._dialect)

    def after_cursor_execute(self, _connection: Connection, *_: Any) -> None:
        self.statement = None

    @property
    def name(self) -> str:
        """The step that was begun last, as its log line names it; empty before the first one."""
        return text_of(self._step)

    def begins(self, step: Any) -> None:
        """The function of a step is about to be called."""
        self._step = step

    def ends(self) -> None:
        """The function of a step has ended. What follows is its version row."""

    def _followed(self, steps: Iterable[Any]) -> Iterator[Any]:
        for step in steps:
            self._follow(step)
            yield step

    def _follow(self, step: Any) -> None:
        function = step.migration_fn

        # Its name is that of the direction, which the step's own name begins with.
        @functools.wraps(function)
        def migration_fn(**kw: Any) -> None:
            self.begins(step)
            try:
                function(**kw)
            finally:
                self.ends()

        step.migration_fn = migration_fn


def first_word(sql: str) -> str:
    """The first word of a statement, in capitals; empty where it begins with none."""
    comments = re.match(_LEADING_COMMENTS, sql)
    found = re.match(r"[A-Za-z]+", sql[comments.end() :] if comments else sql)
    return found[0].upper() if found else ""
