"""The rules that compare the history with that of the base branch."""

from __future__ import annotations

import os

from alembic_native import _lint
from alembic_native.lint.findings import Finding
from alembic_native.lint.graph_rules import at_name, heads_of, heads_too_many
from alembic_native.lint.scripts import source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alembic_native.lint.base_branch import BaseBranch, BaseScript
    from alembic_native.lint.scripts import Script, Scripts


def findings(
    scripts: Scripts,
    base: BaseBranch,
    changed: set[str],
    expected_heads: int | tuple[str, ...],
) -> list[Finding]:
    """``changed`` are the paths of new and changed scripts."""
    here = {script.revision: script for script in scripts.certain}
    found = [*_edited(here, base, changed), *_spliced(here, base)]
    unclear = {os.path.basename(path) for path, _ in scripts.uncertain}
    found += _deleted(here, base, unclear)
    if not scripts.uncertain and not base.uncertain:
        found += _heads_after_merge(here, base, expected_heads)
    return found


def _edited(here: Mapping[str, Script], base: BaseBranch, changed: set[str]) -> Iterator[Finding]:
    for revision, script in here.items():
        if script.path not in changed:
            continue
        before = [
            one for one in (base.parted.get(revision), base.tip.get(revision)) if one is not None
        ]
        differences = [_difference(script, one) for one in before]
        if differences and all(differences):
            name, line = differences[0][0]
            subject = f"{revision} has another {name} than in {base.name}"
            yield Finding("edited-revision", script.path, line, 1, subject)


def _difference(script: Script, before: BaseScript) -> list[tuple[str, int]]:
    """What of a script is not as it was: its name, and the line here."""
    found = [
        (name, at_name(script, name, "edited-revision", "").line)
        for name, now, then in (
            ("down_revision", script.down_revisions, before.down_revisions),
            ("depends_on", script.depends_on, before.depends_on),
            ("branch_labels", script.branch_labels, before.branch_labels),
        )
        if now != then
    ]
    source = source_of(script.path)
    if source is None:
        # Reported as a file that cannot be read.
        return found
    now_read, then_read = (_functions(one) for one in (source, before.source))
    for name in ("upgrade", "downgrade"):
        if now_read[name] != then_read[name]:
            found.append((f"{name}()", at_name(script, name, "edited-revision", "").line))
    return found


def _functions(source: bytes) -> dict[str, str]:
    """Fingerprints of the two functions; of a source that is no Python, that of all of it."""
    # Which rules are asked is of no matter here.
    report = _lint.judge_script(source, "sqlite", 0, False)
    if report.unreadable:
        whole = source.replace(b"\r\n", b"\n").hex()
        return {"upgrade": whole, "downgrade": whole}
    return {"upgrade": report.upgrade, "downgrade": report.downgrade}


def _deleted(here: Mapping[str, Script], base: BaseBranch, unclear: set[str]) -> Iterator[Finding]:
    referring: dict[str, Script] = {}
    for script in here.values():
        for parent in (*script.down_revisions, *script.depends_on):
            referring.setdefault(parent, script)
    for revision, before in base.parted.items():
        if revision in here or os.path.basename(before.path) in unclear:
            continue
        subject = f"{revision}, which {base.name} has"
        if revision in referring:
            subject += f" and {os.path.basename(referring[revision].path)} refers to"
        yield Finding("deleted-revision", before.path, 1, 1, subject)


def _spliced(here: Mapping[str, Script], base: BaseBranch) -> Iterator[Finding]:
    known = base.parted.keys() | base.tip.keys()
    below: dict[str, str] = {}
    waiting = [(revision, revision) for revision in here if revision in known]
    while waiting:
        revision, descendant = waiting.pop()
        script = here.get(revision)
        if script is None:
            continue
        for parent in (*script.down_revisions, *script.depends_on):
            if parent in here and parent not in known and parent not in below:
                below[parent] = descendant
                waiting.append((parent, descendant))
    for revision, script in here.items():
        if revision in below:
            subject = f"{revision} is new, and {below[revision]} of {base.name} is built on it"
            yield at_name(script, "revision", "spliced-revision", subject)


def _heads_after_merge(
    here: Mapping[str, Script], base: BaseBranch, expected: int | tuple[str, ...]
) -> Iterator[Finding]:
    """Where the base branch has gone on: the heads that the history has once it is merged."""
    missing = {
        revision: script
        for revision, script in base.tip.items()
        if revision not in here and revision not in base.parted
    }
    if not missing or heads_too_many(here, expected):
        return
    merged: dict[str, Script] = {**here, **missing}
    surplus = heads_too_many(merged, expected)
    if surplus:
        own = [one for one in heads_of(merged) if one.revision not in missing]
        if own:
            others = ", ".join(one.revision for one in heads_of(merged) if one is not own[-1])
            subject = f"{own[-1].revision} and, once {base.name} as it is now is merged, {others}"
            yield at_name(own[-1], "down_revision", "multiple-heads", subject)
