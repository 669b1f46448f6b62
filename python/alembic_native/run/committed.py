"""What a failed command has committed, as far as it is certain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from alembic_native.run.failed_database import database_in_words
from alembic_native.run.outcome import Fate
from alembic_native.run.step_text import revision_of

if TYPE_CHECKING:
    from alembic_native.run.outcome import Outcome

_DATABASES = {"mysql": "MySQL", "mariadb": "MariaDB", "oracle": "Oracle"}
_NO_REVISION = "Nothing: no revision was run."
#: When the command has ended, what is open is lost with the connection.
_NOT_KEPT = (Fate.LOST, Fate.WITHDRAWN, Fate.OPEN)


def what_was_committed(runs: Sequence[Outcome], url: Any) -> str:
    """A sentence or more. The command failed at the database of ``url``, if that is known."""
    if not runs or _is_another(runs[-1], url):
        return " ".join([_NO_REVISION, *_before(runs, None)])
    last = runs[-1]
    if last.is_commit_doubtful:
        return "The commit itself failed: `alembic current` shows whether it took place."
    return " ".join([_of_run(last), *_before(runs[:-1], last)])


def _is_another(run: Outcome, url: Any) -> bool:
    """Whether the run is over, and the error is about another database."""
    return run.step is None and not run.is_script and url not in (None, run.place.url)


def _before(runs: Sequence[Outcome], last: Outcome | None) -> list[str]:
    """What became of earlier databases of the command; ``last`` is told of already.

    A run of which nothing stayed, and that was started over, is left out.
    """
    told = []
    for number, run in enumerate(runs, start=1):
        later = [*runs[number:], *([last] if last is not None else [])]
        is_started_over = any(other.place.url == run.place.url for other in later)
        if (
            run.steps
            and not run.is_script
            and not run.is_continued
            and (run.committed_steps or not is_started_over)
        ):
            told.append(f"Before, in {database_in_words(run.place.url)}: {_of_run(run)}")
    return told


def _of_run(run: Outcome) -> str:
    if run.is_script:
        return "The SQL that was printed is not whole."
    committed = _named(run, (step.name for step in run.committed_steps)) or "Nothing"
    # An id stays as it is.
    sentences = [f"{committed.replace('the ', 'The ', 1)}."]
    if lost := _named(run, (step.name for step in run.steps if step.fate in _NOT_KEPT)):
        sentences.append(f"Rolled back: {lost}.")
    if doubtful := _named(run, (step.name for step in run.steps if step.fate is Fate.UNKNOWN)):
        sentences.append(f"Not known: {doubtful}; `alembic current` shows it.")
    if run.step is not None and (why := _why_a_part_may_have_stayed(run)):
        at_work = _named(run, [revision_of(run.step)])
        sentences.append(f"What {at_work} did before the error may have stayed: {why}.")
    return " ".join(sentences)


def _why_a_part_may_have_stayed(run: Outcome) -> str:
    """Of the step at work; empty if none did."""
    if run.is_autocommit:
        return "the connection is in AUTOCOMMIT"
    if not run.place.has_transactional_ddl:
        dialect = run.place.url.get_backend_name() if run.place.url is not None else ""
        if dialect == "sqlite":
            return "SQLite's driver begins no transaction before a CREATE, ALTER or DROP"
        return (
            f"{_DATABASES.get(dialect, dialect) or 'the database'} commits each CREATE, ALTER and "
            "DROP at once"
        )
    if run.has_committed_within_step:
        return "it has an autocommit_block, or a COMMIT of its own"
    return ""


def _named(run: Outcome, names: Iterable[str]) -> str:
    """Empty without a name."""
    listed = ", ".join(names)
    before = {"downgrade": "the downgrade of ", "stamp": "the stamp "}.get(run.kind, "")
    return f"{before}{listed}" if listed else ""
