"""The wheel without the native core, which every Python on every system can install."""

from __future__ import annotations

import email
import pathlib
import zipfile

from tests.environments import PROJECT, VirtualEnvironment, stand_alone_wheel


def test_it_is_for_every_python_and_system_and_holds_no_native_code(pure: pathlib.Path) -> None:
    assert pure.name.endswith("-py3-none-any.whl")
    assert pure.stat().st_size < 1_000_000
    with zipfile.ZipFile(pure) as archive:
        names = archive.namelist()
        [about] = [name for name in names if name.endswith(".dist-info/WHEEL")]
        assert b"Root-Is-Purelib: true" in archive.read(about)
    assert not [name for name in names if name.endswith((".so", ".pyd", ".dylib"))]
    at_the_start = {"_alembic_native_hook.py", "alembic_native.pth", "alembic_native.start"}
    assert at_the_start <= {*names}


def test_its_licence_is_that_of_what_is_in_it(pure: pathlib.Path) -> None:
    with zipfile.ZipFile(pure) as archive:
        names = archive.namelist()
        [name] = [name for name in names if name.endswith(".dist-info/METADATA")]
        about = email.message_from_bytes(archive.read(name))
    assert about["License-Expression"] == "MIT"
    assert about.get_all("License-File") == ["LICENSE"]
    further = [name for name in names if "/licenses/" in name or "/sboms/" in name]
    assert [name.partition(".dist-info/")[2] for name in further] == ["licenses/LICENSE"]


def test_type_checkers_see_the_same_package_as_in_a_wheel_with_the_core(pure: pathlib.Path) -> None:
    with zipfile.ZipFile(pure) as archive:
        stubs = {name for name in archive.namelist() if name.endswith(".pyi")}
    assert stubs == {f"alembic_native/{name}.pyi" for name in ("_core", "_lint", "_postgres")}


def test_installed_by_itself_all_is_active_that_needs_no_native_code(
    pure: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """And a wheel with the core takes its place, on a machine of which there is one again."""
    environment = VirtualEnvironment(tmp_path / "venv")
    environment.make()
    environment.install(str(pure))
    script = PROJECT / "tests" / "wheel" / "stand_alone_pure.py"
    said = environment.succeed("python", str(script), str(PROJECT))
    assert said == "stands alone: without the native core\n"
    environment.install("--no-deps", "--force-reinstall", str(stand_alone_wheel()))
    assert "overlay: active" in environment.succeed("python", "-m", "alembic_native")
