"""A mistake in this package: the command ends as upstream's, and one line asks for a report.

A copy of the package in which a statement raises stands before the installed one on the path.
"""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

import pytest

import alembic_native
from tests.environments import clean_environment
from tests.small_project import Project, small_project

OURS = pathlib.Path(alembic_native.__file__).parent
ALEMBIC = pathlib.Path(sys.executable).with_name("alembic")
PATIENCE_SECONDS = 120


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return small_project(tmp_path / "project")


def plant(folder: pathlib.Path, file: str, before: str) -> str:
    """The folder of a copy in which a statement raises before the line that begins so."""
    copy = folder / "faulty" / "alembic_native"
    shutil.copytree(OURS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    lines = (copy / file).read_text().splitlines(keepends=True)
    [index] = [at for at, line in enumerate(lines) if line.strip().startswith(before)]
    indent = lines[index][: len(lines[index]) - len(lines[index].lstrip())]
    lines.insert(index, f"{indent}raise KeyError('planted')\n")
    (copy / file).write_text("".join(lines))
    return str(folder / "faulty")


def run(project: Project, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ALEMBIC), *words],
        cwd=project.folder,
        env=clean_environment(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


IN_READING = [
    ("history/scripts.py", "self._table = read_version_locations"),
    ("history/configuration.py", "script_location = configuration.text"),
    ("reading/commands.py", "resolves = options"),
    ("reading/printing.py", "def write("),
    ("upstream/answering.py", "command_line = read_command_line"),
]
IN_TAKING_OVER = [
    ("upstream/decision.py", "version = sources.version()"),
    ("upstream/decision.py", "if unknown:"),
    ("upstream/binding.py", "if module.__name__ in (COMMAND, CONFIG)"),
    ("upstream/binding.py", "has_lock = found"),
    ("upstream/first_calls.py", "doubles = self"),
    ("upstream/script.py", "directory, script = base"),
    ("upstream/locked_runs.py", "upstream = migration"),
    ("upstream/registration.py", "upstream = config_module"),
    ("upstream/status_commands.py", "for function in"),
]


@pytest.mark.parametrize(("file", "before"), IN_READING)
def test_a_mistake_in_reading(
    project: Project, tmp_path: pathlib.Path, file: str, before: str
) -> None:
    """Bug: upstream answered, and nobody heard of the mistake."""
    expect_a_report(project, plant(tmp_path, file, before), "heads")


@pytest.mark.parametrize(("file", "before"), IN_TAKING_OVER)
def test_a_mistake_in_taking_over(
    project: Project, tmp_path: pathlib.Path, file: str, before: str
) -> None:
    """Bug: `import alembic` ended in the exception."""
    expect_a_report(project, plant(tmp_path, file, before), "upgrade", "head")
    assert project.rows == ["bbbb2"]


def expect_a_report(project: Project, faulty: str, *words: str) -> None:
    theirs = run(project, *words, ALEMBIC_NATIVE="0", PYTHONPATH=faulty)
    project.database.unlink(missing_ok=True)
    ours = run(project, *words, PYTHONPATH=faulty)
    assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout) == (0, ours.stdout)
    told = [line for line in ours.stderr.splitlines() if "RuntimeWarning" in line]
    assert len(told) == 1, ours.stderr
    assert "alembic-native met a fault of its own (KeyError: 'planted' at " in told[0]
    assert "Please report it" in told[0]
    raised = run(project, *words, PYTHONPATH=faulty, ALEMBIC_NATIVE_RAISE_FAULTS="1")
    assert raised.returncode == 1
    assert raised.stderr.splitlines()[-1] == "KeyError: 'planted'"
