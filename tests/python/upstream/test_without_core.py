"""An installation without extension modules: Alembic reads the scripts, all else of ours is there.

This is what the wheel for every platform holds, and what is left where a module cannot be loaded.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

import alembic_native
from alembic_native import _core
from alembic_native.upstream import definitions
from alembic_native.upstream.contract import ALL_PARTS
from tests.environments import clean_environment
from tests.programs import run_to_end
from tests.python.upstream import future_alembic
from tests.small_project import Project, last_line, script, small_project

OURS = pathlib.Path(alembic_native.__file__).parent
ALEMBIC = pathlib.Path(sys.executable).with_name("alembic")
#: What it begins with depends on the machine: see test_native_core.py.
ADVICE = "--no-binary alembic-native alembic-native` builds it, which takes a C++17 compiler."


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return small_project(tmp_path / "project")


@pytest.fixture(scope="module")
def without_core(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder for the path for imports."""
    folder = tmp_path_factory.mktemp("without_core")
    ignored = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__")
    shutil.copytree(OURS, folder / "alembic_native", ignore=ignored)
    return str(folder)


def run(
    path: str, project: Project, *command: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return run_to_end(
        command,
        folder=project.folder,
        environment=clean_environment(PYTHONPATH=path, **environment),
    )


@pytest.mark.parametrize("command", ["upgrade head", "heads", "upgrade nowhere"])
def test_a_command_ends_as_with_alembic_alone(
    project: Project, without_core: str, command: str
) -> None:
    words = [str(ALEMBIC), *command.split()]
    theirs = run(without_core, project, *words, ALEMBIC_NATIVE="0")
    rows = project.rows if project.database.exists() else []
    project.database.unlink(missing_ok=True)
    ours = run(without_core, project, *words)
    assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout), ours.stderr
    assert (project.rows if project.database.exists() else []) == rows
    [warning] = [line for line in ours.stderr.splitlines() if "RuntimeWarning" in line]
    assert "runs without its native core: this installation has no native core, so" in warning
    assert "and lint, rebase and the URL of a PostgreSQL database are refused. " in warning
    assert ADVICE in warning
    assert "fault of its own" not in ours.stderr


def test_all_parts_but_those_of_the_core_are_active(project: Project, without_core: str) -> None:
    report = run(without_core, project, sys.executable, "-W", "ignore", "-m", "alembic_native")
    assert report.returncode == 1
    lines = dict(line.split(": ", 1) for line in report.stdout.splitlines())
    assert lines["overlay"].startswith("partly active")
    assert lines["alembic-native"] == alembic_native.__version__
    parts = {name: state for name, state in lines.items() if name.startswith("part ")}
    missing = "not active: this installation has no native core"
    assert {name for name, state in parts.items() if state != "active"} == {
        "part core",
        "part reading",
    }
    assert parts["part core"] == parts["part reading"] == missing


def test_two_upgrades_at_once_run_each_script_once(project: Project, without_core: str) -> None:
    slow = script("cccc3", "bbbb2").replace("op.execute", "__import__('time').sleep(1); op.execute")
    project.write("cccc3.py", slow)
    command = [str(ALEMBIC), "upgrade", "head"]
    environment = clean_environment(PYTHONPATH=without_core)
    both = [subprocess.Popen(command, cwd=project.folder, env=environment) for _ in range(2)]
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    assert project.rows == ["cccc3"]


@pytest.mark.parametrize("program", ["alembic", "alembic-native"])
def test_status_counts_what_is_pending(project: Project, without_core: str, program: str) -> None:
    path = str(ALEMBIC.with_name(program))
    for further in ([], ["--url", f"sqlite:///{project.database}"]):
        found = run(without_core, project, path, "status", "--json", *further)
        assert '"bbbb2"' in found.stdout, found.stderr
        assert found.returncode == 0
    check = run(without_core, project, path, "status", "--check")
    assert check.returncode == 1


@pytest.mark.parametrize("program", ["alembic", "alembic-native"])
@pytest.mark.parametrize("command", ["lint", "rebase"])
def test_what_needs_the_core_says_so(
    project: Project, without_core: str, program: str, command: str
) -> None:
    result = run(without_core, project, str(ALEMBIC.with_name(program)), command)
    assert (result.returncode, result.stdout) == (2, "")
    assert last_line(result).startswith(
        f"FAILED: {command} needs the native core: this installation has no native core. "
    )
    assert last_line(result).endswith(ADVICE)


def test_the_url_of_postgresql_needs_the_core(project: Project, without_core: str) -> None:
    url = "postgresql://nobody@nowhere/none"
    program = str(ALEMBIC.with_name("alembic-native"))
    result = run(without_core, project, program, "status", "--url", url)
    assert result.returncode == 255
    assert last_line(result).startswith(
        "FAILED: The URL of a PostgreSQL database needs the native core: this installation has no "
        "native core. "
    )
    assert ADVICE in last_line(result)
    assert last_line(result).endswith("Or leave out the URL to go through env.py.")


def test_where_warnings_are_errors_nothing_fails(project: Project, without_core: str) -> None:
    """Bug: each import of Alembic failed in programs whose tests make errors of warnings."""
    program = "import alembic, alembic.command, alembic_native; print(alembic_native.__version__)"
    result = run(without_core, project, sys.executable, "-W", "error", "-c", program)
    assert (result.stdout, result.stderr) == (f"{alembic_native.__version__}\n", "")


def test_another_reason_is_told_apart(
    project: Project, without_core: str, tmp_path: pathlib.Path
) -> None:
    """Bug: what does not fit was told as if the core were missing for it, with advice to build."""
    changed = future_alembic.renamed("EnvironmentContext.__exit__", tmp_path / "renamed")
    path = f"{without_core}{os.pathsep}{changed}"
    result = run(path, project, sys.executable, "-c", "import alembic")
    said = " ".join(result.stderr.split())
    core, _, fit = said.partition("alembic-native does not fit Alembic ")
    assert ADVICE in core
    assert "alembic.runtime.environment.EnvironmentContext.__exit__" not in core
    assert "alembic.runtime.environment.EnvironmentContext.__exit__" in fit
    assert "A newer alembic-native may know this Alembic" in fit
    assert "wheels" not in fit


def test_in_a_zip_it_says_what_to_do(
    project: Project, without_core: str, tmp_path: pathlib.Path
) -> None:
    """Bug: the version of a package without metadata was asked for, and build_info() failed."""
    archive = shutil.make_archive(str(tmp_path / "packages"), "zip", without_core)
    program = (
        "import sys, warnings; sys.path.insert(0, sys.argv[1]); sys.path = [one for one in sys.path"
        " if 'site-packages' not in one] + [one for one in sys.path if 'site-packages' in one]\n"
        "import alembic_native; alembic_native.activate(); import alembic\n"
        "print(alembic_native.build_info().parts['lock'] or 'active')"
    )
    result = run(archive, project, sys.executable, "-c", program, archive)
    assert result.stdout == "active\n", result.stderr
    assert "unpack it into a folder" in result.stderr


def test_an_id_that_two_scripts_claim_is_named(project: Project, without_core: str) -> None:
    project.write("again.py", script("bbbb2", "aaaa1"))
    result = run(without_core, project, str(ALEMBIC), "status")
    assert "Revision bbbb2 is claimed by more than one script: " in last_line(result)


def test_what_alembic_defines_is_read_as_by_the_core() -> None:
    compared = 0
    for part in ALL_PARTS:
        for module, names in part.names().items():
            source = future_alembic.file_of(module).read_bytes()
            both = (
                _core.read_definitions(source, names),
                definitions.read_definitions(source, names),
            )
            for name, native, ours in zip(names, *both, strict=True):
                assert native is not None, (module, name)
                assert ours is not None, (module, name)
                if native.kind == "function":
                    assert ours.parameters == native.parameters, (module, name)
                compared += 1
    assert compared > 100


def test_definitions_are_those_of_the_core_in_odd_places() -> None:
    source = b"""
import a.b, c as d
from e import f as g
if a:
    def h(x, /, y=1, *z, k, **w): pass
else:
    class H(Base):
        n: int
        def method(this):
            this.attribute = this.other.attribute_of_other = 1
        attribute_too, (m, *l) = 1, (2, 3)
        def loops(self):
            for self.in_a_loop in self.loaded:
                with self.opened as self.in_a_with: self.assigned: int = 1
                (self.first, *self.others), [self.listed] = 1, 2
try:
    o = p = 1
except Error:
    q += 1
for r in s: t = 2
u[0] = v.w = 1
match x:
    case y:
        z = 1
"""
    attributes = ["in_a_loop", "loaded", "in_a_with", "assigned", "first", "others", "listed"]
    names = [
        *"abcdefghopqrstuvwxyz",
        *(f"H.{name}" for name in attributes),
        "H",
        "H.n",
        "H.method",
        "H.attribute",
        "H.attribute_of_other",
    ]
    names += ["H.attribute_too", "H.m", "H.l", "H.other", ""]
    native = _core.read_definitions(source, names)
    ours = definitions.read_definitions(source, names)
    found = {name for name, one in zip(names, ours, strict=True) if one is not None}
    assert found == {name for name, one in zip(names, native, strict=True) if one is not None}
    with pytest.raises(ValueError, match="line 1: "):
        definitions.read_definitions(b"def", [""])
