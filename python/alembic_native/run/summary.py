"""One line about a run that is over: how many revisions, how long, what they came to."""

from __future__ import annotations

from collections.abc import Collection

from alembic_native.printable import printable
from alembic_native.run.outcome import Fate, Heads, Outcome

_VERBS = {"upgrade": "Upgraded", "downgrade": "Downgraded"}


def summary(outcome: Outcome, script_heads: Collection[str]) -> str | None:
    """The line, as ``Upgraded 3 revisions in 1.2 s: base -> ae10 (head)``; None for a stamp.

    It counts what was committed, unless the transaction is still open or nothing is known of it.
    """
    verb = _VERBS.get(outcome.kind)
    if verb is None:
        return None
    lost = [step for step in outcome.steps if step.fate in (Fate.LOST, Fate.WITHDRAWN)]
    kept = outcome.steps[: -len(lost)] if lost else outcome.steps
    total = outcome.planned or len(outcome.steps) + (outcome.running is not None)
    count = f"{len(kept)} of {total}" if len(kept) < total else str(total)
    line = f"{verb} {count} {'revision' if total == 1 else 'revisions'}"
    line += f" in {outcome.ended - outcome.began:.1f} s"
    failed = f"{printable(outcome.running)} failed" if outcome.running else ""
    before = _named(outcome.heads_before, script_heads)
    if not kept:
        reason = f", {failed}" if failed else ""
        # Where DDL commits itself, some of it may be there.
        nothing = "nothing was committed, " if outcome.place.has_transactional_ddl else ""
        return f"{line}{reason}: {nothing}the version table is at {before} as before"
    line += f": {before} -> {_named(kept[-1].heads, script_heads)}"
    if lost:
        line += "; the others were rolled back"
    if failed:
        line += f"; {failed}"
    if kept[-1].fate is Fate.OPEN:
        line += ", in a transaction that is not committed yet"
    return line


def _named(heads: Heads, script_heads: Collection[str]) -> str:
    named = (f"{printable(id_)} (head)" if id_ in script_heads else printable(id_) for id_ in heads)
    return ", ".join(sorted(named)) or "base"
