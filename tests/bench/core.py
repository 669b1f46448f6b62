"""The core against upstream's: loading scripts, ordering revisions, current heads, an upgrade."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.bench.processes import (
    ALEMBIC,
    Effort,
    Measurement,
    Sample,
    alternate,
    environment,
    expect_same_answer,
    inside_process,
    whole_process,
)
from tests.bench.projects import ByteCode, Project, Projects
from tests.bench.table import NONE, Comparison, Promise

SIZES = (1000, 5000)
ORDERED = 4000
CURRENT = 5000
UPGRADED = 1000
GROWTH = 10  # times as many revisions


_LOAD: tuple[tuple[ByteCode, Promise], ...] = (
    ("cached", Promise(at_least=15)),
    ("not cached", Promise(at_least=40)),
    ("not written", NONE),
)


def comparisons(projects: Projects, sizes: list[int], effort: Effort) -> Iterator[Comparison]:
    """All rows; works of one size are done at the largest of `sizes` if that is less."""
    largest = max(sizes)
    yield from _load(projects, sizes, effort)
    yield from _order(min(ORDERED, largest), effort)
    yield from _grow(
        "build and order {:,}, branches and merges", "build_and_order", largest, effort
    )
    yield from _current(min(CURRENT, largest), effort)
    yield from _upgrade(projects, min(UPGRADED, largest), effort)


def _both_sides(
    work: str, argument: str, effort: Effort, project: Project | None = None
) -> tuple[Sample, Sample]:
    def side(upstream: bool) -> Callable[[], Measurement]:
        def measure() -> Measurement:
            if project is None:
                env = environment(writes_byte_code=True, upstream=upstream)
            else:
                env = project.environment(upstream=upstream)
                project.remove_byte_code()
            return inside_process(work, argument, env)

        return measure

    samples = alternate({"upstream": side(True), "ours": side(False)}, effort)
    expect_same_answer(f"{work} {argument}", *samples.values())
    return samples["upstream"], samples["ours"]


def _load(projects: Projects, sizes: list[int], effort: Effort) -> Iterator[Comparison]:
    for size in sizes:
        for byte_code, promise in _LOAD:
            project = projects.linear(size, byte_code)
            upstream, ours = _both_sides("load", str(project.scripts), effort, project)
            yield Comparison(
                f"load {size:,} scripts",
                byte_code,
                "upstream",
                upstream,
                ours,
                promise if size in SIZES else NONE,
            )
            if size == max(sizes):
                yield Comparison(
                    f"peak memory, load {size:,}",
                    byte_code,
                    "upstream",
                    upstream,
                    ours,
                    Promise(at_least=1) if size in SIZES else NONE,
                    is_memory=True,
                )


def _order(size: int, effort: Effort) -> Iterator[Comparison]:
    # What upstream's order costs is the number of dependencies times that of revisions.
    for dependencies, promise in (("few", NONE), ("many", Promise(at_least=500))):
        work = f"order_{dependencies}_dependencies"
        upstream, ours = _both_sides(work, str(size), effort)
        yield Comparison(
            f"order {size:,}, 10 labels, {dependencies} dependencies",
            "-",
            "upstream",
            upstream,
            ours,
            promise if size == ORDERED else NONE,
        )


def _current(size: int, effort: Effort) -> Iterator[Comparison]:
    upstream, ours = _both_sides("current_heads", str(size), effort)
    yield Comparison(
        f"current heads of {size:,} applied",
        "-",
        "upstream",
        upstream,
        ours,
        Promise(at_least=100) if size == CURRENT else NONE,
    )
    yield from _grow("current heads of {:,} applied", "current_heads", size, effort)


def _grow(work: str, name: str, size: int, effort: Effort) -> Iterator[Comparison]:
    """Ours against ours: ten times as many revisions may take a little more than ten times."""
    env = environment(writes_byte_code=True)
    samples = alternate(
        {
            "few": lambda: inside_process(name, str(size), env),
            "many": lambda: inside_process(name, str(size * GROWTH), env),
        },
        effort,
    )
    yield Comparison(
        work.format(size * GROWTH),
        "-",
        f"ours, {size:,}",
        samples["few"],
        samples["many"],
        Promise(at_most=12) if size == 5000 else NONE,
        shows="growth",
    )


def _upgrade(projects: Projects, size: int, effort: Effort) -> Iterator[Comparison]:
    project = projects.linear(size, "cached")

    def side(upstream: bool) -> Callable[[], Measurement]:
        return lambda: _upgrade_new_database(project, project.environment(upstream=upstream))

    samples = alternate({"upstream": side(True), "ours": side(False)}, effort)
    yield Comparison(
        f"upgrade head, {size:,} tables, SQLite, process",
        "cached",
        "upstream",
        samples["upstream"],
        samples["ours"],
        Promise(at_least=1) if size == UPGRADED else NONE,
    )


def _upgrade_new_database(project: Project, env: dict[str, str]) -> Measurement:
    project.remove_database()
    measured = whole_process([*ALEMBIC, "upgrade", "head"], cwd=project.folder, env=env)
    project.remove_database()
    return measured
