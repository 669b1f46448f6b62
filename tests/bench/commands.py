"""Whole commands against upstream's, and `heads` against an interpreter that does nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from tests.bench.processes import (
    ALEMBIC,
    Effort,
    Measurement,
    Sample,
    alternate,
    expect_same_answer,
    whole_process,
)
from tests.bench.projects import ByteCode, Project, Projects, revision_id
from tests.bench.table import NONE, Comparison, Promise

SIZES = (10, 200, 1000, 5000)
LISTED = 5000
EXTENDED = 1000

_BYTE_CODE: tuple[ByteCode, ...] = ("cached", "not cached")

# Times faster than upstream.
_HEADS: dict[tuple[int, ByteCode], float] = {
    (10, "cached"): 7,
    (10, "not cached"): 7,
    (200, "cached"): 7,
    (200, "not cached"): 7,
    (5000, "cached"): 12,
    (5000, "not cached"): 30,
}
_NEAR_THE_FLOOR = (10, 200)
_MILLISECONDS_ABOVE_THE_FLOOR = 20
_MILLISECONDS_OF_AN_IMPORT = 5


def comparisons(projects: Projects, sizes: list[int], effort: Effort) -> Iterator[Comparison]:
    """All rows; commands of one size run at the largest of `sizes` if that is less."""
    for byte_code in _BYTE_CODE:
        for size in sizes:
            yield from _heads(projects.linear(size, byte_code), effort)
    for byte_code in _BYTE_CODE:
        for statement in ("import alembic", "from alembic import command, config"):
            yield _import(projects.linear(min(sizes), byte_code), statement, effort)
    size = min(LISTED, max(sizes))
    for byte_code in _BYTE_CODE:
        project = projects.linear(size, byte_code)
        for arguments in (["history"], ["show", revision_id(size // 2)], ["branches"]):
            yield _command(project, arguments, 8 if size == LISTED else None, effort)
    size = min(EXTENDED, max(sizes))
    for byte_code in _BYTE_CODE:
        yield _revision(projects.linear(size, byte_code), effort)
    for byte_code in _BYTE_CODE:
        project = projects.linear(size, byte_code)
        project.stamp_head()
        at_least = 1.5 if size == EXTENDED else None
        yield _command(project, ["upgrade", "head"], at_least, effort, note=", nothing to do")
        project.remove_database()


def _side(
    project: Project, arguments: list[str], upstream: bool, after: Callable[[], None] | None = None
) -> Callable[[], Measurement]:
    env = project.environment(upstream=upstream)

    def measure() -> Measurement:
        project.remove_byte_code()
        measured = whole_process([*ALEMBIC, *arguments], cwd=project.folder, env=env)
        if after is not None:
            after()
        return measured

    return measure


def _row(
    project: Project,
    work: str,
    samples: dict[str, Sample],
    at_least: float | None,
) -> Comparison:
    return Comparison(
        f"{work}, {project.size:,} scripts",
        project.byte_code,
        "upstream",
        samples["upstream"],
        samples["ours"],
        NONE if at_least is None else Promise(at_least=at_least),
    )


def _heads(project: Project, effort: Effort) -> Iterator[Comparison]:
    def floor() -> Measurement:
        command = [sys.executable, "-c", "pass"]
        return whole_process(command, cwd=project.folder, env=project.environment())

    samples = alternate(
        {
            "upstream": _side(project, ["heads"], True),
            "ours": _side(project, ["heads"], False),
            "floor": floor,
        },
        effort,
    )
    expect_same_answer("alembic heads", samples["upstream"], samples["ours"])
    row = _row(project, "heads", samples, _HEADS.get((project.size, project.byte_code)))
    yield row
    yield Comparison(
        row.work,
        row.byte_code,
        "python -c pass",
        samples["floor"],
        row.ours,
        Promise(milliseconds_above=_MILLISECONDS_ABOVE_THE_FLOOR)
        if project.size in _NEAR_THE_FLOOR
        else NONE,
        shows="difference",
    )


def _import(project: Project, statement: str, effort: Effort) -> Comparison:
    def side(upstream: bool) -> Callable[[], Measurement]:
        env = project.environment(upstream=upstream)
        command = [sys.executable, "-c", statement]
        return lambda: whole_process(command, cwd=project.folder, env=env)

    samples = alternate({"upstream": side(True), "ours": side(False)}, effort)
    return Comparison(
        f"{statement}, a program",
        project.byte_code,
        "upstream",
        samples["upstream"],
        samples["ours"],
        Promise(milliseconds_above=_MILLISECONDS_OF_AN_IMPORT) if project.size in SIZES else NONE,
        shows="difference",
    )


def _command(
    project: Project,
    arguments: list[str],
    at_least: float | None,
    effort: Effort,
    note: str = "",
) -> Comparison:
    sides = {
        "upstream": _side(project, arguments, True),
        "ours": _side(project, arguments, False),
    }
    samples = alternate(sides, effort)
    expect_same_answer(f"alembic {' '.join(arguments)}", *samples.values())
    name = "show REV" if arguments[0] == "show" else " ".join(arguments)
    return _row(project, name + note, samples, at_least)


def _revision(project: Project, effort: Effort) -> Comparison:
    arguments = ["revision", "-m", "x"]
    after = project.remove_new_scripts
    sides = {
        "upstream": _side(project, arguments, True, after),
        "ours": _side(project, arguments, False, after),
    }
    samples = alternate(sides, effort)
    return _row(project, "revision -m x", samples, None)
