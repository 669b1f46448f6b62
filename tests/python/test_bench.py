"""The benchmark runs, and its table says of each row what was promised and whether it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import histories, run
from tests.bench.processes import (
    BenchmarkFailed,
    Effort,
    Measurement,
    Sample,
    alternate,
    expect_same_answer,
)
from tests.bench.table import HEAD, Comparison, Promise, markdown, plain


def sample(*seconds: float) -> Sample:
    """Runs that also took half as much processor time, and 1 GB a second."""
    return Sample(tuple(Measurement(one, one / 2, int(one * 1e9)) for one in seconds))


def row(**changes: object) -> Comparison:
    values = {
        "work": "load 7 scripts",
        "byte_code": "cached",
        "against": "upstream",
        "that": sample(0.2, 0.3, 0.1),
        "ours": sample(0.01, 0.02, 0.04),
    }
    return Comparison(**{**values, **changes})  # type: ignore[arg-type]


# -- the table -----------------------------------------------------------------------------------


def test_best_run_median_and_ratio_of_the_best() -> None:
    cells = row(promise=Promise(at_least=8)).cells()
    assert cells == (
        "load 7 scripts",
        "cached",
        "upstream",
        "100 (200) ms",
        "10 (20) ms",
        "10.0 x",
        ">= 8 x",
        "yes",
        "10.0 x",
    )


def test_the_table_for_a_terminal_stands_in_columns() -> None:
    rows = [row(), row(that=sample(1.5), promise=Promise(at_least=200))]
    assert plain(rows).splitlines() == [
        "work            byte code  against               that        ours   ratio  "
        "promised  holds  processor",
        "load 7 scripts  cached     upstream      100 (200) ms  10 (20) ms  10.0 x  "
        "       -      -     10.0 x",
        "load 7 scripts  cached     upstream  1,500 (1,500) ms  10 (20) ms   150 x"
        "  >= 200 x     NO      150 x",
    ]


def test_the_table_for_markdown() -> None:
    assert markdown([row(work="load")]).splitlines() == [
        "| work | byte code | against | that | ours | ratio | promised | holds | processor |",
        "| --- | --- | --- | --: | --: | --: | --: | --: | --: |",
        "| load | cached | upstream | 100 (200) ms | 10 (20) ms | 10.0 x | - | - | 10.0 x |",
    ]


@pytest.mark.parametrize(
    ("promise", "holds"),
    [
        (Promise(), None),
        (Promise(at_least=10), True),
        (Promise(at_least=10.1), False),
        (Promise(at_most=0.1), True),
        (Promise(at_most=0.05), False),
        (Promise(milliseconds_above=0), True),
        (Promise(milliseconds_above=-100), False),
    ],
)
def test_a_promise_holds_or_not(promise: Promise, holds: bool | None) -> None:
    assert row(promise=promise).holds is holds


def test_no_ratio_reads_better_than_it_is() -> None:
    assert row(that=sample(0.1499), ours=sample(0.01)).cells()[5] == "14.9 x"
    assert row(that=sample(0.01), ours=sample(0.1201), shows="growth").cells()[5] == "12.1 x"


def test_memory_is_in_megabytes() -> None:
    assert row(that=sample(0.064), ours=sample(0.05004), is_memory=True).cells()[3:6] == (
        "64 (64) MB",
        "50 (50) MB",
        "1.2 x",
    )


# -- what is measured ----------------------------------------------------------------------------


def test_sides_run_in_turn_and_in_the_opposite_order_every_other_round() -> None:
    ran = []

    def side(name: str) -> Callable[[], Measurement]:
        def measure() -> Measurement:
            ran.append(name)
            return Measurement(1.0, 1.0)

        return measure

    samples = alternate({name: side(name) for name in "ab"}, Effort(rounds=3))
    assert "".join(ran) == "abbaab"
    assert [len(samples[name].seconds) for name in "ab"] == [3, 3]


def test_two_sides_that_do_different_work_are_not_compared() -> None:
    with pytest.raises(BenchmarkFailed, match="not the same result"):
        expect_same_answer(
            "heads",
            Sample((Measurement(1.0, 1.0, answer="a"),)),
            Sample((Measurement(1.0, 1.0, answer="b"),)),
        )


def test_histories_have_the_shapes_they_are_named_for() -> None:
    branches = histories.labelled_branches(4000, every=20)
    assert [label for *_, label in branches if label] == [f"branch_{n}" for n in range(10)]
    assert sum(depends is not None for _, _, depends, _ in branches) > 100
    merging = histories.branches_and_merges(5000)
    assert sum(isinstance(down, tuple) for _, down, _, _ in merging) > 40
    for history in (branches, merging):
        known: set[str] = set()
        for revision, down, depends, _ in history:
            parents = {down, depends} if not isinstance(down, tuple) else {*down, depends}
            assert parents - {None} <= known
            known.add(revision)


# -- the whole of it -----------------------------------------------------------------------------


def test_a_tiny_run_prints_and_writes_a_table_a_subject(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = tmp_path / "tables.md"
    code = run.main(["--sizes", "3", "--rounds", "1", "--markdown", str(written)])
    printed = capsys.readouterr()
    assert code == 0, printed.err

    facts = printed.out.split("\n\n")[0].splitlines()
    assert facts[0].startswith("alembic-native ")
    assert " processors, load average " in facts[1]
    assert facts[2].startswith("byte code of site-packages: ")

    sections = written.read_text(encoding="utf-8").split("### ")[1:]
    tables = {section.split()[0]: section for section in sections}
    assert list(tables) == ["core", "commands", "lint", "lock", "status", "nothing_to_do"]
    for table in tables.values():
        head, _, *rows = [line for line in table.splitlines() if line.startswith("|")]
        assert head == f"| {' | '.join(HEAD)} |"
        for line in rows:
            *_, that, ours, ratio, promised, holds, _ = line.strip("| ").split(" | ")
            assert that.endswith(("ms", "MB"))
            assert ours.endswith(("ms", "MB"))
            assert ratio.endswith((" x", " ms"))
            # The promises are for the usual sizes.
            assert (promised, holds) == ("-", "-")
    for work in ("load 3 scripts", "peak memory", "order 3", "build and order 30", "upgrade head"):
        assert f"| {work}" in tables["core"]
    for work in ("heads, 3", "history", "show REV", "branches", "revision -m x", "upgrade head"):
        assert f"| {work}" in tables["commands"]
    assert "| upgrade head, nothing to do, PostgreSQL, 3 scripts" in tables["lock"]
    for work in ("upgrade head, 3 steps that never wait", "longest wait of 20 readers"):
        assert f"| {work}" in tables["lock"]
    for work in ("status --url, 3 scripts", "status --all-schemas, 3 schemas"):
        assert f"| {work}" in tables["status"]
