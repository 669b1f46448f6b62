"""`upgrade head` with nothing to do on PostgreSQL: upstream, ours, and ours with `check_first_url`.

With the setting `env.py` is not run; without it nothing may be slower than before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.bench.processes import ALEMBIC, Effort, Measurement, alternate, whole_process
from tests.bench.projects import ByteCode, Project, Projects
from tests.bench.status import stamp, write_configuration
from tests.bench.table import NONE, Comparison, Promise
from tests.servers import PostgresServer

SIZES = (200,)

_FASTER_THAN_UPSTREAM = 7
_MILLISECONDS_ABOVE_THE_FLOOR = 30
_BYTE_CODE: tuple[ByteCode, ...] = ("cached", "not cached")


def comparisons(projects: Projects, sizes: list[int], effort: Effort) -> Iterator[Comparison]:
    """Rows for each size, with byte code and without."""
    with PostgresServer() as server:
        for size in sizes:
            for byte_code in _BYTE_CODE:
                name = f"upgrade_{size}_{byte_code.replace(' ', '_')}"
                url = server.create_database(name, "psycopg2")
                project = projects.linear(size, byte_code)
                stamp(url, project)
                yield from _rows(project, url, effort)


def _rows(project: Project, url: str, effort: Effort) -> Iterator[Comparison]:
    write_configuration(project, "usual.ini", url)
    write_configuration(project, "checked.ini", url, f"check_first_url = {url}")
    samples = alternate(
        {
            "upstream": _upgrade(project, "usual.ini", upstream=True),
            "ours": _upgrade(project, "usual.ini"),
            "checked": _upgrade(project, "checked.ini"),
            "floor": _side(project, [sys.executable, "-c", "pass"]),
        },
        effort,
    )
    is_usual = project.size in SIZES
    row = Comparison(
        f"upgrade head, nothing to do, {project.size:,} scripts, check_first_url",
        project.byte_code,
        "upstream",
        samples["upstream"],
        samples["checked"],
        Promise(at_least=_FASTER_THAN_UPSTREAM) if is_usual else NONE,
    )
    yield row
    yield row.above_the_floor(samples["floor"], _MILLISECONDS_ABOVE_THE_FLOOR if is_usual else None)
    yield replace(
        row,
        work=f"upgrade head, nothing to do, {project.size:,} scripts",
        ours=samples["ours"],
        promise=NONE,
    )


def _upgrade(project: Project, ini: str, *, upstream: bool = False) -> Callable[[], Measurement]:
    return _side(project, [*ALEMBIC, "-c", ini, "upgrade", "head"], upstream=upstream)


def _side(
    project: Project, command: list[str], *, upstream: bool = False
) -> Callable[[], Measurement]:
    env = project.environment(upstream=upstream)

    def measure() -> Measurement:
        project.remove_byte_code()
        return whole_process(command, cwd=project.folder, env=env)

    return measure
