"""What is bound later than at ``import alembic``: the commands, and what a command's run needs."""

from __future__ import annotations

import inspect
import pathlib
import subprocess
import sys

import pytest
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from alembic_native.upstream import binding, contract
from tests.environments import clean_environment
from tests.programs import run_to_end
from tests.small_project import Project, small_project


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return small_project(tmp_path / "project")


def run(program: str, folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
    return run_to_end(
        [sys.executable, "-c", program], folder=folder, environment=clean_environment()
    )


def printed(program: str, folder: pathlib.Path) -> str:
    result = run(program, folder)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_import_alembic_loads_nothing_that_only_commands_need(tmp_path: pathlib.Path) -> None:
    """Bug: a program that imported Alembic alone loaded its command line, argparse and wrappers."""
    program = (
        "import sys, alembic\n"
        "late = ('alembic.command', 'alembic.config', 'argparse')\n"
        "print([name for name in late if name in sys.modules])\n"
        "names = [name.rpartition('.') for name in sys.modules]\n"
        "print(sorted(name for parent, _, name in names if parent == 'alembic_native.upstream'))\n"
    )
    late, ours = printed(program, tmp_path).splitlines()
    assert late == "[]"
    wrappers = {name for names, _ in binding._AT_FIRST_CALL.values() for name in names}
    assert not wrappers & set(ours.strip("[]").replace("'", "").split(", "))


ON_ALEMBIC_CONFIG = """
import sys, alembic
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        # One that answers without asking the others.
        from importlib.machinery import PathFinder
        if name.partition(".")[0] == "alembic":
            return PathFinder.find_spec(name, path, target)
sys.meta_path.insert(0, Finder)
"""

UPGRADE = """
import io
from alembic import command
from alembic.config import Config
command.upgrade(Config("alembic.ini"), "head")
import alembic_native
print(alembic_native.build_info().is_active, hasattr(command, "status"))
"""


@pytest.mark.parametrize("before", ["", ON_ALEMBIC_CONFIG])
def test_commands_are_bound_when_their_modules_are_imported(project: Project, before: str) -> None:
    """Also where a finder that came after `import alembic` has answered in place of ours."""
    assert printed(before + UPGRADE, project.folder) == "True True\n"
    assert project.rows == ["bbbb2"]


def test_config_is_imported_anew(tmp_path: pathlib.Path) -> None:
    """Bug: after `importlib.reload(alembic.config)`, `alembic status` had no options."""
    program = (
        "import importlib, sys, alembic.config\n"
        "def state():\n"
        "    options = alembic.config.CommandLine().parser.parse_args(['status', '--json'])\n"
        "    return options.cmd[0].__name__\n"
        "print(state())\n"
        "importlib.reload(alembic.config)\n"
        "print(state())\n"
        "del sys.modules['alembic.config']\n"
        "import alembic.config\n"
        "print(state())\n"
    )
    assert printed(program, tmp_path) == "status\n" * 3


def test_python_m_alembic_config(project: Project) -> None:
    """It is upstream's own, and Python has nothing to warn of."""
    result = run_to_end(
        [sys.executable, "-W", "error", "-m", "alembic.config", "upgrade", "head"],
        folder=project.folder,
        environment=clean_environment(),
    )
    assert result.returncode == 0, result.stderr
    assert project.rows == ["bbbb2"]


def test_a_method_that_waits_looks_as_upstreams() -> None:
    for method in (MigrationContext.run_migrations, ScriptDirectory.run_env):
        assert method.__doc__
        assert method.__qualname__.startswith(("MigrationContext.", "ScriptDirectory."))
    parameters = inspect.signature(ScriptDirectory.generate_revision).parameters
    assert list(parameters)[:3] == ["self", "revid", "message"]
    assert inspect.ismethod(ScriptDirectory.from_config)


WRAPPED = """
from alembic.script import ScriptDirectory
run_env = ScriptDirectory.run_env
def traced(self):
    print("traced")
    run_env(self)
ScriptDirectory.run_env = traced
from alembic import command
from alembic.config import Config
config = Config("alembic.ini")
command.upgrade(config, "head")
command.current(config)
print(ScriptDirectory.run_env is traced)
"""


def test_a_tool_has_wrapped_a_method_before_its_first_call(project: Project) -> None:
    """What it has put there stays, and ours is called within."""
    assert printed(WRAPPED, project.folder) == "traced\ntraced\nbbbb2 (head)\nTrue\n"


IN_THREADS = """
import sys, threading
sys.setswitchinterval(1e-6)
from alembic.runtime.environment import EnvironmentContext
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic_native.upstream import binding
bound, bind = [], binding._bind_waiting_parts
binding._bind_waiting_parts = lambda found: bound.append(bind(found))
start = threading.Barrier(4)
def enter():
    config = Config("alembic.ini")
    start.wait()
    with EnvironmentContext(config, ScriptDirectory.from_config(config)):
        pass
threads = [threading.Thread(target=enter) for _ in range(4)]
for one in threads: one.start()
for one in threads: one.join()
print(len(bound))
"""


def test_several_threads_call_first(project: Project) -> None:
    assert printed(IN_THREADS, project.folder) == "1\n"


KEPT = """
import importlib, sys
from alembic.config import CommandLine
{again}
print(CommandLine().parser.parse_args(["upgrade", "-v", "head"]).revision)
"""


@pytest.mark.parametrize(
    "again",
    [
        "importlib.reload(sys.modules['alembic.config'])",
        "del sys.modules['alembic.config']; import alembic.config",
    ],
)
def test_a_class_of_before_a_reload_is_bound_as_well(tmp_path: pathlib.Path, again: str) -> None:
    """Bug: only the newest class was bound at the first call; the others were upstream's."""
    assert printed(KEPT.format(again=again), tmp_path) == "head\n"


IN_A_FORK = """
import os, threading, warnings
# Of Python 3.12 and newer: a fork while there is a thread.
warnings.simplefilter("ignore", DeprecationWarning)
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic_native.upstream import binding
under_way, may_end, bind = threading.Event(), threading.Event(), binding._bind_waiting_parts
def slow(found):
    under_way.set()
    may_end.wait()
    bind(found)
binding._bind_waiting_parts = slow
def load():
    ScriptDirectory.from_config(Config("alembic.ini"))
thread = threading.Thread(target=load)
thread.start()
under_way.wait()
child = os.fork()
if not child:
    binding._bind_waiting_parts = bind
    load()
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
may_end.set()
thread.join()
"""


def test_a_child_process_does_not_wait_for_a_thread_of_its_parent(project: Project) -> None:
    """Bug: a fork during the first call left the child without an end."""
    assert printed(IN_A_FORK, project.folder) == "7\n"


@pytest.mark.parametrize("part", sorted(binding._AT_FIRST_CALL))
def test_the_methods_that_wait_are_those_that_are_wrapped(part: str) -> None:
    binders, methods = binding._AT_FIRST_CALL[part]
    expected = {tuple(name.split(".")) for names in methods.values() for name in names}
    if part == contract.LOCK.name:
        # For what is bound in its place.
        expected.remove(("EnvironmentContext", "__enter__"))
    assigned = binding._assignments(binders, binding._imported)
    assert {(owner.__name__, name) for owner, name, _ in assigned} == expected
