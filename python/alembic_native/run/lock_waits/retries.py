"""A command is started over when one of its statements could not get a lock, if that is safe.

It is where nothing of the failed run stays: the connection that ``env.py`` opened is closed, which
rolls its transaction back, and no statement of the script that was at work is committed. Pauses
grow, and their lengths are random, so that two who are in each other's way part ("full jitter").
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from alembic_native.run.errors import LockWaitTimeout
from alembic_native.run.interruption import cancellations, pause
from alembic_native.run.lock_waits.limited_run import Cut, LimitedRun
from alembic_native.run.lock_waits.settings import Settings
from alembic_native.run.lock_waits.watch import log

if TYPE_CHECKING:
    from alembic_native.run.outcome import Outcome

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0


class Retries:
    """The tries of one command. ``runs`` are those of the try that is under way: ``env.py`` may
    migrate several databases."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._begun = time.monotonic()
        self._cancellations = cancellations()
        self._tries = 0
        self.runs: list[LimitedRun] = []
        #: What became of the runs of the tries before this one.
        self.outcomes: list[Outcome] = []

    def run(self, command: Callable[[], None]) -> None:
        """Run a command until it ends otherwise than by a lock that it could not get.

        Raises what the command raises, ``LockWaitTimeout``, and ``asyncio.CancelledError`` when it
        would start over though its caller has given it up, or the caller's task was cancelled.
        """
        while True:
            self._tries += 1
            self.runs = []
            try:
                command()
                return
            except Exception as error:
                cut = self._cut_that_ended(error)
                if cut is None:
                    raise
                seconds = self._pause_after(cut)
            # Not while the error is handled: an interrupt would be told as a consequence of it.
            pause(seconds, self._cancellations)

    def starts_over_after(self, error: BaseException | None) -> bool:
        """Whether there will be another try after one that has ended with ``error``."""
        if not isinstance(error, Exception):
            return False
        cut = self._cut_that_ended(error)
        return cut is not None and not self._is_last_try and not self._obstacle(cut)

    @property
    def _is_last_try(self) -> bool:
        return self._tries > self._settings.retries

    def _cut_that_ended(self, error: BaseException | None) -> Cut | None:
        cuts = {id(run.cut.error): run.cut for run in self.runs if run.cut is not None}
        while error is not None and id(error) not in cuts:
            error = error.__cause__ or error.__context__
        return cuts.get(id(error))

    def _pause_after(self, cut: Cut) -> float:
        obstacle = self._obstacle(cut)
        if obstacle or self._is_last_try:
            raise LockWaitTimeout(self._farewell(cut, obstacle)) from cut.error
        seconds = random_pause(self._tries)
        log.warning(
            "%s\n  It is rolled back. Try %d of %d begins in %.1f s.",
            "\n  ".join(_told(cut)),
            self._tries + 1,
            self._settings.retries + 1,
            seconds,
        )
        return seconds

    def _obstacle(self, cut: Cut) -> str:
        """Why the command cannot be started over; empty if it can."""
        half_done = cut.half_done or next(
            (run.half_done for run in self.runs if run.half_done is not None), None
        )
        if half_done is not None:
            count = len(half_done.statements)
            begun = (
                f"its first {count} statements are committed and would run again, the last of them"
                if count > 1
                else "its first statement is committed and would run again"
            )
            return (
                f"The command was not started over, because {half_done.step} is half done: {begun}:"
                f" {half_done.statements[-1].shortened}. Undo what is committed or do the rest by "
                "hand (with `alembic stamp`), or split the script into several revisions."
            )
        if cut.was_in_autocommit:
            return (
                "The command was not started over, because the statement ran in AUTOCOMMIT: a part "
                "of it may have stayed, such as an invalid index."
            )
        if any(run.cannot_be_planned_again(run.cut is cut) for run in self.runs):
            return (
                "The command was not started over, because its target counts from where the "
                "database is, which has moved. Run it again with the revision that is meant."
            )
        if not all(run.is_over for run in self.runs):
            return (
                "The command was not started over, because the connection, and its transaction, "
                "belong to its caller."
            )
        return ""

    def _farewell(self, cut: Cut, obstacle: str) -> str:
        if obstacle:
            return "\n".join([*_told(cut), obstacle])
        tries = "1 try" if self._tries == 1 else f"{self._tries} tries"
        lines = [
            *_told(cut),
            f"Gave up after {tries} in {time.monotonic() - self._begun:.0f} s; what was not "
            "committed before is rolled back.",
            "What to do: run the command again when the table is less in use, or end the sessions "
            "that are in the way.",
            "How long it waits and how often it starts over: lock_timeout and lock_retries in "
            "alembic.ini or [tool.alembic] of pyproject.toml, or ALEMBIC_LOCK_TIMEOUT and "
            "ALEMBIC_LOCK_RETRIES in the environment.",
        ]
        return "\n".join(lines)


def random_pause(tries: int) -> float:
    """Seconds between a try, counted from 1, and the next one."""
    return random.uniform(0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (tries - 1)))


def _told(cut: Cut) -> list[str]:
    """In lines: what happened, and who was in the way."""
    what = (
        "A deadlock ended a statement"
        if cut.is_deadlock
        else f"A statement got no lock within {cut.waited:.1f} s"
    )
    step = f" of {cut.step}" if cut.step else ""
    way = [f"Blocked by: {cut.blockers}."] if cut.blockers else []
    return [f"{what}{step}: {cut.statement}.", *way]
