"""The parts of `make distributions` that need no bootstrapped system."""

from __future__ import annotations

import pathlib
import subprocess
from types import ModuleType

import pytest

from tests.environments import PROJECT

LOG = """\
100% tests passed, 0 tests failed out of 7
[  PASSED  ] 300 tests.
1 failed, 40 passed in 3.21s
passed: 9000
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(PROJECT / ".ci" / "distributions")
    import run

    return run


def test_tests_that_passed_are_counted_over_all_runners(run: ModuleType) -> None:
    assert run.tests_passed(LOG) == str(7 + 300 + 40)
    assert run.tests_passed("nothing ran") == "-"


def test_the_checkout_is_copied_and_what_was_built_is_kept(
    run: ModuleType, tmp_path: pathlib.Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    subprocess.run(["git", "init", "--quiet", project], check=True)
    (project / ".gitignore").write_text("/build/\n")
    (project / "new.py").touch()
    (project / "build").mkdir()
    system = run.System("trixie", tmp_path / "root")
    target = system.folder / "alembic-native"
    (target / "build").mkdir(parents=True)
    (target / "build" / "object.o").touch()
    (target / "removed.py").touch()

    system.copy_checkout(project)

    assert sorted(path.name for path in target.iterdir()) == [".gitignore", "build", "new.py"]
    assert [path.name for path in (target / "build").iterdir()] == ["object.o"]
