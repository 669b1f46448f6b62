"""When the command explains an exception, and when it leaves it alone."""

from __future__ import annotations

import pathlib
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.differential.cli_processes import ALEMBIC, Result, Server, clean_environment
from tests.programs import run_to_end
from tests.small_project import Project, small_project

#: One line of every explanation.
EXPLAINED = b"`alembic --raiseerr upgrade ...` shows all of it."
TRACEBACK = b"Traceback (most recent call last):\n"


@pytest.fixture(scope="module")
def processes() -> Iterator[Server]:
    server = Server("sqlalchemy.dialects.sqlite", "mako.template")
    yield server
    server.stop()


class Command:
    """`alembic` in a project whose `env.py` begins with the given lines."""

    def __init__(self, project: Project, processes: Server) -> None:
        self.project = project
        self._processes = processes
        self.modules: frozenset[str] = frozenset()

    def __call__(self, *words: str, env_py: str = "", **environment: str) -> Result:
        file = self.project.folder / "migrations" / "env.py"
        body = file.read_text()
        file.write_text(env_py + body)
        result, self.modules = self._processes.run(self.project.folder, words, environment)
        file.write_text(body)
        return result


@pytest.fixture
def command(tmp_path: pathlib.Path, processes: Server) -> Command:
    return Command(small_project(tmp_path / "project"), processes)


FAILS = "raise ValueError('no database today')\n"


def test_an_exception_is_explained(command: Command) -> None:
    done = command("upgrade", "head", env_py=FAILS)
    assert (done.exit_code, done.stdout) == (1, b"")
    assert EXPLAINED in done.stderr
    assert TRACEBACK not in done.stderr


def test_with_raiseerr_the_traceback_is_whole(command: Command) -> None:
    done = command("--raiseerr", "upgrade", "head", env_py=FAILS)
    assert done.exit_code == 1
    assert done.stderr.startswith(TRACEBACK)
    assert b"alembic/command.py" in done.stderr
    assert done.stderr.endswith(b"\nValueError: no database today\n")


@pytest.mark.parametrize(
    "raised", ["KeyboardInterrupt", "BrokenPipeError('a pipe')", "GeneratorExit"]
)
def test_what_is_no_error_is_pythons(command: Command, raised: str) -> None:
    done = command("upgrade", "head", env_py=f"raise {raised}\n")
    assert done.exit_code == 1
    assert done.stderr.startswith(TRACEBACK)
    assert EXPLAINED not in done.stderr


def test_an_env_py_that_ends_the_process(command: Command) -> None:
    done = command("upgrade", "head", env_py="import sys\n\nsys.exit(3)\n")
    assert (done.exit_code, done.stdout, done.stderr) == (3, b"", b"")


def test_a_hook_of_somebody_else(command: Command) -> None:
    """A tool that reports exceptions, or prints them in its way, has set `sys.excepthook`."""
    hook = "import sys\n\nsys.excepthook = lambda *_: print('reported', file=sys.stderr)\n"
    done = command("upgrade", "head", env_py=hook + FAILS)
    assert (done.exit_code, done.stderr) == (1, b"reported\n")


def test_an_explanation_that_fails(command: Command) -> None:
    fault = (
        "from alembic_native.run import explanation\n\n"
        "def explain(*_):\n    raise KeyError('a fault')\n\nexplanation.explain = explain\n"
    )
    done = command("upgrade", "head", env_py=fault + FAILS, ALEMBIC_NATIVE_RAISE_FAULTS="")
    assert done.exit_code == 1
    assert done.stderr.startswith(TRACEBACK)
    assert b"\nValueError: no database today\n" in done.stderr
    assert b"alembic-native met a fault of its own (KeyError: 'a fault' at env.py:4)" in done.stderr


def test_a_hint_that_fails(command: Command) -> None:
    """The error was told; exit code and output are as ever."""
    fault = (
        "from alembic_native.run import hints\n\n"
        "def hint_for(*_):\n    raise KeyError('a fault')\n\nhints.hint_for = hint_for\n"
    )
    done = command("upgrade", "cccc3", env_py=fault, ALEMBIC_NATIVE_RAISE_FAULTS="")
    assert done.exit_code == 255
    assert done.stdout == b"FAILED: Can't locate revision identified by 'cccc3'\n"
    assert b"alembic-native met a fault of its own" in done.stderr


def test_quiet_gives_no_hint(command: Command) -> None:
    assert command("upgrade", "cccc3").stderr.startswith(b"Hint: ")
    assert command("--quiet", "upgrade", "cccc3").stderr == b""


def test_an_output_that_is_not_utf_8(command: Command) -> None:
    reconfigured = "import sys\n\nsys.stderr.reconfigure(encoding='ascii', errors='strict')\n"
    raised = "raise ValueError('\u0142\u00f3d\u017a')\n"
    done = command("upgrade", "head", env_py=reconfigured + raised)
    assert b"\nValueError: \\u0142\\xf3d\\u017a\n" in done.stderr


def test_a_configuration_that_is_not_one(command: Command) -> None:
    command.project.folder.joinpath("alembic.ini").write_text(
        "sqlalchemy.url = a://b:hunter2@c/d\n"
    )
    done = command("current")
    assert done.exit_code == 1
    assert b"MissingSectionHeaderError: File contains no section headers." in done.stderr
    assert b"hunter2" not in done.stderr
    assert b"What to do: Correct alembic.ini; a % in a value is written as %%." in done.stderr


def test_a_run_that_succeeds_loads_no_explanation(command: Command) -> None:
    assert command("upgrade", "head").exit_code == 0
    told = {"explanation", "secrets", "committed", "not_committed", "summary"}
    assert not {f"alembic_native.run.{name}" for name in told} & command.modules


def test_a_run_that_ends_in_an_error_says_nothing_twice(command: Command) -> None:
    """An `env.py` that runs a command of its own, catches what it raises, and goes on."""
    inner = (
        "import alembic.config\n\n"
        "if not alembic.context.config.get_main_option('inner'):\n"
        "    try:\n        alembic.config.main(['--name', 'inner', 'current'])\n"
        "    except Exception:\n        pass\n"
    )
    ini = command.project.folder / "alembic.ini"
    ini.write_text(ini.read_text() + "[inner]\nscript_location = nowhere\ninner = yes\n")
    done = command("upgrade", "head", env_py=f"import alembic\n{inner}")
    assert EXPLAINED not in done.stderr


# ---- programs, and processes of their own --------------------------------------------------------


def run(folder: pathlib.Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_to_end(words, folder=folder, environment=clean_environment(**environment))


def test_a_program_gets_the_exception_as_it_is(command: Command) -> None:
    """One that calls the command line, and catches or does not catch what it raises."""
    folder = command.project.folder
    (folder / "migrations" / "env.py").write_text(FAILS)
    program = (
        "import sys\nfrom alembic.config import main\n"
        "try:\n    main(['upgrade', 'head'])\n"
        "except ValueError as error:\n    print('caught', error)\n"
        "try:\n    main(['-c', 'nowhere.ini', 'upgrade', 'cccc3'])\n"
        "except SystemExit as exit_:\n    print('ended with', exit_.code)\n"
        "main(['upgrade', 'head'])\n"
    )
    done = run(folder, sys.executable, "-c", program)
    assert done.stdout.startswith("caught no database today\n")
    assert done.stderr.count("Traceback (most recent call last):\n") == 1
    assert done.stderr.endswith("\nValueError: no database today\n")
    assert "Hint" not in done.stderr
    assert "What to do" not in done.stderr


def test_as_a_module(command: Command) -> None:
    (command.project.folder / "migrations" / "env.py").write_text(FAILS)
    done = run(command.project.folder, sys.executable, "-m", "alembic", "upgrade", "head")
    assert done.returncode == 1
    assert EXPLAINED.decode() in done.stderr


def test_a_closed_standard_error(command: Command) -> None:
    (command.project.folder / "migrations" / "env.py").write_text(FAILS)
    done = run(command.project.folder, "sh", "-c", f"exec {ALEMBIC} upgrade head 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
