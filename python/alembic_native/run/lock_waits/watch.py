"""A thread that looks at a statement which does not end, and logs who is in the way.

It sleeps until a statement is old enough; a run that never waits costs it nothing but a wake-up
every few seconds. It ends with the run, and never keeps the process from ending.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable

from alembic_native.printable import printable
from alembic_native.run.lock_waits.sight import Sight
from alembic_native.run.lock_waits.steps import Statement, Steps

#: Of all that is said of statements that wait.
log = logging.getLogger("alembic.lock_waits")

#: Seconds that the end of a run waits for a look that is under way.
_PATIENCE = 1.0
_SHORTEST_PAUSE = 0.05


class Watch:
    """Looks at a statement of ``steps`` when it is ``first`` seconds old, and again each time its
    age has doubled; what is seen is logged from the age of ``silent_until`` on."""

    def __init__(
        self,
        steps: Steps,
        look: Callable[[Statement], Sight],
        first: float,
        silent_until: float,
    ) -> None:
        self._steps = steps
        self._look = look
        self._first = max(first, _SHORTEST_PAUSE)
        self._silent_until = silent_until
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._seen: tuple[Statement, str] | None = None

    def start(self) -> None:
        """At the first step; does nothing where no thread can be started."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._watch, name="alembic-native lock watch", daemon=True
            )
            # The interpreter ends, or is one that has no such threads.
            with contextlib.suppress(RuntimeError):
                self._thread.start()

    def end(self) -> None:
        """Never waits for long: the thread may be waiting for a server that is gone."""
        self._ended.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(_PATIENCE)

    def blockers_of(self, statement: Statement | None) -> str:
        """Who was in the way of a statement when last seen; empty if that is not known."""
        seen = self._seen
        return seen[1] if seen is not None and seen[0] is statement else ""

    def _watch(self) -> None:
        watched, next_age, pause = None, self._first, self._first
        while not self._ended.wait(pause):
            statement = self._steps.statement
            if statement is not watched:
                watched, next_age = statement, self._first
            pause = self._first
            if statement is None:
                continue
            age = time.monotonic() - statement.begun
            if age >= next_age:
                self._look_at(statement)
                next_age *= 2
            pause = max(next_age - age, _SHORTEST_PAUSE)

    def _look_at(self, statement: Statement) -> None:
        try:
            sight = self._look(statement)
        except Exception as error:
            # Whatever a driver raises: no connection, no privilege, no server any more.
            log.debug("Who is in the way is not known: %s", printable(str(error)))
            return
        if sight.blockers:
            self._seen = (statement, sight.blockers)
        has_ended = self._ended.is_set() or self._steps.statement is not statement
        age = time.monotonic() - statement.begun
        if has_ended or age < self._silent_until:
            return
        where = f"{self._steps.name}, {age:.0f} s: {statement.shortened}"
        if sight.blockers:
            told = [f"Blocked by: {sight.blockers}", *([sight.progress] if sight.progress else [])]
            log.warning("Waiting for a lock in %s. %s", where, "; ".join(told))
        elif sight.progress:
            log.info("At work in %s: %s", where, sight.progress)
