"""The wheel without the native core, which every Python on every system can install."""

from __future__ import annotations

import pathlib
import zipfile

import pytest

from tests.environments import PROJECT, VirtualEnvironment, pure_wheel, stand_alone_wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return pure_wheel(tmp_path_factory.mktemp("pure"))


def test_it_is_for_every_python_and_system_and_holds_no_native_code(wheel: pathlib.Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    assert wheel.stat().st_size < 1_000_000
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [about] = [name for name in names if name.endswith(".dist-info/WHEEL")]
        assert b"Root-Is-Purelib: true" in archive.read(about)
    assert not [name for name in names if name.endswith((".so", ".pyd", ".dylib"))]
    at_the_start = {"_alembic_native_hook.py", "alembic_native.pth", "alembic_native.start"}
    assert at_the_start <= {*names}


def test_installed_by_itself_all_is_active_that_needs_no_native_code(
    wheel: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """And a wheel with the core takes its place, on a machine of which there is one again."""
    environment = VirtualEnvironment(tmp_path / "venv")
    environment.make()
    environment.install(str(wheel))
    script = PROJECT / "tests" / "wheel" / "stand_alone_pure.py"
    said = environment.succeed("python", str(script), str(PROJECT))
    assert said == "stands alone: without the native core\n"
    environment.install("--no-deps", "--force-reinstall", str(stand_alone_wheel()))
    assert "overlay: active" in environment.succeed("python", "-m", "alembic_native")
