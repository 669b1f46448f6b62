"""Tools of others that wrap, trace or rewrite imports, loaded before us: nothing is lost, nothing
hangs, and commands end as they do with ``ALEMBIC_NATIVE=0``."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Sequence

import alembic
import pytest

from tests.environments import (
    BUILD,
    PROJECT,
    VirtualEnvironment,
    clean_environment,
    stand_alone_wheel,
)
from tests.programs import run_to_end
from tests.small_project import Project, small_project

ALEMBIC = pathlib.Path(sys.executable).with_name("alembic")

#: A tool's finder and loader, told what to wrap and where among the finders to stand.
WRAPPING = """
import importlib.util
import sys

class Loader:
    def __init__(self, wrapped):
        self.wrapped = wrapped

    def __getattr__(self, name):
        return getattr(self.wrapped, name)

    def create_module(self, spec):
        return self.wrapped.create_module(spec)

    def exec_module(self, module):
        {before_execution}
        self.wrapped.exec_module(module)

class Finder:
    asking = set()

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if not ({wrapped}) or name in cls.asking:
            return None
        {before_answer}
        cls.asking.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            cls.asking.remove(name)
        if spec is not None and spec.loader is not None:
            spec.loader = Loader(spec.loader)
        return spec

sys.meta_path.insert({position}, Finder)
"""

IN_FRONT_OF_OURS, BEHIND_OURS = 0, 1

#: What a program prints where every part is active, and bound once.
IS_ACTIVE = """
import alembic.command, alembic.config, alembic.script.revision, alembic_native
from alembic.runtime.migration import MigrationContext
is_active = alembic_native.build_info().is_active
def wrapped(function):
    for cell in function.__closure__ or ():
        inner = cell.cell_contents
        if isinstance(inner, type(alembic)):
            # With the double of the class that a waiting function calls.
            inner = inner.MigrationContext.run_migrations
        if getattr(inner, "__name__", "") == "run_migrations":
            yield inner.__code__.co_filename.replace("\\\\", "/").split("/")[-1]
            yield from wrapped(inner)
            return
print(is_active, list(wrapped(MigrationContext.run_migrations))[:6])
"""
WRAPPERS = [
    f"{name}.py"
    for name in (
        *("readable_errors", "lock_waits", "id_length"),
        *("locked_runs", "statement_log", "committed_runs"),
    )
]
ACTIVE = f"True {WRAPPERS}\n"


#: For each module of the command line: a child that has SQLAlchemy already, and the tool.
EACH_IN_A_CHILD = """
import os
import sys

import sqlalchemy.dialects.sqlite

for module in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        exec(open("tool.py").read(), {"wrapped_module": module})
        exec(open("active.py").read())
        sys.stdout.flush()
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit(f"{module} cannot be imported")
"""


def modules_of_alembic() -> list[str]:
    """Those that `import alembic` or a command imports."""
    program = (
        "import sys, alembic.config; "
        "print(*(name for name in sys.modules if name.partition('.')[0] == 'alembic'))"
    )
    return run([sys.executable, "-c", program], pathlib.Path.cwd(), ALEMBIC_NATIVE="0")[1].split()


def run(command: Sequence[str], folder: pathlib.Path, **environment: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error; it has to end."""
    result = run_to_end(command, folder=folder, environment=clean_environment(**environment))
    return result.returncode, result.stdout, result.stderr


def installed_tool(folder: pathlib.Path, position: int, wrapped: str, **statements: str) -> str:
    """A folder for PYTHONPATH with a tool that is loaded when Python starts."""
    text = WRAPPING.format(
        position=position,
        wrapped=wrapped,
        before_answer=statements.get("before_answer", "pass"),
        before_execution=statements.get("before_execution", "pass"),
    )
    (folder / "tool").mkdir(exist_ok=True)
    (folder / "tool" / "sitecustomize.py").write_text(text)
    return str(folder / "tool")


def expect_commands_as_upstream(
    project: Project, before: Sequence[str] = (), **environment: str
) -> str:
    """Run commands with us and without; what all of ours printed to standard error.

    Without the path of the checkout, which may be called as the package is.
    """
    said = ""
    for command in ("heads", "upgrade head", "current", "history"):
        database = project.database.read_bytes() if project.database.exists() else None
        ours = run([*before, *command.split()], project.folder, **environment)
        result = project.rows
        if database is None:
            project.database.unlink(missing_ok=True)
        else:
            project.database.write_bytes(database)
        theirs = run([*before, *command.split()], project.folder, **environment, ALEMBIC_NATIVE="0")
        assert ours[:2] == theirs[:2], (command, ours, theirs)
        assert result == project.rows
        said += ours[2].replace(str(PROJECT), "")
    assert project.rows == ["bbbb2"]
    return said


@pytest.mark.parametrize("position", [IN_FRONT_OF_OURS, BEHIND_OURS])
def test_a_finder_wraps_the_loader_of_one_module_after_the_other(
    tmp_path: pathlib.Path, position: int
) -> None:
    """Bug: with a wrapped loader below Alembic, `alembic.config` could not be imported."""
    modules = modules_of_alembic()
    (tmp_path / "tool.py").write_text(
        WRAPPING.format(
            position=position,
            wrapped="name == wrapped_module",
            before_answer="pass",
            before_execution="print('executing', module.__name__)",
        )
    )
    (tmp_path / "active.py").write_text(IS_ACTIVE)
    (tmp_path / "program.py").write_text(EACH_IN_A_CHILD)
    code, stdout, stderr = run([sys.executable, "program.py", *modules], tmp_path)
    assert (code, stderr) == (0, "")
    assert stdout == "".join(f"executing {module}\n{ACTIVE}" for module in modules)


@pytest.mark.parametrize("position", [IN_FRONT_OF_OURS, BEHIND_OURS])
def test_a_finder_wraps_all_loaders(tmp_path: pathlib.Path, position: int) -> None:
    project = small_project(tmp_path)
    tool = installed_tool(tmp_path, position, "name.partition('.')[0] == 'alembic'")
    assert run([sys.executable, "-c", IS_ACTIVE], tmp_path, PYTHONPATH=tool) == (0, ACTIVE, "")
    for before in ([str(ALEMBIC)], [sys.executable, "-m", "alembic"]):
        project.database.unlink(missing_ok=True)
        said = expect_commands_as_upstream(project, before, PYTHONPATH=tool)
        assert "alembic-native" not in said


@pytest.mark.parametrize("position", [IN_FRONT_OF_OURS, BEHIND_OURS])
@pytest.mark.parametrize("statement", ["before_answer", "before_execution"])
@pytest.mark.parametrize(
    "module",
    ["alembic", "alembic.script", "alembic.script.revision", "alembic.config", "alembic.command"],
)
def test_a_finder_or_a_loader_raises(
    tmp_path: pathlib.Path, position: int, statement: str, module: str
) -> None:
    """It ends as with upstream alone, with the exception of the tool and no word of ours."""
    project = small_project(tmp_path)
    tool = installed_tool(
        tmp_path, position, f"name == {module!r}", **{statement: "raise RuntimeError('of a tool')"}
    )
    for command in ([str(ALEMBIC), "current"], [sys.executable, "-c", f"import {module}"]):
        code, stdout, stderr = run(command, project.folder, PYTHONPATH=tool)
        assert (code, stdout) == (1, "")
        assert stderr.splitlines()[-1] == "RuntimeError: of a tool"
        assert run(command, project.folder, PYTHONPATH=tool, ALEMBIC_NATIVE="0")[0] == 1
        assert "fault of its own" not in stderr


def test_a_module_that_upstream_does_not_need_raises(tmp_path: pathlib.Path) -> None:
    """`import alembic` alone imports neither command nor config: it goes on without our parts."""
    tool = installed_tool(
        tmp_path, 0, "name == 'alembic.command'", before_answer="raise RuntimeError('of a tool')"
    )
    program = "import alembic.script.revision as r; print(r.__file__)"
    code, stdout, stderr = run([sys.executable, "-c", program], tmp_path, PYTHONPATH=tool)
    assert code == 0
    assert "alembic_native" in stdout
    assert stderr.count("RuntimeWarning") == 1
    assert "alembic.command cannot be imported (RuntimeError: of a tool)" in stderr


@pytest.fixture(scope="session")
def tools() -> VirtualEnvironment:
    """An environment with the tools of the package index, and the wheel."""
    environment = VirtualEnvironment(BUILD / "other-tools" / "venv")
    lines = pathlib.Path(__file__).with_name("other_tools.txt").read_text().splitlines()
    wanted = [line for line in lines if not line.startswith("#")]
    environment.prepare([*wanted, f"alembic=={alembic.__version__}"], stand_alone_wheel())
    return environment


@pytest.mark.parametrize(
    "module", ["alembic", "alembic.config", "alembic.script.revision", "alembic.runtime.migration"]
)
@pytest.mark.parametrize("when", ["register_post_import_hook", "when_imported"])
def test_wrapt_calls_a_hook_when_a_module_is_imported(
    tools: VirtualEnvironment, tmp_path: pathlib.Path, module: str, when: str
) -> None:
    """Bug: `alembic.config` was broken by wrapt's wrapper of its loader."""
    seen = "lambda module: print('seen', module.__name__)"
    if when == "when_imported":
        hook = f"import wrapt; wrapt.when_imported({module!r})({seen})"
    else:
        hook = f"import wrapt; wrapt.register_post_import_hook({seen}, {module!r})"
    (tmp_path / "sitecustomize.py").write_text(hook)
    found = tools.succeed("python", "-c", IS_ACTIVE, PYTHONPATH=str(tmp_path))
    assert found == f"seen {module}\n{ACTIVE}"
    project = small_project(tmp_path / "project")
    before = [tools.program("alembic")]
    assert "alembic-native" not in expect_commands_as_upstream(
        project, before, PYTHONPATH=str(tmp_path)
    )


@pytest.mark.parametrize("tool", ["ddtrace-run", "coverage run", "coverage run -m"])
def test_a_tracer_runs_the_command(
    tools: VirtualEnvironment, tmp_path: pathlib.Path, tool: str
) -> None:
    project = small_project(tmp_path)
    program, *options = tool.split()
    alembic_of_tools = "alembic" if options[-1:] == ["-m"] else tools.program("alembic")
    said = expect_commands_as_upstream(
        project,
        [tools.program(program), *options, alembic_of_tools],
        DD_TRACE_ENABLED="false",
        DD_INSTRUMENTATION_TELEMETRY_ENABLED="false",
        DD_REMOTE_CONFIGURATION_ENABLED="false",
    )
    assert "alembic-native" not in said


def test_ddtrace_is_loaded_before_us(tools: VirtualEnvironment, tmp_path: pathlib.Path) -> None:
    (tmp_path / "program.py").write_text(IS_ACTIVE)
    found = tools.succeed(
        tools.program("ddtrace-run"),
        str(tools.python),
        str(tmp_path / "program.py"),
        DD_TRACE_ENABLED="false",
        DD_INSTRUMENTATION_TELEMETRY_ENABLED="false",
        DD_REMOTE_CONFIGURATION_ENABLED="false",
    )
    assert found == ACTIVE


def test_pytest_has_a_conftest_that_imports_alembic_first(
    tools: VirtualEnvironment, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "conftest.py").write_text("import alembic\n")
    (tmp_path / "test_it.py").write_text(
        "import alembic_native\n\n\n"
        "def test_it():\n    assert alembic_native.build_info().is_active\n"
    )
    found = tools.succeed("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=tmp_path)
    assert "1 passed" in found
    assert "warning" not in found


def test_pytest_rewrites_alembic_itself(tools: VirtualEnvironment, tmp_path: pathlib.Path) -> None:
    """Its finder answers for all of Alembic and asks no other: the tests get upstream's code."""
    (tmp_path / "conftest.py").write_text(
        "import pytest\npytest.register_assert_rewrite('alembic')\nimport alembic\n"
    )
    (tmp_path / "test_it.py").write_text(
        "import alembic.command, alembic.script.revision as revision, alembic_native\n\n\n"
        "def test_it():\n"
        "    assert '/alembic/script/' in revision.__file__\n"
        "    assert not alembic_native.build_info().is_active\n"
    )
    found = tools.succeed("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=tmp_path)
    assert "1 passed" in found
    assert "warning" not in found
