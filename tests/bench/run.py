"""Upstream and ours side by side, in one run: how long each takes, against what is promised.

    python tests/bench/run.py                 every subject
    python tests/bench/run.py core commands   these subjects
    python tests/bench/run.py --sizes 10 200  smaller projects; promises are for the usual sizes

Runs with the Python, and the alembic command beside it, in which the package is installed. Every
figure comes from fresh processes, upstream (ALEMBIC_NATIVE=0) and ours in turn; a table shows the
best run, in brackets the median, and the ratio of the best ones; in the last column that of the
processor time. Projects are made in the temporary folder, about 100 MB; TMPDIR=/dev/shm takes the
disk out, which is most of an upgrade on SQLite. The exit code never depends on time: 1 means that
something failed, or that the two sides did not come to the same result.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench import commands, core, lint, lock, machine, status, table
from tests.bench.processes import BenchmarkFailed, Effort
from tests.bench.projects import Projects
from tests.bench.table import Comparison


@dataclass(frozen=True)
class Subject:
    """A table: a module of its own, and the sizes its promises are made for."""

    comparisons: Callable[[Projects, list[int], Effort], Iterator[Comparison]]
    sizes: tuple[int, ...]


# What needs a PostgreSQL server becomes a subject of its own here.
SUBJECTS = {
    "core": Subject(core.comparisons, core.SIZES),
    "commands": Subject(commands.comparisons, commands.SIZES),
    "lint": Subject(lint.comparisons, lint.SIZES),
    "lock": Subject(lock.comparisons, lock.SIZES),
    "status": Subject(status.comparisons, status.SIZES),
}


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "subjects", nargs="*", metavar="SUBJECT", help=f"{', '.join(SUBJECTS)}; default: all"
    )
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of scripts")
    parser.add_argument(
        "--rounds", type=int, default=Effort.rounds, help="runs of each side; default: %(default)s"
    )
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables here, too")
    options = parser.parse_args(given)
    unknown = [name for name in options.subjects if name not in SUBJECTS]
    if unknown:
        parser.error(f"no subject {', '.join(unknown)}; there are {', '.join(SUBJECTS)}")
    if min([*(options.sizes or []), options.rounds]) < 1:
        parser.error("sizes and rounds start at 1")
    return options


def measure(subject: Subject, projects: Projects, options: argparse.Namespace) -> list[Comparison]:
    """All rows of a subject; says on standard error which one is done."""
    effort = Effort(options.rounds, min(Effort.at_least, options.rounds))
    rows = []
    for row in subject.comparisons(projects, options.sizes or list(subject.sizes), effort):
        print(f"   {', '.join(row.cells()[:3])}: {row.cells()[5]}", file=sys.stderr, flush=True)
        rows.append(row)
    return rows


def main(given: Sequence[str] | None = None) -> int:
    options = arguments(given)
    sections = []
    begin = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="alembic-native-bench-") as folder:
            facts = machine.conditions()
            print("\n".join(facts), flush=True)
            projects = Projects(Path(folder))
            for name in options.subjects or SUBJECTS:
                print(f"== {name}", file=sys.stderr, flush=True)
                rows = measure(SUBJECTS[name], projects, options)
                print(f"\n{name}\n{table.plain(rows)}", flush=True)
                sections.append(f"### {name}\n\n{table.markdown(rows)}\n")
    except (BenchmarkFailed, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(f"\n{time.monotonic() - begin:.0f} s")
    if options.markdown:
        listed = "\n".join(f"- {fact}" for fact in facts)
        options.markdown.write_text("\n".join([f"{listed}\n", *sections]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
