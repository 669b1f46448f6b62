"""The rules that compare the history with that of the base branch."""

from __future__ import annotations

import os

from alembic_native import _lint
from alembic_native.lint.findings import Finding
from alembic_native.lint.graph_rules import at_name, heads_of, heads_too_many, line_of
from alembic_native.lint.scripts import source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alembic_native.lint.base_scripts import BaseScript, BaseScripts
    from alembic_native.lint.scripts import Script, Scripts


_FUNCTIONS = ("upgrade", "downgrade")


def findings(
    scripts: Scripts,
    base: BaseScripts,
    changed: set[str],
    expected_heads: int | tuple[str, ...],
) -> list[Finding]:
    """``changed`` are the paths of new and changed scripts."""
    here = {script.revision: script for script in scripts.certain}
    found = [*_edited(scripts, here, base, changed), *_spliced(here, base)]
    unclear = {os.path.basename(path) for path, _ in scripts.uncertain}
    found += _deleted(here, base, unclear)
    if not scripts.uncertain and not base.uncertain:
        found += _heads_after_merge(here, base, expected_heads)
    return found


def _edited(
    scripts: Scripts, here: Mapping[str, Script], base: BaseScripts, changed: set[str]
) -> Iterator[Finding]:
    for revision, script in here.items():
        if script.path not in changed:
            continue
        before = [
            one for one in (base.parted.get(revision), base.tip.get(revision)) if one is not None
        ]
        differences = [_difference(script, one) for one in before]
        if differences and all(differences):
            name = differences[0][0]
            yield _edit(script.path, revision, name, base)
    # One whose header was literal, and is not any more: is what it does the same?
    by_path = {one.path: one for one in base.parted.values()}
    for path, _ in scripts.uncertain:
        was = by_path.get(path)
        if was is not None and path in changed:
            names = _changed_functions(path, was)
            if names:
                yield _edit(path, was.revision, names[0], base)


def _edit(path: str, revision: str, name: str, base: BaseScripts) -> Finding:
    shown = f"{name}()" if name in _FUNCTIONS else name
    subject = f"{revision} has another {shown} than in {base.name}"
    return Finding("edited-revision", path, line_of(path, name), 1, subject)


def _difference(script: Script, before: BaseScript) -> list[str]:
    """What of a script is not as it was: names of its header, and of functions."""
    found = [
        name
        for name, now, then in (
            ("down_revision", script.down_revisions, before.down_revisions),
            ("depends_on", script.depends_on, before.depends_on),
            ("branch_labels", script.branch_labels, before.branch_labels),
        )
        if now != then
    ]
    return found + _changed_functions(script.path, before)


def _changed_functions(path: str, before: BaseScript) -> list[str]:
    source = source_of(path)
    if source is None:
        # Reported as a file that cannot be read.
        return []
    now, then = _functions(source), _functions(before.source)
    return [name for name in _FUNCTIONS if now[name] != then[name]]


def _functions(source: bytes) -> dict[str, str]:
    """Fingerprints of the two functions; of a source that is no Python, that of all of it."""
    # Which rules are asked is of no matter here.
    report = _lint.judge_script(source, "sqlite", 0, False)
    if report.unreadable:
        whole = source.replace(b"\r\n", b"\n").hex()
        return {"upgrade": whole, "downgrade": whole}
    return {"upgrade": report.upgrade, "downgrade": report.downgrade}


def _deleted(here: Mapping[str, Script], base: BaseScripts, unclear: set[str]) -> Iterator[Finding]:
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


def _spliced(here: Mapping[str, Script], base: BaseScripts) -> Iterator[Finding]:
    elsewhere = {one for one, script in here.items() if not base.is_tracked(script.path)}
    known = base.parted.keys() | base.tip.keys() | elsewhere
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
    here: Mapping[str, Script], base: BaseScripts, expected: int | tuple[str, ...]
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
    heads = heads_of(merged)
    own = [one for one in heads if one.revision not in missing]
    if own and heads_too_many(merged, expected):
        others = ", ".join(one.revision for one in heads if one is not own[-1])
        subject = f"{own[-1].revision} and, once {base.name} as it is now is merged, {others}"
        yield at_name(own[-1], "down_revision", "multiple-heads", subject)
