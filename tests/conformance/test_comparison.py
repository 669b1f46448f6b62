"""What the comparison of two runs of upstream's suite says about them."""

from __future__ import annotations

import pathlib
from typing import Any

from tests.conformance.comparison import SERVED, Comparison, describe, table
from tests.conformance.suite import Outcome, Record

ENVIRONMENT = pathlib.Path("/cache/venv-1.20.1")
PASSED = Outcome("passed")


def run_off(**outcomes: Outcome) -> Record:
    return Record(outcomes=outcomes, session=session(), native=native(active=False, calls=0))


def run_on(**outcomes: Outcome) -> Record:
    return Record(outcomes=outcomes, session=session(), native=native(active=True, calls=7))


def session() -> dict[str, Any]:
    return {
        "alembic": "1.20.1",
        "alembic_file": f"{ENVIRONMENT}/lib/python3.11/site-packages/alembic/__init__.py",
        "sqlalchemy": "2.1.9",
    }


def native(*, active: bool, calls: int) -> dict[str, Any]:
    return {
        "core_loaded": active,
        "active": active,
        "reason": "" if active else "switched off",
        "call_counts": dict.fromkeys(SERVED, calls),
    }


def compared(off: Record, on: Record, *, whole: bool = True) -> Comparison:
    return Comparison("1.20.1", "sqlite", off, on, ENVIRONMENT, whole)


def test_runs_that_agree() -> None:
    skipped, failed = Outcome("skipped", "needs Oracle"), Outcome("failed", "1 != 2")
    comparison = compared(
        run_off(one=PASSED, two=skipped, three=failed),
        run_on(one=PASSED, two=skipped, three=failed),
    )
    assert (comparison.passed, comparison.failed) == (3, 0)
    assert "failed in both: three\n    1 != 2" in describe(comparison)
    assert table([comparison]).splitlines()[1].split() == [
        "1.20.1", "2.1.9", "sqlite", "3", "1", "1", "1", "0"
    ]  # fmt: skip


def test_a_test_that_ends_differently_is_listed_with_both_messages() -> None:
    comparison = compared(
        run_off(one=PASSED, two=Outcome("skipped", "needs Oracle")),
        run_on(one=Outcome("failed", "KeyError: 'a'"), two=PASSED),
    )
    assert (comparison.passed, comparison.failed) == (0, 2)
    text = describe(comparison)
    assert "different: one\n    off  passed\n    on   failed: KeyError: 'a'" in text
    assert "different: two\n    off  skipped: needs Oracle\n    on   passed" in text


def test_a_test_that_only_one_run_has_is_a_difference() -> None:
    comparison = compared(run_off(one=PASSED, two=PASSED), run_on(one=PASSED, three=PASSED))
    assert comparison.tests == ["one", "two", "three"]
    assert [(found.test, found.off.name, found.on.name) for found in comparison.differences] == [
        ("two", "passed", "not run"),
        ("three", "not run", "passed"),
    ]
    assert (comparison.passed, comparison.failed) == (1, 2)


def test_a_warning_that_only_the_overlay_leads_to_is_a_difference() -> None:
    off, on = run_off(one=PASSED, two=PASSED), run_on(one=PASSED, two=PASSED)
    off.warnings = {"UserWarning: known": "one"}
    on.warnings = {
        "UserWarning: known": "two",
        "DeprecationWarning: ours": "two",
        "UserWarning: a.py lies where no script is looked for, so that ...": "one",
    }
    [difference] = compared(off, on).differences
    assert (difference.test, difference.on.name) == ("two", "passed with a warning")
    assert difference.on.message == "DeprecationWarning: ours"


def test_a_second_run_without_the_overlay_proves_nothing() -> None:
    on = run_on(one=PASSED)
    on.native = native(active=False, calls=0)
    comparison = compared(run_off(one=PASSED), on)
    assert (comparison.passed, comparison.failed) == (0, 1)
    assert "objection: the overlay was not active in the second run" in describe(comparison)


def test_a_core_that_served_only_in_part_proves_nothing() -> None:
    on = run_on(one=PASSED)
    on.native["call_counts"]["row_operations"] = 0
    comparison = compared(run_off(one=PASSED), on)
    assert comparison.objections == ["the native core was never called for row_operations"]
    assert compared(run_off(one=PASSED), on, whole=False).objections == []


def test_a_core_that_was_never_called_proves_nothing_for_some_tests_either() -> None:
    on = run_on(one=PASSED)
    on.native = native(active=True, calls=0)
    comparison = compared(run_off(one=PASSED), on, whole=False)
    assert comparison.objections == ["the native core was never called"]


def test_a_first_run_with_the_core_loaded_proves_nothing() -> None:
    off = run_off(one=PASSED)
    off.native["core_loaded"] = True
    assert compared(off, run_on(one=PASSED)).objections == [
        "ALEMBIC_NATIVE=0 did not keep the overlay out of the first run"
    ]


def test_many_tests_that_fail_in_both_runs_prove_nothing() -> None:
    """Without its database everything failed alike, and the runs counted as equal."""
    failed = {f"test_{number}": Outcome("failed", "no connection") for number in range(6)}
    comparison = compared(run_off(**failed), run_on(**failed))
    assert comparison.objections == ["6 tests failed in both: the environment is broken"]
    assert comparison.failed == 6


def test_a_crash_names_the_test_it_happened_in() -> None:
    on = Record(outcomes={"one": PASSED}, unfinished="two", ending="was ended by SIGSEGV, see log")
    comparison = compared(run_off(one=PASSED, two=PASSED), on)
    assert comparison.objections == [
        "the run with the overlay on was ended by SIGSEGV, see log during two"
    ]
    assert comparison.failed == 2


def test_two_runs_without_a_test_do_not_pass() -> None:
    comparison = compared(run_off(), run_on())
    assert "the run with the overlay off ran no test" in comparison.objections
    assert (comparison.passed, comparison.failed) == (0, 1)


def test_upstream_must_be_the_installed_one_of_that_version() -> None:
    off, on = run_off(one=PASSED), run_on(one=PASSED)
    off.session["alembic_file"] = "/cache/source/alembic/__init__.py"
    on.session["alembic"] = "1.19.2"
    assert compared(off, on).objections == [
        "the run with the overlay off tested /cache/source/alembic/__init__.py",
        "the run with the overlay on tested alembic 1.19.2",
    ]
