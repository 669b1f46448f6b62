"""What the plugin writes down about a run, and how it is read back."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

from tests.conformance.suite import OUTSIDE, PLUGIN, Outcome, Record, read_record

SUITE = """
import os
import warnings
import pytest

@pytest.fixture
def broken_setup():
    raise OSError("no room")

@pytest.fixture
def broken_teardown():
    yield
    raise OSError("still in use")

def test_passes(): pass
def test_fails(): assert 1 == 2, "one is not two"
@pytest.mark.skip(reason="needs Oracle")
def test_skipped(): pass
def test_skips_itself(): pytest.skip("not today")
@pytest.mark.xfail(reason="known")
def test_fails_as_expected(): assert False
@pytest.mark.xfail(reason="known")
def test_passes_unexpectedly(): pass
def test_error_before(broken_setup): pass
def test_error_after(broken_teardown): pass
def test_warns(): warnings.warn(f"revision 0123456789ab in {os.getcwd()}/versions")
"""

NATIVE = """
from types import SimpleNamespace

def build_info():
    return SimpleNamespace(is_active=True, reason="", calls={"reads": 5})
"""

CRASH = """
import os

def test_first(): pass
def test_crashes(): os._exit(3)
"""


def record_of(suite: str, folder: pathlib.Path) -> Record:
    """Run `suite` with the plugin; the package it asks at the end is a stand-in."""
    (folder / "test_it.py").write_text(suite)
    shutil.copy(PLUGIN, folder)
    for package, text in {
        "alembic": "__version__ = '1.20.1'",
        "sqlalchemy": "__version__ = '2.1.9'",
        "alembic_native": NATIVE,
    }.items():
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text(text)
    # Where the real package is installed, its hook asks the stand-in for the finder.
    (folder / "alembic_native" / "upstream").mkdir()
    (folder / "alembic_native" / "upstream" / "finder.py").write_text(
        "def find_spec(*_): return None\n"
    )
    options = ["-p", "conformance_plugin", "--conformance-record=record.jsonl"]
    options += ["-p", "no:warnings", "-p", "no:cacheprovider", "-c", os.devnull]
    subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_it.py"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return read_record(folder / "record.jsonl")


def test_every_kind_of_outcome(tmp_path: pathlib.Path) -> None:
    record = record_of(SUITE, tmp_path)
    outcomes = {name.partition("::")[2]: outcome for name, outcome in record.outcomes.items()}
    assert outcomes == {
        "test_passes": Outcome("passed"),
        "test_fails": Outcome("failed", "AssertionError: one is not two\nassert 1 == 2"),
        "test_skipped": Outcome("skipped", "Skipped: needs Oracle"),
        "test_skips_itself": Outcome("skipped", "Skipped: not today"),
        "test_fails_as_expected": Outcome("xfailed", "assert False"),
        "test_passes_unexpectedly": Outcome("xpassed", "known"),
        "test_error_before": Outcome("error", "OSError: no room"),
        "test_error_after": Outcome("error", "OSError: still in use"),
        "test_warns": Outcome("passed"),
    }
    assert record.session["alembic"] == "1.20.1"
    assert record.native == {
        "core_loaded": False,
        "active": True,
        "reason": "",
        "call_counts": {"reads": 5},
    }


def test_warnings_are_kept_without_what_is_different_in_each_run(tmp_path: pathlib.Path) -> None:
    record = record_of(SUITE, tmp_path)
    [(text, test)] = record.warnings.items()
    assert text == "UserWarning: revision ... in .../versions"
    assert test.endswith("::test_warns")
    assert test != OUTSIDE


def test_a_crash_leaves_what_came_before_and_the_test_it_came_in(tmp_path: pathlib.Path) -> None:
    record = record_of(CRASH, tmp_path)
    assert list(record.outcomes.values()) == [Outcome("passed")]
    assert record.unfinished is not None
    assert record.unfinished.endswith("::test_crashes")
    assert record.native == {}


def test_a_file_that_cannot_be_imported_is_an_error(tmp_path: pathlib.Path) -> None:
    record = record_of("import no_such_module\n", tmp_path)
    [outcome] = record.outcomes.values()
    assert outcome.name == "error"
    assert "no_such_module" in outcome.message
