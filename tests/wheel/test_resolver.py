"""What a resolver finds: each Python its wheel, and else the one without the native core.

pip chooses by the names of files. So the wheels of a release, which take machines of all kinds, are
files of such names here: `cibuildwheel` tells which it makes.
"""

from __future__ import annotations

import pathlib
import platform
import re
import shutil
import sys
from typing import NamedTuple

import pytest

from tests.environments import PROJECT, clean_environment, stand_alone_wheel
from tests.programs import run_to_end
from tests.wheel.identifiers import build_identifiers

DIST = PROJECT / "dist"
NAME = re.compile(r"alembic_native-[\d.]+-cp3(?P<minor>\d+)-(?P<abi>cp\w+)-[\w.]+\.whl")
#: What cibuildwheel calls a platform -> how the names of its wheels end.
RELEASED = {
    "manylinux_x86_64": "manylinux_2_28_x86_64",
    "manylinux_aarch64": "manylinux_2_28_aarch64",
    "musllinux_x86_64": "musllinux_1_2_x86_64",
    "musllinux_aarch64": "musllinux_1_2_aarch64",
    "macosx_x86_64": "macosx_11_0_x86_64",
    "macosx_arm64": "macosx_11_0_arm64",
    "win_amd64": "win_amd64",
}


class Machine(NamedTuple):
    """An interpreter and what pip on its machine calls the platforms whose wheels it takes."""

    python: str
    abi: str
    platforms: list[str]
    implementation: str = "cp"


def glibc(minor: int, architecture: str = platform.machine()) -> list[str]:
    """The platforms of a machine with glibc 2.`minor`."""
    return [f"manylinux_2_{number}_{architecture}" for number in range(minor, 16, -1)]


def musl(minor: int, architecture: str) -> list[str]:
    """The platforms of a machine with musl 1.`minor`."""
    return [f"musllinux_1_{number}_{architecture}" for number in range(minor, -1, -1)]


def macos(major: int, architecture: str) -> list[str]:
    return [f"macosx_{number}_0_{architecture}" for number in range(major, 10, -1)]


def downloaded(folder: pathlib.Path, machine: Machine, *sources: pathlib.Path) -> list[str]:
    """The names of the wheels that `pip download` finds in the folders `sources` for a machine."""
    command = [sys.executable, "-m", "pip", "download", "--only-binary", ":all:", "--no-deps"]
    command += ["--no-index", "--dest", str(folder)]
    for source in sources:
        command += ["--find-links", str(source)]
    command += ["--implementation", machine.implementation]
    command += ["--python-version", machine.python, "--abi", machine.abi]
    for name in machine.platforms:
        command += ["--platform", name]
    result = run_to_end(
        [*command, "alembic-native"], folder=PROJECT, environment=clean_environment()
    )
    assert (result.returncode == 0) == any(folder.glob("*.whl")), result.stderr
    return [path.name for path in folder.glob("*.whl")]


def test_each_wheel_is_found_by_its_interpreter_on_a_newer_system(
    tmp_path: pathlib.Path, pure: pathlib.Path
) -> None:
    """Those of this machine, which `make wheel` has made."""
    wheels = [path.name for path in DIST.glob("*.whl") if path.name != pure.name]
    assert stand_alone_wheel().name in wheels
    for name in wheels:
        parts = NAME.fullmatch(name)
        assert parts, name
        machine = Machine(f"3.{parts['minor']}", parts["abi"], glibc(60))
        assert downloaded(tmp_path / name, machine, DIST, pure.parent) == [name]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, pure: pathlib.Path) -> pathlib.Path:
    """A folder with a file of the name of each wheel of a release."""
    folder = tmp_path_factory.mktemp("release")
    shutil.copy(pure, folder)
    stem = pure.name.removesuffix("-py3-none-any.whl")
    identifiers = (
        build_identifiers("linux", "x86_64", "aarch64")
        | build_identifiers("macos", "x86_64", "arm64")
        | build_identifiers("windows", "AMD64")
    )
    for identifier in identifiers:
        python, name = identifier.split("-")
        tag = f"{python.removesuffix('t')}-{python}-{RELEASED[name]}"
        shutil.copy(pure, folder / f"{stem}-{tag}.whl")
    return folder


#: Machine -> the end of the name of the wheel that it gets.
MACHINES = {
    "Debian 12": (Machine("3.11", "cp311", glibc(36, "x86_64")), "manylinux_2_28_x86_64"),
    "Ubuntu 22.04": (Machine("3.10", "cp310", glibc(35, "x86_64")), "manylinux_2_28_x86_64"),
    "python:3.12-slim": (Machine("3.12", "cp312", glibc(41, "x86_64")), "manylinux_2_28_x86_64"),
    "Debian 14": (Machine("3.14", "cp314", glibc(42, "x86_64")), "manylinux_2_28_x86_64"),
    "free-threaded": (Machine("3.14", "cp314t", glibc(42, "x86_64")), "manylinux_2_28_x86_64"),
    "Graviton": (Machine("3.12", "cp312", glibc(34, "aarch64")), "manylinux_2_28_aarch64"),
    "Alpine": (Machine("3.13", "cp313", musl(2, "x86_64")), "musllinux_1_2_x86_64"),
    "Alpine on arm64": (Machine("3.12", "cp312", musl(2, "aarch64")), "musllinux_1_2_aarch64"),
    "Mac": (Machine("3.13", "cp313", macos(15, "arm64")), "macosx_11_0_arm64"),
    "Mac with an Intel processor": (
        Machine("3.11", "cp311", macos(14, "x86_64")),
        "macosx_11_0_x86_64",
    ),
    "Windows": (Machine("3.12", "cp312", ["win_amd64"]), "win_amd64"),
    "Windows with Python 3.10": (Machine("3.10", "cp310", ["win_amd64"]), "win_amd64"),
    "FreeBSD": (Machine("3.11", "cp311", ["freebsd_14_1_release_amd64"]), "any"),
    "another processor": (Machine("3.11", "cp311", glibc(41, "ppc64le")), "any"),
    "32 bits on Windows": (Machine("3.12", "cp312", ["win32"]), "any"),
    "an old glibc": (Machine("3.11", "cp311", glibc(26, "x86_64")), "any"),
    "an old macOS": (Machine("3.11", "cp311", ["macosx_10_15_x86_64"]), "any"),
    "free-threaded 3.13": (Machine("3.13", "cp313t", glibc(41, "x86_64")), "any"),
    "Python 3.15": (Machine("3.15", "cp315", glibc(41, "x86_64")), "any"),
    "PyPy": (Machine("3.11", "pypy311_pp73", glibc(41, "x86_64"), "pp"), "any"),
}


@pytest.mark.parametrize("name", MACHINES)
def test_of_a_release_each_machine_gets_its_wheel(
    name: str, release: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """docs/installing.md names those that get the one without the native core, "any" here."""
    machine, end = MACHINES[name]
    [found] = downloaded(tmp_path, machine, release)
    if end == "any":
        assert found.endswith("-py3-none-any.whl")
    else:
        python = f"cp{machine.python.replace('.', '')}"
        assert found.endswith(f"-{python}-{machine.abi}-{end}.whl")


@pytest.mark.parametrize(
    "machine",
    [
        Machine("3.13", "cp313", musl(2, "x86_64")),
        Machine("3.13", "cp313", macos(15, "arm64")),
        Machine("3.13", "cp313", ["win_amd64"]),
    ],
)
def test_of_the_wheels_of_make_wheels_others_get_the_one_without_core(
    machine: Machine, pure: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    assert downloaded(tmp_path, machine, DIST, pure.parent) == [pure.name]
