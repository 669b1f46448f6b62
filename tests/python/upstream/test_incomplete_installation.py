"""An installation of which `_lint` or `_postgres` is missing, spoilt or for another Python."""

from __future__ import annotations

import pathlib
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.environments import clean_environment
from tests.programs import run_to_end
from tests.python.upstream.test_bad_installations import copy_of_ours
from tests.small_project import Project, last_line, small_project

PROGRAMS = pathlib.Path(sys.executable).parent
OF_ANOTHER_PYTHON = "cpython-39-x86_64-linux-musl.so"
REINSTALL = f"{sys.executable} -m pip install --force-reinstall --no-deps alembic-native"
URL = "postgresql://nobody@nowhere.invalid/none"


def remove(module: pathlib.Path) -> str:
    module.unlink()
    return "its extension module {} is missing"


def have_it_for_another_python(module: pathlib.Path) -> str:
    name = module.name.partition(".")[0]
    module.rename(module.with_name(f"{name}.{OF_ANOTHER_PYTHON}"))
    return f"its extension module {{}}.{OF_ANOTHER_PYTHON} is for another Python or system"


def spoil(module: pathlib.Path) -> str:
    module.unlink()
    module.write_bytes(b"")
    return "its extension module {} cannot be loaded ("


FAULTS = pytest.mark.parametrize("fault", [remove, have_it_for_another_python, spoil])
Fault = Callable[[pathlib.Path], str]


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return small_project(tmp_path / "project")


@pytest.fixture
def package(tmp_path: pathlib.Path) -> pathlib.Path:
    """A complete copy of the package, which is found before the installed one."""
    return copy_of_ours(tmp_path / "first")


def module_of(package: pathlib.Path, name: str) -> pathlib.Path:
    [module] = package.glob(f"{name}.*.so")
    return module


def run(
    package: pathlib.Path, project: Project, program: str, *words: str
) -> subprocess.CompletedProcess[str]:
    environment = clean_environment(PYTHONPATH=str(package.parent))
    return run_to_end(
        [str(PROGRAMS / program), *words], folder=project.folder, environment=environment
    )


def warning_of_an_upgrade(package: pathlib.Path, project: Project) -> str:
    """What ours says at import; the command itself does its work."""
    upgraded = run(package, project, "alembic", "upgrade", "head")
    assert upgraded.returncode == 0, upgraded.stderr
    assert project.rows == ["bbbb2"]
    assert upgraded.stderr.count("RuntimeWarning") <= 1
    return "".join(line for line in upgraded.stderr.splitlines() if "RuntimeWarning" in line)


def information(package: pathlib.Path, project: Project) -> tuple[int, list[str]]:
    report = run(package, project, "python", "-W", "ignore", "-m", "alembic_native")
    assert report.stderr == ""
    return report.returncode, report.stdout.splitlines()


@FAULTS
def test_without_its_module_lint_says_why(
    project: Project, package: pathlib.Path, fault: Fault
) -> None:
    """Bug: `overlay: active`, and lint met "a fault of its own", or ended in a traceback."""
    why = fault(module_of(package, "_lint")).format("_lint")
    for program in ("alembic", "alembic-native"):
        refused = run(package, project, program, "lint")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert last_line(refused).startswith(f"FAILED: lint needs the native core: {why}")
        assert REINSTALL in last_line(refused)
        assert "Traceback" not in refused.stderr
        assert "fault of its own" not in refused.stderr
    code, lines = information(package, project)
    assert code == 1
    assert [line for line in lines if line.startswith("overlay: partly active")]
    [told] = [line for line in lines if line.startswith("module ")]
    assert told.startswith(f"module _lint: not loaded: {why}")
    assert "so lint is refused" in told
    assert REINSTALL in told


@FAULTS
def test_without_its_module_the_url_of_postgresql_is_refused_with_the_reason(
    project: Project, package: pathlib.Path, fault: Fault
) -> None:
    """Bug: the advice was to install libpqxx and to build, and the report said "not built"."""
    why = fault(module_of(package, "_postgres")).format("_postgres")
    for program in ("alembic", "alembic-native"):
        refused = run(package, project, program, "status", "--url", URL)
        assert refused.returncode == 255
        begin = f"FAILED: The URL of a PostgreSQL database needs the native core: {why}"
        assert last_line(refused).startswith(begin)
        assert REINSTALL in last_line(refused)
        assert last_line(refused).endswith("Or leave out the URL to go through env.py.")
        assert "libpqxx" not in refused.stderr
    code, lines = information(package, project)
    assert code == 1
    [told] = [line for line in lines if line.startswith("module ")]
    assert told.startswith(f"module _postgres: not loaded: {why}")
    assert "so the URL of a PostgreSQL database is refused" in told
    assert "PostgreSQL store: built, and not loaded" in lines


@pytest.mark.parametrize("fault", [remove, have_it_for_another_python])
def test_a_module_that_is_not_there_is_told_once_at_import(
    project: Project, package: pathlib.Path, fault: Fault
) -> None:
    why = [fault(module_of(package, name)).format(name) for name in ("_lint", "_postgres")]
    said = warning_of_an_upgrade(package, project)
    begin = f"RuntimeWarning: alembic-native is not installed as a whole: {why[0]}"
    assert begin in said
    assert why[1] in said
    assert said.count(REINSTALL) == 1


def test_a_module_that_python_finds_under_another_name_is_no_fault(
    project: Project, package: pathlib.Path
) -> None:
    """Bug: `import alembic` ended in StopIteration."""
    module = module_of(package, "_lint")
    module.rename(module.with_name("_lint.abi3.so"))
    assert warning_of_an_upgrade(package, project) == ""
    assert information(package, project)[0] == 0


def test_a_spoilt_module_is_not_loaded_by_commands_that_do_not_need_it(
    project: Project, package: pathlib.Path
) -> None:
    spoil(module_of(package, "_lint"))
    assert warning_of_an_upgrade(package, project) == ""


def test_with_the_store_and_without_the_core_both_are_told_alike(
    project: Project, package: pathlib.Path
) -> None:
    """Bug: a warning said that the URL of a PostgreSQL database is refused, and it was not."""
    remove(module_of(package, "_core"))
    assert "_core is missing" in warning_of_an_upgrade(package, project)
    refused = run(package, project, "alembic-native", "status", "--url", URL)
    assert refused.returncode == 255
    assert "needs the native core: its extension module _core is missing" in last_line(refused)


def test_where_warnings_are_errors_it_is_the_warning_that_is_raised(
    project: Project, package: pathlib.Path
) -> None:
    remove(module_of(package, "_lint"))
    result = run(package, project, "python", "-W", "error", "-c", "import alembic")
    assert result.returncode == 1
    assert last_line(result).startswith("RuntimeWarning: alembic-native is not installed as a whol")
