"""Threads that use the extension module `_core` at once.

`make sanitize-thread` runs this with a `_core` that was built with the thread sanitizer, which
reports races and sets the exit code: Python holds its lock while values are converted, and what
runs at once is the core. `make free-threaded` runs it with a Python that has no such lock.
"""

from __future__ import annotations

import pathlib
import sys
import sysconfig
import tempfile
from collections.abc import Callable

from alembic_native import _core
from alembic_native._core import RevisionGraph, RevisionRecord
from alembic_native.errors import ResolutionError
from tests.threads import in_threads

THREADS = 8
ROUNDS = 20
REVISIONS = 300
SCRIPTS = 20
HEADER = b'"""a script"""\nrevision = "r1"\ndown_revision = ("r0",)\n'


def record(revision: str, parent: str | None, label: str | None = None) -> RevisionRecord:
    return RevisionRecord(revision, parent, None, label, None)


def first_graph() -> RevisionGraph:
    """One line of revisions, r0 to r299; the first one has a label."""
    followers = [record(f"r{number}", f"r{number - 1}") for number in range(1, REVISIONS)]
    return RevisionGraph([record("r0", None, "lib"), *followers])


def read(graph: RevisionGraph) -> None:
    assert graph.heads()
    assert graph.check() == ()
    assert len(graph.ancestors([REVISIONS - 1], True, False)) == REVISIONS
    assert graph.surroundings(0).branch_labels == ("lib",)


def resolve(graph: RevisionGraph) -> None:
    node = graph.get_revision("r7")
    assert node is not None
    assert graph.id(node) == "r7"
    assert graph.resolve_branch("lib") == 0
    assert graph.revision_for_name("r12", "lib") == 12
    try:
        graph.get_revision("nowhere")
    except ResolutionError as error:
        assert error.argument == "nowhere"  # noqa: PT017
    else:
        raise AssertionError("nowhere was found")


def read_headers(folder: str) -> None:
    header = _core.read_script_header(HEADER, 12, False)
    assert isinstance(header, _core.ScriptHeader)
    assert header.down_revision == ("r0",)
    table = _core.read_version_locations([folder], False, 12, False)
    assert len(table) == SCRIPTS
    assert len(table.graph()) == SCRIPTS


def add(graph: RevisionGraph, thread: int, number: int) -> None:
    """One more revision of a branch that this thread alone adds to."""
    parent = f"t{thread}-{number - 1}" if number else f"r{thread}"
    graph.add(record(f"t{thread}-{number}", parent))


def work(graph: RevisionGraph, folder: str, thread: int) -> None:
    """Everything, from another beginning in each thread."""
    for number in range(ROUNDS):
        tasks: list[Callable[[], None]] = [
            lambda: read(graph),
            lambda: resolve(graph),
            lambda: read_headers(folder),
            lambda: add(graph, thread, number),  # noqa: B023
        ]
        for task in tasks[thread % 4 :] + tasks[: thread % 4]:
            task()


def main() -> None:
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        assert not sys._is_gil_enabled(), "the extension module has brought the lock back"
    sys.setswitchinterval(1e-5)
    graph = first_graph()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(SCRIPTS):
            parent = repr(f"{number - 1:02}") if number else None
            pathlib.Path(folder, f"{number:02}.py").write_text(
                f"revision = '{number:02}'\ndown_revision = {parent}\n", encoding="utf-8"
            )
        in_threads(THREADS, lambda thread: work(graph, folder, thread))
    added = {f"t{thread}-{ROUNDS - 1}" for thread in range(THREADS)}
    assert set(graph.heads()) == {f"r{REVISIONS - 1}", *added}
    assert len(graph) == REVISIONS + THREADS * ROUNDS
    print(f"{THREADS} threads have read a graph and added {THREADS * ROUNDS} revisions to it, with")
    print(_core.__file__)


if __name__ == "__main__":
    main()
