"""What a resolver finds: each Python its wheel in dist/, and else the one without native core."""

from __future__ import annotations

import pathlib
import platform
import re
import sys
from collections.abc import Iterator

import pytest

from tests.environments import PROJECT, clean_environment, stand_alone_wheel
from tests.programs import run_to_end

DIST = PROJECT / "dist"
NAME = re.compile(r"alembic_native-[\d.]+-cp3(?P<minor>\d+)-(?P<abi>cp\w+)-(?P<platform>\w+)\.whl")


def downloaded(
    folder: pathlib.Path,
    pure: pathlib.Path,
    *,
    python: str,
    abi: str,
    platforms: list[str],
    implementation: str = "cp",
) -> Iterator[str]:
    """The names of the wheels that `pip download` finds for such an interpreter and machine."""
    command = [sys.executable, "-m", "pip", "download", "--only-binary", ":all:", "--no-deps"]
    command += ["--no-index", "--find-links", str(DIST), "--find-links", str(pure.parent)]
    command += ["--dest", str(folder)]
    command += ["--implementation", implementation, "--python-version", python, "--abi", abi]
    for name in platforms:
        command += ["--platform", name]
    result = run_to_end(
        [*command, "alembic-native"], folder=PROJECT, environment=clean_environment()
    )
    assert (result.returncode == 0) == any(folder.glob("*.whl")), result.stderr
    return (path.name for path in folder.glob("*.whl"))


def manylinux(glibc: int, architecture: str = platform.machine()) -> list[str]:
    """The platforms of a machine with this glibc 2, as pip on it would list them."""
    return [f"manylinux_2_{minor}_{architecture}" for minor in range(glibc, 16, -1)]


def test_each_wheel_is_found_by_its_interpreter_on_a_newer_system(
    tmp_path: pathlib.Path, pure: pathlib.Path
) -> None:
    wheels = [path.name for path in DIST.glob("*.whl") if path.name != pure.name]
    assert stand_alone_wheel().name in wheels
    for name in wheels:
        parts = NAME.fullmatch(name)
        assert parts, name
        found = downloaded(
            tmp_path / name,
            pure,
            python=f"3.{parts['minor']}",
            abi=parts["abi"],
            platforms=manylinux(41),
        )
        assert [*found] == [name]


@pytest.mark.parametrize(
    ("what", "platforms"),
    [
        ("Alpine", ["musllinux_1_2_x86_64"]),
        ("another processor", manylinux(41, "ppc64le")),
        ("an old glibc", manylinux(26)),
        ("macOS", ["macosx_14_0_arm64"]),
        ("Windows", ["win_amd64"]),
    ],
)
def test_without_the_native_core_there_is_one_for(
    what: str, platforms: list[str], tmp_path: pathlib.Path, pure: pathlib.Path
) -> None:
    """docs/installing.md says so under "Where there is no wheel with the core"."""
    minor = sys.version_info.minor
    found = downloaded(tmp_path, pure, python=f"3.{minor}", abi=f"cp3{minor}", platforms=platforms)
    assert [*found] == [pure.name], what


@pytest.mark.parametrize(
    ("implementation", "python", "abi"),
    [("cp", "3.15", "cp315"), ("cp", "3.15", "cp315t"), ("pp", "3.11", "pypy311_pp73")],
)
def test_so_there_is_for_a_python_of_which_there_is_none(
    implementation: str, python: str, abi: str, tmp_path: pathlib.Path, pure: pathlib.Path
) -> None:
    found = downloaded(
        tmp_path,
        pure,
        python=python,
        abi=abi,
        platforms=manylinux(41),
        implementation=implementation,
    )
    assert [*found] == [pure.name]
