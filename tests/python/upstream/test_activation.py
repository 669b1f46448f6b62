"""The overlay is there by installation, part by part, and says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import alembic
import pytest

import alembic_native

SITE_PACKAGES = Path(alembic_native.__file__).parent.parent
OURS = str(SITE_PACKAGES / "alembic_native" / "upstream" / "revision.py")


def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """This interpreter in a new process, with nothing of ours in its environment."""
    clean = {name: value for name, value in os.environ.items() if name != "ALEMBIC_NATIVE"}
    return subprocess.run(
        [sys.executable, *arguments],
        env={**clean, **(env or {})},
        capture_output=True,
        text=True,
        timeout=120,
    )


def where_is_the_revision_map(env: dict[str, str] | None = None) -> str:
    result = run("-c", "import alembic.script.revision as r; print(r.__file__)", env=env)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_build_information_into_a_closed_pipe_ends_without_a_traceback() -> None:
    """`python -m alembic_native | head -0` ended with a BrokenPipeError."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        result = subprocess.run(
            [sys.executable, "-m", "alembic_native"],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    assert (result.returncode, result.stderr) == (0, "")


def test_installation_is_activation() -> None:
    assert where_is_the_revision_map() == str(
        SITE_PACKAGES / "alembic_native" / "upstream" / "revision.py"
    )


def test_python_m_alembic_native_says_what_is_at_work() -> None:
    result = run("-m", "alembic_native")
    assert result.returncode == 0
    assert f"overlay: active (alembic {alembic.__version__})" in result.stdout.splitlines()
    for part in ("core", "log", "lock", "threads", "commands", "reading"):
        assert f"part {part}: active" in result.stdout.splitlines()
    for name in ("alembic-native", "compiler", "fmt", "pybind11", "SQLAlchemy", "Mako"):
        assert f"\n{name}: " in "\n" + result.stdout


def test_alembic_native_0_switches_it_off() -> None:
    off = {"ALEMBIC_NATIVE": "0"}
    upstream = Path(alembic.__file__).parent / "script" / "revision.py"
    assert where_is_the_revision_map(off) == str(upstream)
    assert where_is_the_revision_map({"ALEMBIC_NATIVE": "Off"}) == str(upstream)
    result = run("-m", "alembic_native", env=off)
    assert result.returncode == 1
    assert "overlay: not active: ALEMBIC_NATIVE=0 is set in the environment" in result.stdout
    assert result.stderr == ""


def test_no_module_of_ours_is_loaded_before_alembic_is() -> None:
    result = run(
        "-c", "import sys; print(sorted(name for name in sys.modules if 'alembic' in name))"
    )
    assert result.stdout.strip() == "['_alembic_native_hook']"


@pytest.mark.parametrize("version", ["1.15.2", "9.0.0"])
def test_an_unknown_version_whose_contract_holds_is_served_without_a_warning(
    tmp_path: Path, version: str
) -> None:
    """With an Alembic outside the range the lock and all commands were gone."""
    package = tmp_path / "alembic"
    shutil.copytree(Path(alembic.__file__).parent, package)
    init = package / "__init__.py"
    init.write_text(init.read_text().replace(alembic.__version__, version))

    result = run("-m", "alembic_native", env={"PYTHONPATH": str(tmp_path)})
    assert f"overlay: active (alembic {version})" in result.stdout
    assert (result.returncode, result.stderr) == (0, "")


def test_without_its_extension_module_alembic_reads_the_scripts_and_it_says_why(
    tmp_path: Path,
) -> None:
    shutil.copytree(
        SITE_PACKAGES / "alembic_native",
        tmp_path / "alembic_native",
        ignore=shutil.ignore_patterns("*.so", "*.dylib", "__pycache__"),
    )
    result = run(
        "-c",
        "import alembic.script.revision as r; print(r.__file__)",
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert result.stdout.strip().endswith(os.path.join("alembic", "script", "revision.py"))
    assert result.stderr.count("alembic-native runs without its native core") == 1
    assert "this installation has no native core" in result.stderr
    assert "pip install --force-reinstall --no-deps --no-binary alembic-native" in result.stderr


#: An interpreter that reads no .pth file, as in a zip application.
WITHOUT_PTH = f"import sys; sys.path[:0] = [{str(SITE_PACKAGES)!r}]; "


def test_activate_serves_where_no_pth_file_is_read() -> None:
    result = run(
        "-S",
        "-c",
        WITHOUT_PTH + "import alembic_native; alembic_native.activate(); "
        "import alembic.script.revision as r; print(r.__file__)",
    )
    assert result.stdout.strip() == str(
        SITE_PACKAGES / "alembic_native" / "upstream" / "revision.py"
    )


def test_activate_after_the_pth_file_leaves_one_finder() -> None:
    """There were two."""
    result = run(
        "-c",
        "import sys, alembic_native; alembic_native.activate(); import alembic.script; "
        "print([getattr(one, '__name__', '') for one in sys.meta_path].count('AlembicFinder'))",
    )
    assert result.stdout.strip() == "1", result.stderr


def test_activate_too_late_changes_nothing_when_switched_off() -> None:
    """It raised, although the user had switched the package off."""
    result = run(
        "-S",
        "-c",
        WITHOUT_PTH + "import alembic.script, alembic_native; alembic_native.activate()",
        env={"ALEMBIC_NATIVE": "0"},
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_activate_after_the_core_of_alembic_raises_and_says_what_to_do() -> None:
    result = run(
        "-S",
        "-c",
        WITHOUT_PTH + "import alembic.script, alembic_native; alembic_native.activate()",
    )
    assert result.returncode == 1
    assert "RuntimeError: alembic_native.activate() comes too late" in result.stderr
    assert "before the first import of alembic" in result.stderr


def test_activate_changes_nothing_where_the_overlay_is_there() -> None:
    result = run(
        "-c",
        "import alembic.script, alembic_native; alembic_native.activate(); "
        "print(alembic_native.build_info().is_active)",
    )
    assert result.stdout.strip() == "True", result.stderr


def test_what_is_not_core_is_upstreams_own_code() -> None:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    upstream = str(Path(alembic.__file__).parent)
    for function in (ScriptDirectory.generate_revision, MigrationContext.configure):
        assert function.__code__.co_filename.startswith(upstream)
