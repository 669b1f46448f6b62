"""`alembic lint` on a whole project against alembic-guard, and against doing nothing but reading.

The scripts create a table each, so that neither side has anything to say.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.processes import ALEMBIC, Effort, Measurement, alternate, whole_process
from tests.bench.projects import ByteCode, Project, Projects
from tests.bench.table import NONE, Comparison, Promise

SIZES = (5000,)

_FASTER_THAN_GUARD = 20
_TIMES_READING = 5
_BYTE_CODE: tuple[ByteCode, ...] = ("cached", "not cached")
_GUARD = str(Path(sys.executable).with_name("alembic-guard"))
#: An interpreter that reads the scripts, one after the other.
_READING = """
import os, sys
for entry in os.scandir(sys.argv[1]):
    if entry.name.endswith(".py"):
        with open(entry.path, "rb") as file:
            file.read()
"""


def comparisons(projects: Projects, sizes: list[int], effort: Effort) -> Iterator[Comparison]:
    """Two rows for each size, with the modules of each side cached, then not."""
    for byte_code in _BYTE_CODE:
        for size in sizes:
            yield from _rows(projects.linear(size, byte_code), effort, size in SIZES)


def _rows(project: Project, effort: Effort, is_promised: bool) -> Iterator[Comparison]:
    versions = str(project.scripts / "versions")

    def side(*command: str) -> Callable[[], Measurement]:
        env = project.environment()
        return lambda: whole_process(list(command), cwd=project.folder, env=env)

    samples = alternate(
        {
            "guard": side(_GUARD, versions),
            "reading": side(sys.executable, "-c", _READING, versions),
            "ours": side(*ALEMBIC, "lint"),
        },
        effort,
    )
    work = f"lint, {project.size:,} scripts"
    yield Comparison(
        work,
        project.byte_code,
        "alembic-guard",
        samples["guard"],
        samples["ours"],
        Promise(at_least=_FASTER_THAN_GUARD) if is_promised else NONE,
    )
    yield Comparison(
        work,
        project.byte_code,
        "reading alone",
        samples["reading"],
        samples["ours"],
        Promise(at_most=_TIMES_READING) if is_promised else NONE,
        shows="growth",
    )
