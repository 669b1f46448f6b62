"""The configuration of cibuildwheel in pyproject.toml: as it reads it, and what of it runs here.

It builds in containers of manylinux and on macOS, which this machine has not. The commands that
come after the build are run as it runs them, on the wheel that was built here.
"""

from __future__ import annotations

import os
import pathlib
import platform
import re
import subprocess
import sys
import zipfile

import pytest
from cibuildwheel.options import BuildOptions, CommandLineArguments, Options

from tests.environments import (
    BUILD,
    PROJECT,
    VirtualEnvironment,
    clean_environment,
    stand_alone_wheel,
)

PYTHONS = {"cp310", "cp311", "cp312", "cp313", "cp314"}
IDENTIFIERS = {"linux": "cp311-manylinux_x86_64", "macos": "cp311-macosx_x86_64"}
WHEELS = BUILD / f"stand-alone-{platform.python_version()}"
WHEEL_TOOLS = BUILD / f"wheel-tools-{platform.python_version()}"


def read(name: str) -> BuildOptions:
    """What cibuildwheel makes of the configuration on a platform; it refuses unknown options."""
    arguments = CommandLineArguments.defaults()
    arguments.package_dir = PROJECT
    options = Options(platform=name, command_line_arguments=arguments, env={})  # type: ignore[arg-type]
    return options.build_options(IDENTIFIERS[name])


def filled_in(command: str, **places: pathlib.Path) -> list[str]:
    """A command as cibuildwheel runs it."""
    for name, path in {"project": PROJECT, **places}.items():
        command = command.replace(f"{{{name}}}", str(path))
    assert not re.search(r"\{\w+\}", command), command
    return ["sh", "-c", command]


@pytest.mark.parametrize("name", ["linux", "macos"])
def test_one_wheel_for_each_python(name: str) -> None:
    command = [sys.executable, "-m", "cibuildwheel", "--print-build-identifiers"]
    command += ["--platform", name, "--archs", "x86_64"]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    suffix = IDENTIFIERS[name].removeprefix("cp311")
    assert {*result.stdout.split()} == {f"{python}{suffix}" for python in PYTHONS}


@pytest.mark.parametrize("name", ["linux", "macos"])
def test_its_scripts_are_there(name: str) -> None:
    options = read(name)
    commands = [options.before_all, options.before_build]
    commands += [options.repair_command, options.test_command]
    scripts = [re.findall(r"\{project\}/([\w/.-]+)", str(command)) for command in commands]
    assert all(scripts)
    for script in [path for paths in scripts for path in paths]:
        assert (PROJECT / script).is_file(), script
    [before_all] = scripts[0]
    assert os.access(PROJECT / before_all, os.X_OK)
    subprocess.run(["bash", "-n", PROJECT / before_all], check=True)


def test_pip_is_there_for_the_command_before_the_build() -> None:
    for name in IDENTIFIERS:
        options = read(name)
        assert str(options.before_build).startswith("python -m pip ")
        assert options.build_frontend is not None
        assert options.build_frontend.name == "build"


def test_libraries_built_in_the_container_are_found() -> None:
    options = read("linux")
    assert options.manylinux_images is not None
    for architecture in ("x86_64", "aarch64"):
        assert f"manylinux_2_28_{architecture}" in options.manylinux_images[architecture]
    assert options.environment.as_dictionary({}) == {"CMAKE_PREFIX_PATH": "/usr/local"}
    assert str(options.repair_command).endswith(" /usr/local")


def test_the_environment_on_macos(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """cibuildwheel could not read a pipe in it, and no wheel for macOS would have been built."""
    for name, text in (("sw_vers", "echo 14.7.1"), ("brew", "echo /opt/homebrew/opt/$2")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    environment = read("macos").environment.as_dictionary({"PATH": os.environ["PATH"]})
    del environment["PATH"]
    assert environment == {
        "MACOSX_DEPLOYMENT_TARGET": "14.0",
        "CMAKE_PREFIX_PATH": "/opt/homebrew/opt/libpq",
        "PKG_CONFIG_PATH": "/opt/homebrew/opt/libpq/lib/pkgconfig",
    }


def test_the_repair_command_leaves_one_wheel_with_the_libraries(tmp_path: pathlib.Path) -> None:
    [built] = WHEELS.glob("*.whl")
    # There install-libraries installs to /usr/local what lies in build/ here.
    words = read("linux").repair_command.replace(" /usr/local", f" {BUILD / 'wheel-libraries'}")
    command = filled_in(words, wheel=built, dest_dir=tmp_path / "repaired")
    environment = clean_environment(PATH=f"{WHEEL_TOOLS / 'bin'}:{os.environ['PATH']}")
    result = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    [repaired] = (tmp_path / "repaired").iterdir()
    assert repaired.name == stand_alone_wheel().name
    names = zipfile.ZipFile(repaired).namelist()
    assert any(name.endswith("/licenses/libraries/libpqxx.txt") for name in names)


def test_the_test_command_in_an_environment_with_nothing_but_the_wheel(
    tmp_path: pathlib.Path,
) -> None:
    environment = VirtualEnvironment(tmp_path / "venv")
    environment.make()
    environment.install(str(stand_alone_wheel()))
    command = read("linux").test_command
    assert command is not None
    output = environment.succeed(*filled_in(command), folder=tmp_path)
    assert "stands alone: _core, _lint, _postgres with " in output
