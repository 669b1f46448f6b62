"""The works of the core, each timed inside a process of its own, imports and input made before.

    python -m tests.bench.in_process WORK ARGUMENT

prints a line of JSON: seconds, processor_seconds (of all threads), peak_bytes (resident memory of
the whole process), whether the native core was active, and a digest of the answer, by which two
sides can be compared.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.script import revision as revision_module
from alembic.script.revision import Revision, RevisionMap

from tests.bench.histories import Record, branches_and_merges, labelled_branches, linear

Times = tuple[float, float]
Timed = tuple[Times, Iterable[str]]


class Stopwatch:
    """Runs from its making on."""

    def __init__(self) -> None:
        self._processor = time.process_time()
        self._begin = time.perf_counter()

    def stop(self) -> Times:
        """Seconds since then, and seconds of processor time in all threads."""
        seconds = time.perf_counter() - self._begin
        return seconds, time.process_time() - self._processor


def _revisions(records: Iterable[Record]) -> list[Revision]:
    return [Revision(id_, down, depends, labels) for id_, down, depends, labels in records]


def _loaded(records: Iterable[Record]) -> RevisionMap:
    revisions = _revisions(records)
    revision_map = RevisionMap(lambda: revisions)
    assert revision_map.heads
    return revision_map


def load(folder: str) -> Timed:
    """From nothing to the heads of a script directory."""
    watch = Stopwatch()
    heads = ScriptDirectory(folder).get_heads()
    return watch.stop(), heads


def order_few_dependencies(size: str) -> Timed:
    """As below; one revision in twenty depends on another branch."""
    return _order(labelled_branches(int(size), every=20))


def order_many_dependencies(size: str) -> Timed:
    """All revisions of a loaded map with labelled branches, heads first; a third of them depends
    on another branch."""
    return _order(labelled_branches(int(size), every=3))


def _order(records: list[Record]) -> Timed:
    revision_map = _loaded(records)
    watch = Stopwatch()
    ordered = list(revision_map.iterate_revisions("heads", "base"))
    times = watch.stop()
    assert len(ordered) == len(records)
    return times, (one.revision for one in ordered)


def build_and_order(size: str) -> Timed:
    """A map from revisions with branches and merges, and all of them, heads first."""
    revisions = _revisions(branches_and_merges(int(size)))
    watch = Stopwatch()
    ordered = list(RevisionMap(lambda: revisions).iterate_revisions("heads", "base"))
    times = watch.stop()
    assert len(ordered) == int(size)
    return times, (one.revision for one in ordered)


def current_heads(size: str) -> Timed:
    """What `current` asks for when the head of one line is applied."""
    revision_map = _loaded(linear(int(size)))
    heads = revision_map.heads
    watch = Stopwatch()
    current = revision_map._get_all_current(heads)
    times = watch.stop()
    return times, sorted(one.revision for one in current if isinstance(one, Revision))


WORKS: dict[str, Callable[[str], Timed]] = {
    work.__name__: work
    for work in (
        load,
        order_few_dependencies,
        order_many_dependencies,
        build_and_order,
        current_heads,
    )
}


def main(work: str, argument: str) -> None:
    (seconds, processor_seconds), answer = WORKS[work](argument)
    told = {
        "seconds": seconds,
        "processor_seconds": processor_seconds,
        "peak_bytes": _peak_bytes(),
        "native": "alembic_native" in (revision_module.__file__ or ""),
        "answer": hashlib.sha256("\n".join(answer).encode()).hexdigest(),
    }
    print(json.dumps(told))


def _peak_bytes() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        # ru_maxrss would begin with what the process had that started this one.
        [line] = [one for one in status.read_text().splitlines() if one.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(*sys.argv[1:])
