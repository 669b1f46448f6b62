"""Judges the runs of an ``env.py`` that has ended as if all were well."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from alembic_native.printable import path_from_here, printable
from alembic_native.run.errors import NotCommitted
from alembic_native.run.outcome import Cause, Fate, Heads, Outcome, Place

#: The setting that leaves such runs alone.
SETTING = "require_commit"

_LONGEST_LIST = 5


def check(outcomes: Sequence[Outcome], env_py: str) -> None:
    """Raise ``NotCommitted`` where it is certain that work of a run was lost, or a run cut short.

    A run that ``env.py`` has repeated counts as the last one of them. ``env_py`` is its path.
    """
    told = [
        _account(outcome, env_py)
        for number, outcome in enumerate(outcomes, start=1)
        if _is_failure(outcome)
        and not any(_is_repetition(later, outcome) for later in outcomes[number:])
    ]
    if told:
        raise NotCommitted(
            "\n".join([*told, f"With {SETTING} = off such a run ends with exit code 0."])
        )


def heads_text(heads: Iterable[str]) -> str:
    """Heads of a version table, for people."""
    return ", ".join(sorted(printable(head) for head in heads)) or "base"


def note_nothing_to_do(outcomes: Iterable[Outcome], place: Place, revisions: set[str]) -> None:
    """A run at ``place`` had no step to run, because the database has ``revisions``.

    What a run before it has missed after an exception, another process has done meanwhile.
    """
    for outcome in outcomes:
        if outcome.place != place or not outcome.is_ended_by_exception:
            continue
        missing = outcome.missing
        if outcome.kind == "upgrade":
            outcome.is_done_by_others = missing <= revisions
        elif outcome.kind == "downgrade":
            outcome.is_done_by_others = missing.isdisjoint(revisions)


def _is_repetition(later: Outcome, earlier: Outcome) -> bool:
    """Whether ``later`` took up where ``earlier`` was ended by an exception, and did its work.

    Equal places alone do not tell: it may be the next tenant, by its search path.
    """
    return (
        later.place == earlier.place
        and earlier.is_ended_by_exception
        and (not _is_certain(earlier) or set(later.heads_before) == set(heads_now(earlier)))
        and earlier.missing <= {later.running, *(step.name for step in later.steps)}
    )


def _is_failure(outcome: Outcome) -> bool:
    if outcome.is_done_by_others or outcome.is_whole:
        return False
    # Who still has the connection may do the work again, or has asked for the rollback.
    return outcome.failure is not None or not outcome.is_connection_open


def _account(outcome: Outcome, env_py: str) -> str:
    """A line each: what happened, where the database is now, what to do."""
    from alembic_native.status.through_sqlalchemy import display_name

    lost = outcome.lost_steps
    where = f"The {outcome.kind} of {printable(display_name(outcome.place.url))}"
    lines = []
    if outcome.failure is not None:
        at = f" in {printable(outcome.running)}" if outcome.running else ""
        failure = _in_one_line(outcome.failure, outcome.place)
        lines.append(f"{where} stopped{at} with {failure}, and env.py caught that.")
    if lost:
        names = _names(step.name for step in lost)
        subject = where if outcome.failure is None else "Before that it"
        work = "its work" if outcome.place.has_transactional_ddl else "its version table"
        lines.append(
            f"{where}, {names}, was not committed."
            if outcome.kind == "stamp"
            else f"{subject} ran {names}, and {work} was not committed."
        )
    advice = _advice(outcome, env_py)
    lines += [_state(outcome), f"What to do in {printable(path_from_here(env_py))}: {advice}"]
    return "\n".join(lines)


def _state(outcome: Outcome) -> str:
    if not _is_certain(outcome):
        return "What is in the database is not known here; `alembic current` says it."
    heads = heads_text(heads_now(outcome))
    if outcome.committed_steps:
        done = _names(step.name for step in outcome.committed_steps)
        state = f"The version table is at {heads}, because {done} had been committed."
    else:
        state = f"The version table is at {heads}, as before."
    if outcome.place.has_transactional_ddl or outcome.kind == "stamp":
        return state
    database = outcome.place.url.get_backend_name()
    return (
        f"{state} Tables may have changed all the same, because {database} commits DDL by itself: "
        "look at them before you run it again."
    )


def _advice(outcome: Outcome, env_py: str) -> str:
    if outcome.failure is not None:
        return "let the exception through, or raise it again after it was logged."
    if outcome.cause is Cause.EXCEPTION:
        exception = _in_one_line(outcome.exception, outcome.place)
        return (
            "let the exception through, or raise it again after it was logged. The work was rolled "
            f"back because of {exception}, which env.py caught."
        )
    if outcome.cause is Cause.FAILED_STATEMENT:
        return (
            "let the exception through, or run the statement in a savepoint. A statement had "
            "failed in the transaction, and its exception was caught: the database made a rollback "
            "of the commit."
        )
    if outcome.cause is Cause.OUTER_TRANSACTION and _begins_transaction(env_py):
        return (
            "commit the transaction that it begins with begin() on every way out, after "
            "context.run_migrations(). It was open when context.configure() was called, and such a "
            "one Alembic leaves to env.py."
        )
    if outcome.cause is Cause.OUTER_TRANSACTION:
        return (
            "call connection.commit() after statements that stand before context.configure(), or "
            "after the run. SQLAlchemy begins a transaction with the first statement; one that is "
            "open when context.configure() is called Alembic leaves to env.py, and env.py did not "
            "commit it."
        )
    return (
        "call context.run_migrations() within `with context.begin_transaction():`. No transaction "
        "was begun for it that is committed at the end."
    )


def _begins_transaction(env_py: str) -> bool:
    """Whether it does so by itself, as far as its text tells."""
    try:
        with open(env_py, encoding="utf-8", errors="replace") as file:
            return ".begin(" in file.read()
    except OSError:
        # As byte code alone, say.
        return False


def _is_certain(outcome: Outcome) -> bool:
    """Whether it is known what of the run is in the database."""
    return all(step.fate not in (Fate.OPEN, Fate.UNKNOWN) for step in outcome.steps)


def heads_now(outcome: Outcome) -> Heads:
    """The heads of the version table, as far as is known."""
    committed = outcome.committed_steps
    return committed[-1].heads if committed else outcome.heads_before


def _in_one_line(error: str | None, place: Place) -> str:
    """The type and the first line of an error, without passwords."""
    from alembic_native.run.secrets import Secrets

    url = place.url.render_as_string(hide_password=False)
    masked = Secrets(os.environ, [url]).masked(error or "")
    first, *_ = masked.splitlines() or [""]
    return printable(first.removesuffix(": "))


def _names(names: Iterable[str]) -> str:
    shown = [printable(name) for name in names]
    if len(shown) > _LONGEST_LIST:
        shown = [*shown[:2], f"{len(shown) - 3} more", shown[-1]]
    *others, last = shown
    return f"{', '.join(others)} and {last}" if others else last
