"""One script directory may be asked by several threads, also while it loads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from alembic.script.revision import Revision, RevisionMap

from tests.threads import in_threads

THREADS = 4
SCRIPTS = 60
#: That of the first revision.
LABEL = ("lib",)


@pytest.fixture(autouse=True)
def threads_that_take_turns_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    versions = tmp_path / "versions"
    versions.mkdir()
    for number in range(SCRIPTS):
        parent = repr(f"{number - 1:04}") if number else "None"
        (versions / f"{number}.py").write_text(
            f"revision = '{number:04}'\ndown_revision = {parent}\nMARK = object()\n"
        )
    return tmp_path


def test_first_use_by_several_threads(folder: Path) -> None:
    """A thread met a map that another one was still loading, with AssertionError."""
    for _ in range(20):
        directory = ScriptDirectory(str(folder))
        results = in_threads(THREADS, lambda _: directory.get_revision("head").revision)  # noqa: B023
        assert results == [f"{SCRIPTS - 1:04}"] * THREADS


def test_scripts_are_the_same_objects_for_all_threads(folder: Path) -> None:
    directory = ScriptDirectory(str(folder))
    assert directory.get_heads()
    seen = in_threads(THREADS, lambda _: [id(one) for one in directory.walk_revisions()])
    assert all(one == seen[0] for one in seen)


def test_a_script_is_imported_once(folder: Path) -> None:
    """Each thread imported the script and had a module of its own."""
    script = ScriptDirectory(str(folder)).get_revision("head")
    assert script is not None
    marks = in_threads(THREADS, lambda _: script.module.MARK)
    assert len({id(mark) for mark in marks}) == 1


def test_what_a_revision_learns_from_its_map_is_whole() -> None:
    """A thread that asked while another one was told saw a revision without followers."""
    for _ in range(20):
        revisions = [
            Revision(f"{number:04}", f"{number - 1:04}" if number else None, None, LABEL[number:])
            for number in range(SCRIPTS)
        ]
        assert RevisionMap(lambda: revisions).heads  # noqa: B023
        results = in_threads(
            THREADS,
            lambda _: [
                (one.is_head, one._resolved_dependencies, sorted(one.branch_labels))
                for one in revisions  # noqa: B023
            ],
        )
        expected = [(number == SCRIPTS - 1, (), ["lib"]) for number in range(SCRIPTS)]
        assert results == [expected] * THREADS
