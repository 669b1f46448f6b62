"""The rules that need the whole history, and no git.

What refers to a script whose header is not certain cannot be judged: where there is such a script,
a parent that is not found is not told of, and neither are several heads.
"""

from __future__ import annotations

from alembic_native._core import read_definitions
from alembic_native.history.scripts import ILLEGAL_CHARACTERS
from alembic_native.lint.findings import Finding
from alembic_native.lint.scripts import source_of
from alembic_native.printable import path_from_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from alembic_native.lint.scripts import Script, Scripts


def findings(
    scripts: Scripts, expected_heads: int | tuple[str, ...], id_length: int
) -> list[Finding]:
    """All that the history shows.

    ``expected_heads`` is how many heads are meant, or the branch labels that have a head each;
    ``id_length`` how long an id the version table takes.
    """
    if _is_sound(scripts, expected_heads, id_length):
        return []
    by_id: dict[str, list[Script]] = {}
    for script in scripts.certain:
        by_id.setdefault(script.revision, []).append(script)
    found = [*_ids(by_id, id_length), *_labels(by_id)]
    labels = {
        label: script.revision for script in scripts.certain for label in script.branch_labels
    }
    if not scripts.uncertain:
        found += _missing_parents(scripts, by_id.keys(), labels)
    found += _cycles(by_id)
    if not scripts.uncertain:
        found += _heads(by_id, expected_heads)
    return found


def _is_sound(scripts: Scripts, expected_heads: int | tuple[str, ...], id_length: int) -> bool:
    """Whether nothing is to be found; the answer for almost every history, without each header."""
    graph = scripts.sound_graph()
    if graph is None or not isinstance(expected_heads, int):
        return False
    if len(graph.heads()) > expected_heads:
        return False
    return all(len(graph.id(node)) <= id_length for node in range(len(graph)))


def _ids(by_id: dict[str, list[Script]], id_length: int) -> Iterator[Finding]:
    for revision, claiming in by_id.items():
        if len(claiming) > 1:
            others = " and ".join(path_from_here(one.path) for one in claiming[:-1])
            yield at_name(
                claiming[-1], "revision", "duplicate-revision", f"{revision}, as in {others}"
            )
        if len(revision) > id_length:
            subject = f"{revision} has {len(revision)} characters, and there is room for "
            yield at_name(claiming[0], "revision", "revision-id-too-long", f"{subject}{id_length}")
        if any(one in ILLEGAL_CHARACTERS for one in revision):
            yield at_name(claiming[0], "revision", "illegal-revision-id", revision)
        elif ":" in revision:
            subject = f"{revision}, whose colon Alembic refuses from 1.17 on"
            yield at_name(claiming[0], "revision", "illegal-revision-id", subject)


def _labels(by_id: dict[str, list[Script]]) -> Iterator[Finding]:
    owners: dict[str, Script] = {}
    for script, *_ in by_id.values():
        for index, label in enumerate(script.branch_labels):
            if label in script.branch_labels[:index]:
                subject = f"{label}, twice in this script"
                yield at_name(script, "branch_labels", "label-conflict", subject)
                continue
            other = by_id[label][0] if label in by_id else owners.setdefault(label, script)
            if other is not script or label in by_id:
                subject = f"{label}, which {path_from_here(other.path)} has"
                yield at_name(script, "branch_labels", "label-conflict", subject)


def _missing_parents(
    scripts: Scripts, ids: Container[str], labels: Mapping[str, str]
) -> Iterator[Finding]:
    """``labels`` has the revision of each. A label may be depended on, and be no down revision."""
    for script in scripts.certain:
        for revision in script.down_revisions:
            if revision not in ids:
                subject = f"{script.revision} has down_revision {revision}"
                if revision in labels:
                    subject += f", a branch label; the revision is {labels[revision]}"
                yield at_name(script, "down_revision", "missing-parent", subject)
        for revision in script.depends_on:
            if revision not in ids and revision not in labels:
                subject = f"{script.revision} has depends_on {revision}"
                yield at_name(script, "depends_on", "missing-parent", subject)


def _cycles(by_id: dict[str, list[Script]]) -> Iterator[Finding]:
    from graphlib import CycleError, TopologicalSorter

    owners: dict[str, str] = {}
    for script, *_ in by_id.values():
        for label in script.branch_labels:
            owners.setdefault(label, script.revision)
    parents = {
        revision: {
            one if one in by_id else owners[one]
            for one in (*script.down_revisions, *script.depends_on)
            if one in by_id or one in owners
        }
        for revision, (script, *_) in by_id.items()
    }
    while True:
        try:
            TopologicalSorter(parents).prepare()
        except CycleError as error:
            cycle: list[str] = error.args[1][:-1]
        else:
            return
        first = min(cycle, key=list(by_id).index)
        yield at_name(by_id[first][0], "down_revision", "revision-cycle", ", ".join(sorted(cycle)))
        parents = {
            revision: needed.difference(cycle)
            for revision, needed in parents.items()
            if revision not in cycle
        }


def _heads(by_id: dict[str, list[Script]], expected: int | tuple[str, ...]) -> Iterator[Finding]:
    scripts = {revision: claiming[0] for revision, claiming in by_id.items()}
    surplus = heads_too_many(scripts, expected)
    if not surplus:
        return
    heads = heads_of(scripts)
    names = ", ".join(f"{one.revision} ({path_from_here(one.path)})" for one in heads)
    if isinstance(expected, int):
        subject = f"{len(heads)} heads: {names}"
        yield at_name(surplus[-1], "down_revision", "multiple-heads", subject)
        return
    for head in surplus:
        yield Finding(
            "multiple-heads",
            head.path,
            line_of(head.path, "down_revision"),
            1,
            f"{head.revision}; the heads are {names}",
            happens="This head is one more than the configuration expects: heads names "
            f"{', '.join(expected)}.",
        )


def heads_of(scripts: Mapping[str, Script]) -> list[Script]:
    """Those that no other has as its down revision; ``scripts`` by id, whose order is kept."""
    parents = {one for script in scripts.values() for one in script.down_revisions}
    return [script for revision, script in scripts.items() if revision not in parents]


def heads_too_many(scripts: Mapping[str, Script], expected: int | tuple[str, ...]) -> list[Script]:
    """The heads that are not expected: those beyond a number, or beyond one for each label."""
    heads = heads_of(scripts)
    if isinstance(expected, int):
        return heads[expected:]
    free = list(expected)
    surplus = []
    for head in heads:
        labels = [label for label in free if label in _branch_labels(scripts, head)]
        if labels:
            free.remove(labels[0])
        else:
            surplus.append(head)
    return surplus


def _branch_labels(scripts: Mapping[str, Script], head: Script) -> set[str]:
    """Those of the head and of all revisions below it."""
    labels: set[str] = set()
    seen = {head.revision}
    waiting = [head]
    while waiting:
        script = waiting.pop()
        labels.update(script.branch_labels)
        for parent in script.down_revisions:
            if parent in scripts and parent not in seen:
                seen.add(parent)
                waiting.append(scripts[parent])
    return labels


def at_name(script: Script, name: str, rule: str, subject: str) -> Finding:
    """At the line of a script that binds a name: of the header, or a function."""
    return Finding(rule, script.path, line_of(script.path, name), 1, subject)


def line_of(path: str, name: str) -> int:
    """The line of a script that binds a name; 1 where none does."""
    try:
        definition = read_definitions(source_of(path) or b"", [name])[0]
    except ValueError:
        # It is no Python any more, and is reported where it begins.
        return 1
    return 1 if definition is None else definition.line
