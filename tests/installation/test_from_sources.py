"""Configuring the build where something is missing: a sentence says what."""

from __future__ import annotations

import pathlib
import shutil
import subprocess

import pytest

from tests.environments import PROJECT, clean_environment

CORE_ALONE = ("-DALEMBIC_NATIVE_PYTHON=OFF", "-DALEMBIC_NATIVE_POSTGRES=OFF")
#: A compiler of before C++17: the last -std that gcc and clang are given counts.
OLD_COMPILER = '#!/bin/sh\nexec c++ "$@" -std=c++14\n'
FMT_CONFIG = """
add_library(fmt::fmt-header-only INTERFACE IMPORTED)
"""
FMT_CONFIG_VERSION = """
set(PACKAGE_VERSION 12.2.0)
set(PACKAGE_VERSION_COMPATIBLE TRUE)
"""


class Configuration:
    """`cmake` on this checkout, in a folder of its own."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    def run(self, *options: str, **environment: str) -> tuple[int, str]:
        """The exit code and everything that was printed, as one line: CMake breaks lines."""
        command = ["cmake", "-S", str(PROJECT), "-B", str(self.folder / "build"), "-G", "Ninja"]
        result = subprocess.run(
            [*command, *options],
            env=clean_environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return result.returncode, " ".join(result.stdout.split())


@pytest.fixture
def configuration(tmp_path: pathlib.Path) -> Configuration:
    return Configuration(tmp_path)


def test_no_compiler(configuration: Configuration, tmp_path: pathlib.Path) -> None:
    code, output = configuration.run(*CORE_ALONE, CXX=str(tmp_path / "not-there"))
    assert code == 1
    assert "There is no C++ compiler. Install gcc 10 or newer, or clang 14 or newer." in output


def test_a_compiler_without_cxx17(configuration: Configuration, tmp_path: pathlib.Path) -> None:
    compiler = tmp_path / "old-c++"
    compiler.write_text(OLD_COMPILER)
    compiler.chmod(0o755)
    code, output = configuration.run(*CORE_ALONE, CXX=str(compiler))
    assert code == 1
    assert f"The C++ compiler {compiler}" in output
    assert "does not compile C++17 with its standard library. Install gcc 10" in output


def test_no_fmt(configuration: Configuration) -> None:
    code, output = configuration.run(*CORE_ALONE, "-DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON")
    assert code == 1
    assert "fmt 9 or newer was not found. pip install cmeel-fmt" in output


def test_fmt_from_the_index_where_the_system_has_none(
    configuration: Configuration, tmp_path: pathlib.Path
) -> None:
    """Where pip puts it for the build, no path of CMake's leads to it."""
    package = tmp_path / "site-packages" / "cmeel.prefix" / "lib" / "cmake" / "fmt"
    package.mkdir(parents=True)
    (package / "fmt-config.cmake").write_text(FMT_CONFIG)
    (package / "fmt-config-version.cmake").write_text(FMT_CONFIG_VERSION)
    code, output = configuration.run(
        *CORE_ALONE,
        f"-DCMAKE_PREFIX_PATH={tmp_path / 'site-packages'}",
        # The system's own fmt is not seen.
        "-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF",
        "-DCMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=OFF",
        f"-DCMAKE_MAKE_PROGRAM={shutil.which('ninja')}",
    )
    assert code == 0, output
    assert f"fmt 12.2.0: {package}" in output


def test_without_libpqxx_the_rest_is_built(configuration: Configuration) -> None:
    absent = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in ("libpqxx", "PkgConfig")]
    code, output = configuration.run("-DALEMBIC_NATIVE_PYTHON=OFF", *absent)
    assert code == 0, output
    assert "PostgreSQL version store: left out, libpqxx 6.4 or newer was not found" in output


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("exit 0", "runs, but executes no Python"),
        ("echo 3.9", "is Python 3.9, and 3.10 is the oldest that is supported"),
        ("echo no such version >&2; exit 127", "no such version"),
    ],
)
def test_an_interpreter_that_cannot_be_used(
    tmp_path: pathlib.Path, program: str, expected: str
) -> None:
    """A shim that runs nothing was answered with advice to install system packages."""
    shim = tmp_path / "python3.12"
    shim.write_text(f"#!/bin/sh\n{program}\n")
    shim.chmod(0o755)
    result = subprocess.run(
        ["make", "wheel", f"PYTHON={shim}"],
        cwd=PROJECT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert expected in result.stderr
    assert "the interpreter cannot be used" in result.stderr
    assert "System packages" not in result.stdout + result.stderr
