"""What a failed command has committed, as far as it is certain."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from alembic_native.run.database_failures import sqlstate_of
from alembic_native.run.failed_database import display_name

if TYPE_CHECKING:
    from alembic_native.run.recorded_run import RecordedRun

_DIALECTS = {"mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite", "oracle": "Oracle"}
_OF_COMMITTING = ("do_commit", "do_commit_twophase")
#: Violated constraints and serialization: the server has told that it did not commit.
_REFUSED = ("23", "40")


def what_was_committed(runs: Sequence[RecordedRun], errors: Sequence[BaseException]) -> str:
    """A sentence or more; empty where nothing can be said. ``errors`` ended the last run."""
    if not runs:
        return ""
    told = [
        f"{_database(run)} before: {_of_run(run)}" for run in runs[:-1] if run.done and _of_run(run)
    ]
    last = runs[-1]
    if _is_of_committing(errors):
        last.without_last_commit()
        is_refused = any(
            sqlstate_of(getattr(error, "orig", error)).startswith(_REFUSED) for error in errors
        )
        if not is_refused:
            return "The commit itself failed: `alembic current` shows whether it took place."
    return " ".join([_of_run(last), *told])


def revision_of(step: Any) -> str:
    """The id of the revision that a step runs; for a stamp all that is known of it."""
    return str(getattr(getattr(step, "revision", None), "revision", step))


def _of_run(run: RecordedRun) -> str:
    if run.is_script:
        return "The SQL that was printed is not whole."
    if run.step is None and not run.done:
        return "Nothing: no revision was run."
    at_work = "" if run.step is None else revision_of(run.step)
    if run.is_autocommit:
        ran = _named(run.done)
        return f"{ran + ', and ' if ran else ''}{_may_have_stayed(at_work)} (AUTOCOMMIT)."
    committed, lost = _named(run.committed), _named(run.lost)
    sentence = f"{committed}." if committed else "Nothing."
    if lost:
        sentence += f" {lost} ran, and was rolled back." if len(run.lost) == 1 else (
            f" {lost} ran, and were rolled back."
        )  # fmt: skip
    if not at_work:
        return sentence
    if not run.has_transactional_ddl:
        dialect = _DIALECTS.get(run.connection.dialect.name, "This database")
        why = (
            "its driver begins no transaction before CREATE, ALTER or DROP"
            if dialect == "SQLite"
            else f"{dialect} commits each CREATE, ALTER and DROP at once"
        )
        return f"{sentence} But {_may_have_stayed(at_work)}: {why}."
    if run.committed_within_step:
        return (
            f"{sentence} But a part of {at_work} was: what it did before an autocommit_block, or "
            "before a COMMIT of its own."
        )
    return sentence if committed or lost else "Nothing: all of it was rolled back."


def _may_have_stayed(revision: str) -> str:
    return f"what {revision} did before the error may have stayed"


def _named(steps: Iterable[Any]) -> str:
    return ", ".join(revision_of(step) for step in steps)


def _database(run: RecordedRun) -> str:
    return display_name(run.connection.engine.url)


def _is_of_committing(errors: Iterable[BaseException]) -> bool:
    return any(
        frame.f_code.co_name in _OF_COMMITTING
        for error in errors
        for frame, _ in traceback.walk_tb(error.__traceback__)
    )
