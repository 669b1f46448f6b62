"""What is noted of the migration runs of a command, to say after an error what was committed.

Noted are the heads that a run began from, its steps, and when its connection was asked to commit.
No statement is sent.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

_OWN_COMMIT = re.compile(r"\s*(?:commit|end)\s*(?:work|transaction)?\s*;?\s*$", re.IGNORECASE)

Heads = tuple[str, ...]
#: From heads to steps.
Planner = Callable[[Heads, Any], Iterable[Any]]


class RecordedRun:
    """One run on one database. ``step`` is the one at work, None before the first and after the
    last; ``done`` are those whose turn is over."""

    def __init__(
        self,
        connection: Any,
        *,
        has_transactional_ddl: bool,
        has_transaction_per_step: bool,
        is_script: bool,
    ) -> None:
        """``connection`` is not kept: when ``env.py`` lets go of it, it has to be gone.

        ``is_script``: statements are printed, and none is sent.
        """
        self.url = getattr(getattr(connection, "engine", None), "url", None)
        self.dialect = str(getattr(getattr(connection, "dialect", None), "name", ""))
        self._connection: weakref.ref[Any] | None = None
        with suppress(TypeError):
            self._connection = weakref.ref(connection)
        self.has_transactional_ddl = has_transactional_ddl
        self.has_transaction_per_step = has_transaction_per_step or not has_transactional_ddl
        self.is_script = is_script
        self.is_autocommit = False
        #: None until they are read.
        self.heads: Heads | None = None
        self.step: Any = None
        self.done: list[Any] = []
        self._is_observed = False
        #: For each commit, how many steps were done.
        self._commits: list[int] = []

    def planned_by(self, planner: Planner) -> Planner:
        """The planner, whose heads and steps are noted; a list of steps stays one."""

        def noted(heads: Heads, context: Any) -> Iterable[Any]:
            self.heads = tuple(heads)
            steps = planner(heads, context)
            return _NotedSteps(self, steps) if isinstance(steps, list) else self.noted(steps)

        return noted

    def noted(self, steps: Iterable[Any]) -> Iterator[Any]:
        """The same steps. One begins when it is taken, and has ended when the next is asked for."""
        # A plan may be looked through before it is run.
        self.step, self.done = None, []
        self._commits.clear()
        for step in steps:
            if not self._is_observed and not self.is_script:
                self._is_observed = True
                self._observe()
            self.step = step
            yield step
            self.done.append(step)
            self.step = None

    def _observe(self) -> None:
        from sqlalchemy import event, exc

        connection: Any = None if self._connection is None else self._connection()
        # Not with an object that stands in for a connection.
        with suppress(exc.SQLAlchemyError, AttributeError, TypeError):
            event.listen(connection, "commit", self._commit)
            event.listen(connection, "before_cursor_execute", self._executing)
            self.is_autocommit = getattr(connection.connection, "autocommit", None) is True

    def _commit(self, *_: Any) -> None:
        self._commits.append(len(self.done))

    def _executing(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if _OWN_COMMIT.match(statement):
            self._commits.append(len(self.done))

    def without_last_commit(self) -> None:
        """The last commit has failed."""
        del self._commits[-1:]

    @property
    def committed(self) -> list[Any]:
        """Steps that were committed, in order."""
        if not self._commits:
            return []
        last = self._commits[-1]
        is_whole = self.has_transaction_per_step or self.step is None
        return self.done[: last + 1] if is_whole else self.done[:last]

    @property
    def lost(self) -> list[Any]:
        """Steps that ran to their end and were not committed, in order."""
        return self.done[len(self.committed) :]

    @property
    def committed_within_step(self) -> bool:
        """Whether the step at work has committed a part of what it did."""
        return self.step is not None and self._commits[-1:] == [len(self.done)]


class _NotedSteps(list[Any]):
    """A plan: of a list others may want to know the length."""

    def __init__(self, run: RecordedRun, steps: list[Any]) -> None:
        super().__init__(steps)
        self._run = run

    def __iter__(self) -> Iterator[Any]:
        return self._run.noted(super().__iter__())
