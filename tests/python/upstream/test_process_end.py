"""The end of a command that was answered without Alembic: nothing that waits for it is lost."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from tests.differential.cli_processes import ALEMBIC, clean_environment
from tests.differential.cli_projects import DIAMOND, lay_out, project

HEAD = "dddd4444 (left) (head)"

#: Runs the console script as Python runs it, after some lines.
COMMAND = """
import sys
sys.argv[:] = [{script!r}, "heads"]
{before}
exec(compile(open(sys.argv[0]).read(), sys.argv[0], "exec"))
"""


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    lay_out(project(*DIAMOND), tmp_path)
    return tmp_path


def run(folder: pathlib.Path, *options: str, before: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", COMMAND.format(script=ALEMBIC, before=before)],
        cwd=folder,
        env=clean_environment(),
        input="",
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_was_registered_for_the_end_is_done(folder: pathlib.Path) -> None:
    before = "import atexit; atexit.register(print, 'at the end')"
    assert run(folder, before=before).stdout.splitlines() == [HEAD, "at the end"]


def test_threads_are_waited_for(folder: pathlib.Path) -> None:
    before = "import threading; threading.Timer(0.2, print, ['later']).start()"
    assert run(folder, before=before).stdout.splitlines() == [HEAD, "later"]


def test_python_says_that_nobody_reads_the_output(folder: pathlib.Path) -> None:
    command = [sys.executable, ALEMBIC, "heads"]
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            command, cwd=folder, env=clean_environment(), stdout=full, stderr=subprocess.PIPE
        )
    assert result.returncode == 120
    assert b"No space left on device" in result.stderr


def test_a_prompt_follows_with_option_i(folder: pathlib.Path) -> None:
    assert "SystemExit: 0" in run(folder, "-i").stderr
