"""What a failed command has committed, as far as it is certain."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from alembic_native.locking.driver_errors import sqlstate
from alembic_native.run.failed_database import display_name

if TYPE_CHECKING:
    from alembic_native.run.recorded_run import RecordedRun

_DIALECTS = {"mysql": "MySQL", "mariadb": "MariaDB", "oracle": "Oracle"}
_NO_REVISION = "Nothing: no revision was run."
_OF_COMMITTING = ("do_commit", "do_commit_twophase")
#: Violated constraints and serialization: the server has told that it did not commit.
_REFUSED = ("23", "40")


def what_was_committed(
    runs: Sequence[RecordedRun], errors: Sequence[BaseException], url: Any
) -> str:
    """A sentence or more. ``errors`` ended the command, at the database of ``url`` if that is
    known."""
    if not runs or _is_another(runs[-1], url):
        return " ".join([_NO_REVISION, *_before(runs, None)])
    last = runs[-1]
    if _is_of_committing(errors):
        last.without_last_commit()
        is_refused = any(
            sqlstate(getattr(error, "orig", error)).startswith(_REFUSED) for error in errors
        )
        if not is_refused:
            return "The commit itself failed: `alembic current` shows whether it took place."
    return " ".join([_of_run(last), *_before(runs[:-1], last)])


def _is_another(run: RecordedRun, url: Any) -> bool:
    """Whether the run is over, and the error is about another database."""
    return run.step is None and not run.is_script and url not in (None, run.url)


def _before(runs: Sequence[RecordedRun], last: RecordedRun | None) -> list[str]:
    """What became of earlier databases of the command; ``last`` is told of already.

    A run of which nothing stayed, and that was started over, is left out.
    """
    told = []
    for number, run in enumerate(runs, start=1):
        later = [*runs[number:], *([last] if last is not None else [])]
        is_started_over = any(other.url == run.url for other in later)
        has_stayed = bool(run.committed) or run.is_autocommit
        if run.done and not run.is_script and (has_stayed or not is_started_over):
            told.append(f"Before, in {display_name(run.url)}: {_of_run(run)}")
    return told


def revision_of(step: Any) -> str:
    """The id of the revision that a step runs; for a stamp all that is known of it."""
    return str(getattr(getattr(step, "revision", None), "revision", step))


def _of_run(run: RecordedRun) -> str:
    if run.is_script:
        return "The SQL that was printed is not whole."
    if run.step is None and not run.done:
        return _NO_REVISION
    committed, lost, at_work = _named(run.committed), _named(run.lost), _revision_at_work(run)
    if run.is_autocommit:
        committed, lost = _named(run.done), ""
    sentences = [f"{committed or 'Nothing'}."]
    if lost:
        sentences.append(f"Rolled back: {lost}.")
    if not at_work:
        return " ".join(sentences)
    if run.is_autocommit:
        why = "the connection is in AUTOCOMMIT"
    elif not run.has_transactional_ddl:
        database = _DIALECTS.get(run.dialect, run.dialect)
        why = (
            "SQLite's driver begins no transaction before a CREATE, ALTER or DROP"
            if run.dialect == "sqlite"
            else f"{database} commits each CREATE, ALTER and DROP at once"
        )
    elif run.committed_within_step:
        why = "it has an autocommit_block, or a COMMIT of its own"
    else:
        return " ".join(sentences)
    sentences.append(f"What {at_work} did before the error may have stayed: {why}.")
    return " ".join(sentences)


def _revision_at_work(run: RecordedRun) -> str:
    return "" if run.step is None else revision_of(run.step)


def _named(steps: Iterable[Any]) -> str:
    return ", ".join(revision_of(step) for step in steps)


def _is_of_committing(errors: Iterable[BaseException]) -> bool:
    return any(
        frame.f_code.co_name in _OF_COMMITTING
        for error in errors
        for frame, _ in traceback.walk_tb(error.__traceback__)
    )
