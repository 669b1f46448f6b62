"""The configuration of cibuildwheel in pyproject.toml: as it reads it, and what of it runs here.

It builds in containers, on macOS and on Windows, which this machine has not. The commands that
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
from packaging.requirements import Requirement

from tests.environments import (
    BUILD,
    PROJECT,
    VirtualEnvironment,
    clean_environment,
    stand_alone_wheel,
)
from tests.wheel.identifiers import build_identifiers

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PYTHONS = {"cp310", "cp311", "cp312", "cp313", "cp314", "cp314t"}
GLIBC = "cp311-manylinux_x86_64"
MUSL = "cp311-musllinux_x86_64"
MAC = "cp311-macosx_x86_64"
WINDOWS = "cp311-win_amd64"
IDENTIFIERS = (GLIBC, MUSL, MAC, WINDOWS)
SYSTEMS = {"linux": "linux", "macos": "macosx", "windows": "win_"}
WHEELS = BUILD / f"stand-alone-{platform.python_version()}"
WHEEL_TOOLS = BUILD / f"wheel-tools-{platform.python_version()}"


def read(identifier: str) -> BuildOptions:
    """What cibuildwheel makes of the configuration for a wheel; it refuses unknown options."""
    arguments = CommandLineArguments.defaults()
    arguments.package_dir = PROJECT
    [name] = [name for name, system in SYSTEMS.items() if system in identifier]
    options = Options(platform=name, command_line_arguments=arguments, env={})  # type: ignore[arg-type]
    return options.build_options(identifier)


def filled_in(command: str, **places: pathlib.Path) -> list[str]:
    """A command as cibuildwheel runs it."""
    for name, path in {"project": PROJECT, **places}.items():
        command = command.replace(f"{{{name}}}", str(path))
    assert not re.search(r"\{\w+\}", command), command
    return ["sh", "-c", command]


@pytest.mark.parametrize(
    ("name", "architecture", "platforms"),
    [
        ("linux", "x86_64", ["manylinux_x86_64", "musllinux_x86_64"]),
        ("linux", "aarch64", ["manylinux_aarch64", "musllinux_aarch64"]),
        ("macos", "x86_64", ["macosx_x86_64"]),
        ("macos", "arm64", ["macosx_arm64"]),
        ("windows", "AMD64", ["win_amd64"]),
    ],
)
def test_one_wheel_for_each_python(name: str, architecture: str, platforms: list[str]) -> None:
    expected = {f"{python}-{platform}" for python in PYTHONS for platform in platforms}
    assert build_identifiers(name, architecture) == expected


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_its_scripts_are_there(identifier: str) -> None:
    options = read(identifier)
    commands = [options.before_build, options.repair_command, options.test_command]
    scripts = [re.findall(r"\{project\}/([\w/.-]+)", str(command)) for command in commands]
    assert all(scripts)
    for script in [path for paths in scripts for path in paths]:
        assert (PROJECT / script).is_file(), script


def test_pip_is_there_for_the_command_before_the_build() -> None:
    for identifier in IDENTIFIERS:
        options = read(identifier)
        assert str(options.before_build).startswith("python -m pip ")
        assert options.build_frontend is not None
        assert options.build_frontend.name == "build"


@pytest.mark.parametrize("folder", ["wheels", "platforms"])
def test_what_is_built_with_is_pinned_by_hash(folder: str) -> None:
    """`make pins` writes it. What the build asks for is among it, in a version that it takes."""
    text = (PROJECT / ".ci" / folder / "requirements.txt").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))
    assert len(pinned) == len(re.findall(r"^\S.*\\\n +--hash=sha256:", text, re.MULTILINE))
    lines = (PROJECT / ".ci" / folder / "requirements.in").read_text().splitlines()
    asked = [line for line in lines if not line.startswith("#")]
    of_the_build = tomllib.loads((PROJECT / "pyproject.toml").read_text())["build-system"]
    for requirement in map(Requirement, [*asked, *of_the_build["requires"]]):
        # .ci/platforms is built with the headers that fmt_headers.py fetches by the other pins.
        if (folder, requirement.name) != ("platforms", "cmeel-fmt"):
            assert pinned[requirement.name] in requirement.specifier


def test_libraries_built_in_the_container_are_found() -> None:
    options = read(GLIBC)
    before_all = PROJECT / str(options.before_all).removeprefix("{project}/")
    assert os.access(before_all, os.X_OK)
    subprocess.run(["bash", "-n", before_all], check=True)
    assert options.manylinux_images is not None
    for architecture in ("x86_64", "aarch64"):
        assert f"manylinux_2_28_{architecture}" in options.manylinux_images[architecture]
    assert options.environment.as_dictionary({}) == {"CMAKE_PREFIX_PATH": "/usr/local"}
    assert str(options.repair_command).endswith(" /usr/local")
    assert "cmake.define.ALEMBIC_NATIVE_POSTGRES=ON" in str(options.config_settings)


def test_for_macos_and_windows_the_modules_need_nothing_that_is_not_there() -> None:
    assert read(MAC).environment.as_dictionary({}) == {"MACOSX_DEPLOYMENT_TARGET": "11.0"}
    windows = str(read(WINDOWS).config_settings)
    assert "CMAKE_MSVC_RUNTIME_LIBRARY=MultiThreaded" in windows


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_fmt_is_the_pinned_one_whatever_the_system_has(
    identifier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Homebrew has one, and it may be another tomorrow."""
    monkeypatch.syspath_prepend(PROJECT / ".ci" / "wheels")
    import fmt_headers

    options = read(identifier)
    assert str(options.before_build).endswith("python {project}/.ci/wheels/fmt_headers.py")
    [folder] = re.findall(r"cmake\.define\.fmt_DIR=(\S+)", str(options.config_settings))
    assert PROJECT / folder == fmt_headers.CMAKE


@pytest.mark.parametrize("identifier", [MUSL, MAC, WINDOWS])
def test_without_the_store_no_library_is_built_and_none_is_asked_for(identifier: str) -> None:
    """Homebrew's libpqxx is one that needs C++20: no wheel for macOS would have been built."""
    options = read(identifier)
    assert "install-libraries" not in str(options.before_all)
    assert "cmake.define.ALEMBIC_NATIVE_POSTGRES=OFF" in str(options.config_settings)
    assert str(options.test_command).endswith(" --without-postgres")


def test_what_is_copied_on_alpine_is_found_and_its_licence_named(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No wheel for musl would have been built: its `ldd` fails where a module has open names."""
    monkeypatch.syspath_prepend(PROJECT / ".ci" / "wheels")
    import carried_libraries

    for name, text in {"apk": APK, "ldd": LDD}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as wheel:
        wheel.writestr("alembic_native/_core.cpython-313-x86_64-linux-musl.so", b"")
    found = carried_libraries.needed_by(tmp_path / "a.whl", tmp_path / "scratch")
    library = pathlib.Path("/usr/lib/libstdc++.so.6.of-alpine")
    assert found == {library.name: library}
    licence = carried_libraries.licence(library)
    assert licence == "libstdc++-14.2.0-r6 license:\nGPL-2.0-or-later AND LGPL-2.1-or-later\n"
    with pytest.raises(carried_libraries.NoLicence):
        carried_libraries.licence(pathlib.Path("/usr/lib/libelse.so.1"))


LDD = """#!/bin/sh
echo '	libstdc++.so.6.of-alpine => /usr/lib/libstdc++.so.6.of-alpine (0x7f0000000000)'
echo 'Error relocating _core.so: PyErr_SetString: symbol not found' >&2
exit 127
"""
APK = """#!/bin/sh
case "$*" in
"info --quiet --who-owns /usr/lib/libstdc++"*) echo libstdc++-14.2.0-r6 ;;
"info --license libstdc++-14.2.0-r6")
  printf '%s\\n' 'libstdc++-14.2.0-r6 license:' 'GPL-2.0-or-later AND LGPL-2.1-or-later' ;;
*) exit 1 ;;
esac
"""


def test_the_repair_command_leaves_one_wheel_with_the_libraries(tmp_path: pathlib.Path) -> None:
    [built] = WHEELS.glob("*.whl")
    # There install-libraries installs to /usr/local what lies in build/ here.
    words = read(GLIBC).repair_command.replace(" /usr/local", f" {BUILD / 'wheel-libraries'}")
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
    command = read(GLIBC).test_command
    assert command is not None
    output = environment.succeed(*filled_in(command), folder=tmp_path)
    assert "stands alone: _core, _lint, _postgres with " in output
