"""An installation of which something is missing or broken: `import alembic` finds upstream."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from importlib.machinery import EXTENSION_SUFFIXES

import pytest

from tests.environments import VirtualEnvironment, stand_alone_wheel

OF_ANOTHER_PYTHON = "_core.cpython-39-x86_64-linux-musl.so"
Fault = Callable[[pathlib.Path], object]


def remove(pattern: str) -> Fault:
    def fault(package: pathlib.Path) -> None:
        found = [path for path in package.rglob(pattern) if path.is_file()]
        assert found, pattern
        for path in found:
            path.unlink()

    return fault


def empty_the_core(package: pathlib.Path) -> None:
    [core] = package.glob("_core.*.so")
    core.write_bytes(b"")


def rename_the_core(package: pathlib.Path) -> None:
    [core] = package.glob("_core.*.so")
    core.rename(package / OF_ANOTHER_PYTHON)


def have_the_core_need_a_newer_glibc(package: pathlib.Path) -> None:
    [core] = package.glob("_core.*.so")
    content = core.read_bytes()
    needed = b"\0GLIBC_2.14\0"
    assert needed in content
    # Not in place: the file is mapped where another test has loaded it.
    core.unlink()
    core.write_bytes(content.replace(needed, b"\0GLIBC_9.14\0"))


def break_the_syntax(package: pathlib.Path) -> None:
    (package / "upstream" / "finder.py").write_text("def\n")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> VirtualEnvironment:
    environment = VirtualEnvironment(tmp_path_factory.mktemp("faulty") / "venv")
    environment.make()
    environment.install(str(stand_alone_wheel()))
    return environment


@pytest.fixture
def package(environment: VirtualEnvironment) -> pathlib.Path:
    """The folder of the package, complete."""
    environment.install("--no-deps", "--force-reinstall", str(stand_alone_wheel()))
    [package] = environment.folder.glob("lib/python*/site-packages/alembic_native")
    # Of that file pip knows nothing.
    (package / OF_ANOTHER_PYTHON).unlink(missing_ok=True)
    return package


@pytest.mark.parametrize(
    ("fault", "finders"),
    [
        pytest.param(remove("finder.py"), 0, id="no finder"),
        pytest.param(remove("decision.py"), 0, id="no module that the finder imports"),
        pytest.param(remove("*"), 0, id="folder without files"),
        pytest.param(remove("_core.*.so"), 1, id="no extension module"),
        pytest.param(empty_the_core, 1, id="broken extension module"),
        pytest.param(rename_the_core, 1, id="extension module of another Python"),
        pytest.param(have_the_core_need_a_newer_glibc, 1, id="newer glibc"),
        pytest.param(break_the_syntax, 0, id="broken finder"),
    ],
)
def test_upstream_serves_with_one_warning(
    environment: VirtualEnvironment,
    package: pathlib.Path,
    project: pathlib.Path,
    fault: Fault,
    finders: int,
) -> None:
    """An overlay that could not be imported broke `import alembic`.

    `finders`: how many of ours are left. One that works stays: without the core all parts are
    active that wrap what Alembic does, the lock among them.
    """
    url = f"sqlite:///{project / 'bookshop.db'}"
    fault(package)
    for command in (["alembic"], ["python", "-m", "alembic"]):
        result = environment.run(*command, "upgrade", "head", folder=project, DATABASE_URL=url)
        assert result.returncode == 0, result.stderr
        assert result.stderr.count("alembic-native steps aside") == 1 - finders, result.stderr
        assert result.stderr.count("alembic-native runs without its native core") == finders
        assert "--force-reinstall" in result.stderr
        current = environment.succeed(*command, "current", folder=project, DATABASE_URL=url)
        assert current == "f40b7a6e3c98 (head)\n"

    report = environment.run("python", "-W", "ignore", "-m", "alembic_native")
    assert (report.returncode, "Traceback" in report.stderr) == (1, False), report.stderr

    upstream = "import alembic.script.revision as r, sys; print(r.__file__, sys.meta_path)"
    found = environment.succeed("python", "-W", "ignore", "-c", upstream)
    assert "/alembic/script/revision.py" in found
    ours = found.replace(str(environment.folder), "").count("lembic_native")
    assert (ours, found.count("_alembic_native_hook.AlembicFinder")) == (finders, finders)

    switched_off = environment.run("python", "-c", "import alembic.command", ALEMBIC_NATIVE="0")
    assert (switched_off.returncode, switched_off.stderr) == (0, "")


def test_a_module_of_another_python_or_system_is_named(
    environment: VirtualEnvironment, package: pathlib.Path
) -> None:
    """A wheel of another Python that was copied in, or one for glibc on Alpine.

    It was only said that there is no module named _core.
    """
    rename_the_core(package)
    report = environment.run("python", "-W", "ignore", "-m", "alembic_native")
    said = " ".join(report.stdout.split())
    assert f"its extension module {OF_ANOTHER_PYTHON} is for another Python" in said
    assert f"loads _core{EXTENSION_SUFFIXES[0]} here" in said


def test_a_module_for_a_newer_glibc_says_so(
    environment: VirtualEnvironment, package: pathlib.Path
) -> None:
    """An image that copies site-packages from a newer one; only the interpreter was blamed."""
    have_the_core_need_a_newer_glibc(package)
    result = environment.run("python", "-c", "import alembic")
    assert "GLIBC_9.14' not found" in result.stderr
    assert "It was installed on a system with a newer glibc" in result.stderr


def test_where_warnings_are_errors_it_is_the_warning_that_is_raised(
    environment: VirtualEnvironment, package: pathlib.Path
) -> None:
    remove("_core.*.so")(package)
    result = environment.run("python", "-W", "error", "-c", "import alembic")
    assert result.returncode == 1
    said = "RuntimeWarning: alembic-native runs without its native core"
    assert result.stderr.splitlines()[-1].startswith(said)
    assert result.stderr.count(said) == 1


def test_one_missing_module_of_several_is_found(
    environment: VirtualEnvironment, package: pathlib.Path
) -> None:
    """Bug: the report said `overlay: active` and ended with 0."""
    assert "PostgreSQL store: built\n" in environment.succeed("python", "-m", "alembic_native")
    remove("_postgres.*.so")(package)
    report = environment.run("python", "-m", "alembic_native")
    assert report.returncode == 1
    assert "overlay: partly active" in report.stdout
    assert "module _postgres: not loaded: its extension module _postgres is" in report.stdout
    # The lines say it, and no warning does; where warnings are errors there are the same lines.
    assert report.stderr == ""
    assert environment.run("python", "-W", "error", "-m", "alembic_native").stdout == report.stdout
    imported = environment.run("python", "-c", "import alembic")
    assert "alembic-native is not installed as a whole" in imported.stderr
