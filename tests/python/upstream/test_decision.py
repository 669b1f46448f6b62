"""What the warning says of an Alembic that does not fit."""

from __future__ import annotations

import pytest

from alembic_native.upstream.contract import ALL_PARTS
from alembic_native.upstream.decision import Decision


def warning(version: str, *inactive: str) -> str:
    reasons = {name: "Alembic has no alembic.config.later" for name in inactive}
    assert reasons.keys() <= {part.name for part in ALL_PARTS}
    with pytest.warns(RuntimeWarning) as warnings:
        Decision(version, reasons).warn()
    [said] = warnings
    return str(said.message)


def test_an_alembic_that_is_too_old_is_to_be_raised() -> None:
    """Bug: a newer alembic-native was recommended, after 1,100 characters on what is missing."""
    for version in ("1.15.2", "1.9"):
        said = warning(version, "lock", "errors")
        assert said.startswith(
            f"alembic-native needs Alembic 1.16.0 or newer, and {version} is installed: its parts "
            "lock, errors are not active, and two runs on one database at once may collide. `"
        )
        assert "-m pip install --upgrade alembic` mends that. The rest" in said


def test_for_an_alembic_that_is_newer_there_may_be_a_newer_alembic_native() -> None:
    said = warning("1.99.0", "lock")
    assert "does not fit Alembic 1.99.0 as a whole: Alembic has no alembic.config.later" in said
    assert "two runs on one database at once may collide" in said
    assert "A newer alembic-native may know this Alembic" in said


@pytest.mark.parametrize("version", ["1.16", "1.16.0+corp", "1.20.1", "main", ""])
def test_only_a_version_that_is_known_to_be_older_is_too_old(version: str) -> None:
    assert f"does not fit Alembic {version or '(version unknown)'}" in warning(version, "lock")


def test_a_mistake_in_saying_so_does_not_break_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALEMBIC_NATIVE_RAISE_FAULTS", raising=False)
    monkeypatch.setattr(Decision, "_text", lambda *_: 1 / 0)
    assert "a fault of its own (ZeroDivisionError" in warning("1.99.0", "lock")
