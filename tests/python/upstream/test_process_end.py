"""The end of a command that was answered without Alembic: nothing that waits for it is lost."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from tests.differential.cli_processes import ALEMBIC, clean_environment
from tests.differential.cli_projects import DIAMOND, lay_out, project

HEAD = "dddd4444 (left) (head)"

#: A program that runs the console script, and does something afterwards.
AROUND = f"""
import runpy, sys
sys.argv[:] = [{ALEMBIC!r}, "heads"]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    print("ended with", end.code)
"""


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    lay_out(project(*DIAMOND), tmp_path)
    return tmp_path


def run(
    folder: pathlib.Path, *command: str, customize: str = ""
) -> subprocess.CompletedProcess[str]:
    """``customize`` is what Python runs before everything else."""
    (folder / "sitecustomize.py").write_text(customize)
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=clean_environment(PYTHONPATH=str(folder)),
        input="",
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", [[ALEMBIC], ["-m", "alembic"]])
def test_all_is_printed(folder: pathlib.Path, command: list[str]) -> None:
    answer = run(folder, *command, "heads")
    assert (answer.returncode, answer.stdout.splitlines(), answer.stderr) == (0, [HEAD], "")


def test_what_was_registered_for_the_end_is_done(folder: pathlib.Path) -> None:
    customize = "import atexit; atexit.register(print, 'at the end')"
    answer = run(folder, ALEMBIC, "heads", customize=customize)
    assert answer.stdout.splitlines() == [HEAD, "at the end"]


def test_threads_are_waited_for(folder: pathlib.Path) -> None:
    customize = "import threading; threading.Timer(0.5, print, ['later']).start()"
    answer = run(folder, ALEMBIC, "heads", customize=customize)
    assert answer.stdout.splitlines() == [HEAD, "later"]


def test_a_program_around_the_command_goes_on(folder: pathlib.Path) -> None:
    """A profiler of memory that ran the console script never wrote its file."""
    assert run(folder, "-c", AROUND).stdout.splitlines() == [HEAD, "ended with 0"]


def test_python_says_that_nobody_reads_the_output(folder: pathlib.Path) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, ALEMBIC, "heads"],
            cwd=folder,
            env=clean_environment(),
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert result.returncode == 120
    assert b"No space left on device" in result.stderr


def test_a_prompt_follows_with_option_i(folder: pathlib.Path) -> None:
    assert "SystemExit: 0" in run(folder, "-i", ALEMBIC, "heads").stderr
