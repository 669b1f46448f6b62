"""What `env.py` and scripts print and log while `status` and `wait` run them."""

from __future__ import annotations

import json

import pytest

from tests.alembic_command import Answer, alembic
from tests.locking.projects import Project
from tests.python.reading.test_cli_imports import python

NOISE = """
import logging, sys, warnings
print("env.py runs")
sys.stdout.flush()
warnings.warn("env.py warns")
"""
LOGS = """
logging.getLogger("shop").warning("env.py logs")
logging.getLogger("alembic.shop").info("env.py informs")
"""


@pytest.fixture
def noisy(steps: Project) -> Project:
    """A project whose `env.py` says much, before and after it has configured logging."""
    env = steps.folder / "env.py"
    env.write_text(NOISE + env.read_text() + LOGS)
    return steps


def run(project: Project, *words: str, **environment: str) -> Answer:
    return alembic(*project.command(*words), folder=project.folder, **environment)


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--quiet"],
        ["status", "--check", "-q", "--json"],
        ["wait", "-q", "--timeout", "0"],
    ],
)
def test_quiet_is_nothing_but_the_exit_code(
    words: list[str], noisy: Project, sqlite_url: str
) -> None:
    """The log lines and the output of env.py were seen."""
    expected = 0 if words[1] == "--quiet" else 1
    assert run(noisy, *words, DATABASE_URL=sqlite_url) == Answer(expected, "", "")


def test_quiet_about_a_script_that_has_to_be_imported(noisy: Project, sqlite_url: str) -> None:
    script = noisy.folder / "versions" / "step0001.py"
    script.write_text(script.read_text() + "revision = revision\nprint('imported')\n")
    assert run(noisy, "status", "--quiet", "--url", sqlite_url) == Answer(0, "", "")
    answer = run(noisy, "status", "--json", "--url", sqlite_url)
    assert json.loads(answer.stdout)["script_heads"] == ["step0003"]
    assert answer.stderr == "imported\n"


@pytest.mark.parametrize("command", ["status", "wait"])
def test_quiet_is_not_about_errors(command: str, noisy: Project) -> None:
    answer = run(noisy, command, "--quiet", DATABASE_URL="nosuch://")
    assert (answer.exit_code, answer.stdout) == (255, "")
    assert "Can't load plugin: sqlalchemy.dialects:nosuch" in answer.stderr
    assert "env.py" not in answer.stderr


def test_json_is_alone_on_the_standard_output(noisy: Project, sqlite_url: str) -> None:
    """A program that read the JSON met what env.py prints."""
    answer = run(noisy, "status", "--json", DATABASE_URL=sqlite_url)
    assert len(json.loads(answer.stdout)["databases"][0]["pending"]) == 3
    for line in "env.py runs", "env.py warns", "env.py logs", "env.py informs":
        assert line in answer.stderr


def test_the_report_for_people_comes_after_what_env_py_says(
    noisy: Project, sqlite_url: str
) -> None:
    answer = run(noisy, "status", DATABASE_URL=sqlite_url)
    assert answer.stdout.startswith("env.py runs\nDatabase  ")
    assert "env.py logs" in answer.stderr


def test_wait_says_only_what_changes(noisy: Project, sqlite_url: str) -> None:
    """At each inspection the log lines of env.py came again."""
    answer = run(noisy, "wait", "--timeout", "2.5", DATABASE_URL=sqlite_url)
    first, state, last = answer.stdout.splitlines()
    assert first.startswith("Waiting for ")
    assert "3 revisions are still to run" in state
    assert last.startswith("Gave up after 2.5 s. ")
    assert answer.stderr == ""


def test_in_a_program_the_command_leaves_the_process_alone(noisy: Project, sqlite_url: str) -> None:
    """What other threads printed was lost; where two waited, for good."""
    program = """
import logging, sys, threading, time
from alembic import command
from alembic.config import Config
def wait(pause):
    time.sleep(pause)
    try:
        command.wait(Config("alembic.ini", stdout=sys.stderr), timeout=1)
    except SystemExit:
        pass
threads = [threading.Thread(target=wait, args=(pause,)) for pause in (0, 0.5)]
[thread.start() for thread in threads]
time.sleep(0.8)
print("other thread", sys.stdout is sys.__stdout__, logging.root.manager.disable)
[thread.join() for thread in threads]
print("afterwards", sys.stdout is sys.__stdout__, logging.root.manager.disable)
"""
    printed = python("-c", program, folder=noisy.folder, DATABASE_URL=sqlite_url).splitlines()
    assert "other thread True 0" in printed
    assert printed[-1] == "afterwards True 0"


def test_from_python_nothing_is_left_out(noisy: Project, sqlite_url: str) -> None:
    """A program has its own logging, and other threads."""
    program = "import alembic_native; alembic_native.status('alembic.ini')"
    printed = python("-c", program, folder=noisy.folder, DATABASE_URL=sqlite_url)
    assert printed == "env.py runs\n"
