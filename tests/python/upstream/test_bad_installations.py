"""An Alembic or an alembic-native that is not as an installer leaves it.

The command ends as with ``ALEMBIC_NATIVE=0``; where a part is missing, one warning says why.
"""

from __future__ import annotations

import compileall
import pathlib
import shutil
import subprocess
import sys
import zipfile

import pytest

import alembic_native
from tests.environments import clean_environment
from tests.programs import run_to_end
from tests.python.upstream import future_alembic
from tests.small_project import Project, last_line, small_project

OURS = pathlib.Path(alembic_native.__file__).parent
ALEMBIC = pathlib.Path(sys.executable).with_name("alembic")


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return small_project(tmp_path / "project")


@pytest.fixture
def copy(tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy of the installed Alembic, in a folder that is put on the path for imports."""
    target = tmp_path / "copy" / "alembic"
    shutil.copytree(future_alembic.PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def run(
    *command: str, folder: pathlib.Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return run_to_end(command, folder=folder, environment=clean_environment(**environment))


def warnings_beside_upstream(
    project: Project,
    path: pathlib.Path | None,
    *words: str,
    command: tuple[str, ...] = (str(ALEMBIC),),
    exit_code: int = 0,
) -> str:
    """What ours says of itself, when everything else is as with upstream alone."""
    words = words or ("upgrade", "head")
    on_path = {} if path is None else {"PYTHONPATH": str(path)}
    theirs = run(*command, *words, folder=project.folder, **on_path, ALEMBIC_NATIVE="0")
    rows = project.rows if project.database.exists() else []
    project.database.unlink(missing_ok=True)
    ours = run(*command, *words, folder=project.folder, **on_path)
    assert theirs.returncode == exit_code, theirs.stderr
    assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout), ours.stderr
    if exit_code:
        assert last_line(ours) == last_line(theirs)
    else:
        assert project.rows == rows
    assert "fault of its own" not in ours.stderr
    assert ours.stderr.count("RuntimeWarning: alembic-native") <= 1, ours.stderr
    return "".join(line for line in ours.stderr.splitlines() if "alembic-native" in line)


@pytest.mark.parametrize(
    "module", ["runtime/migration.py", "script/base.py", "config.py", "autogenerate/render.py"]
)
def test_a_module_of_alembic_is_missing(project: Project, copy: pathlib.Path, module: str) -> None:
    (copy / module).unlink()
    warnings_beside_upstream(project, copy.parent, exit_code=1)


def test_alembic_without_sources(project: Project, copy: pathlib.Path) -> None:
    """Byte code only: there is nothing to check the contract against."""
    assert compileall.compile_dir(copy, quiet=2, legacy=True)
    for source in copy.rglob("*.py"):
        source.unlink()
    said = warnings_beside_upstream(project, copy.parent)
    assert "alembic-native steps aside: the source of alembic.script" in said
    assert "No such file or directory" in said


def test_alembic_in_a_zip(project: Project, copy: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """Its sources are read out of it, and everything is active."""
    archive = tmp_path / "alembic.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in copy.rglob("*.py"):
            file.write(path, path.relative_to(copy.parent))
    assert warnings_beside_upstream(project, archive) == ""
    report = run(
        sys.executable, "-m", "alembic_native", folder=project.folder, PYTHONPATH=str(archive)
    )
    assert "overlay: active" in report.stdout


def test_a_distribution_has_changed_a_function_that_is_replaced(
    project: Project, tmp_path: pathlib.Path
) -> None:
    name = "ScriptDirectory._load_revisions"
    path = future_alembic.changed("alembic.script.base", name, tmp_path / "patched")
    said = warnings_beside_upstream(project, path)
    assert f"the code of alembic.script.base.{name} is one that is not known" in said


def test_a_distribution_has_changed_a_comment(project: Project, copy: pathlib.Path) -> None:
    base = copy / "script" / "base.py"
    base.write_text("# Patched.\n" + base.read_text().replace('"""', '"""Patched. ', 1))
    assert warnings_beside_upstream(project, copy.parent) == ""


@pytest.mark.parametrize("command", [(str(ALEMBIC),), (sys.executable, "-m", "alembic")])
def test_a_folder_of_the_project_is_named_alembic(
    project: Project, command: tuple[str, ...]
) -> None:
    """Without `__init__.py` the installed package is found."""
    (project.folder / "alembic").mkdir()
    (project.folder / "alembic" / "notes.py").write_text("")
    assert warnings_beside_upstream(project, None, command=command) == ""


def test_a_package_of_the_project_is_named_alembic(project: Project) -> None:
    (project.folder / "alembic").mkdir()
    (project.folder / "alembic" / "__init__.py").write_text("")
    module = (sys.executable, "-m", "alembic")
    said = warnings_beside_upstream(project, None, command=module, exit_code=1)
    assert "the package alembic that was found is not SQLAlchemy's" in said
    assert warnings_beside_upstream(project, None) == ""


def copy_of_ours(folder: pathlib.Path) -> pathlib.Path:
    """A second alembic-native, which is found before the installed one."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(OURS, folder / "alembic_native", ignore=ignored)
    return folder / "alembic_native"


def test_two_of_this_package_are_on_the_path(project: Project, tmp_path: pathlib.Path) -> None:
    """The first one serves, with the finder of the other one."""
    copy_of_ours(tmp_path / "first")
    assert warnings_beside_upstream(project, tmp_path / "first") == ""


def test_the_first_of_two_knows_no_finder(project: Project, tmp_path: pathlib.Path) -> None:
    """An older one, say."""
    (copy_of_ours(tmp_path / "first") / "upstream" / "finder.py").unlink()
    said = warnings_beside_upstream(project, tmp_path / "first")
    assert "alembic-native steps aside: its own package cannot be loaded (ImportError" in said


@pytest.mark.parametrize("kind", ["empty", "of another module"])
def test_the_extension_module_is_not_for_this_python(
    project: Project, tmp_path: pathlib.Path, kind: str
) -> None:
    package = copy_of_ours(tmp_path / "first")
    [core] = package.glob("_core.*.so")
    other = b""
    if kind == "of another module":
        # What is missing is the function by which Python initialises it.
        [store] = package.glob("_postgres.*.so")
        other = store.read_bytes()
    core.unlink()
    core.write_bytes(other)
    said = warnings_beside_upstream(project, tmp_path / "first")
    assert "runs without its native core: its extension module _core cannot be loaded" in said


def test_without_the_extension_module_a_lock_that_is_required_is_there(
    project: Project, tmp_path: pathlib.Path
) -> None:
    """Bug: the migration ran without its lock, with a warning. It needs no extension module."""
    package = copy_of_ours(tmp_path / "first")
    for core in package.glob("_core.*.so"):
        core.unlink()
    with (project.folder / "alembic.ini").open("a") as file:
        file.write("migration_lock = required\n")
    path = {"PYTHONPATH": str(tmp_path / "first")}
    upgraded = run(str(ALEMBIC), "upgrade", "head", folder=project.folder, **path)
    assert upgraded.returncode == 0, upgraded.stderr
    assert project.rows == ["bbbb2"]
    (package / "upstream" / "locked_runs.py").write_text("raise ImportError('spoilt')")
    refused = run(str(ALEMBIC), "downgrade", "base", folder=project.folder, **path)
    assert refused.returncode == 255
    assert "migration_lock is 'required'" in last_line(refused)
    assert project.rows == ["bbbb2"]


#: How often a method of Alembic's is wrapped by ours, and whether every part is active.
STATE = """
def state():
    import alembic_native
    from alembic.runtime.environment import EnvironmentContext
    is_active = alembic_native.build_info().is_active
    function, times = EnvironmentContext.__enter__, 0
    while "alembic_native" in function.__code__.co_filename:
        cells = [cell.cell_contents for cell in function.__closure__]
        modules = [one for one in cells if isinstance(one, type(alembic_native))]
        doubles = [one.EnvironmentContext.__enter__ for one in modules]
        times += not doubles
        function = next(
            one for one in doubles + cells if getattr(one, "__name__", "") == "__enter__"
        )
    return times, is_active
"""


def printed(program: str, folder: pathlib.Path) -> str:
    result = run(sys.executable, "-c", STATE + program, folder=folder)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_alembic_is_reloaded(tmp_path: pathlib.Path) -> None:
    program = "import importlib, alembic\nimportlib.reload(alembic)\nprint(state())"
    assert printed(program, tmp_path) == "(1, True)\n"


FORGOTTEN = """
import io, sys
for turn in range(2):
    for name in [name for name in sys.modules if name.partition(".")[0] == "alembic"]:
        del sys.modules[name]
    from alembic.config import CommandLine, Config
    print(state())
    for words in (["upgrade", "head"], ["current"], ["upgrade", "nowhere"]):
        try:
            CommandLine().main(words)
        except SystemExit as error:
            print(error.code)
"""


def test_alembic_is_forgotten_and_imported_anew(project: Project) -> None:
    """Bug: our modules kept the classes of the first one, and caught none of the next one's."""
    out = printed(FORGOTTEN, project.folder).splitlines()
    missing = "FAILED: Can't locate revision identified by 'nowhere'"
    once = ["(1, True)", "bbbb2 (head)", missing, "-1"]
    assert [" ".join(line.split()) for line in out] == once * 2


THREADS = """
import importlib, sys, threading
sys.setswitchinterval(1e-5)
names = ["alembic", "alembic.config", "alembic.command", "alembic"]
start, errors = threading.Barrier(len(names)), []
def load(name):
    start.wait()
    try:
        importlib.import_module(name)
    except BaseException as error:
        errors.append(repr(error))
threads = [threading.Thread(target=load, args=[name]) for name in names]
for one in threads: one.start()
for one in threads: one.join()
from alembic.script import revision
print(errors, "alembic_native" in revision.__file__)
"""


def test_threads_import_at_once(tmp_path: pathlib.Path) -> None:
    """Where two wait for each other, a part that cannot be bound for it is named."""
    result = run(sys.executable, "-c", THREADS, folder=tmp_path)
    assert (result.returncode, result.stdout) == (0, "[] True\n"), result.stderr
    assert "fault of its own" not in result.stderr
    assert result.stderr.count("RuntimeWarning") <= 1
    assert bool(result.stderr) == ("cannot be imported" in result.stderr)
