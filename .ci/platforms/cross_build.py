"""CMake for another platform: configured, built, and its tests run by an emulator.

All of it lies in build/platforms. Each command writes its output into a log of its own there.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import venv
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "wheels"))

import fmt_headers

PROJECT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = PROJECT / "build" / "platforms"
TOOLS = FOLDER / "tools" / "bin" / "python"
#: What pyproject.toml asks for, but fmt, and the compiler of `zig.py`.
PACKAGES = pathlib.Path(__file__).with_name("requirements.txt")
GOOGLE_TEST = pathlib.Path("/usr/src/googletest")
SUITES = {"core_tests": "tests/cpp/core_tests", "lint_tests": "cpp/lint/lint_tests"}
MODULES = {"_core": "cpp/bindings", "_lint": "cpp/lint"}
NOTHING = "-"


class Failed(Exception):
    """A command failed; the message says where its output is."""

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


class Row(NamedTuple):
    """What was built for a platform, whether it was built and run, how many tests passed."""

    platform: str
    what: str
    built: str = "no"
    ran: str = "no"
    passed: str = NOTHING
    size: str = NOTHING


class Platform(NamedTuple):
    """A platform, the settings with which CMake builds for it, and what runs its programs.

    `emulator` is empty where this machine runs them, and None where nothing does; `modules` is what
    else CMake has to be told to build extension modules, None where there is nothing to build them
    with. `suffix` is that of a program.
    """

    name: str
    settings: tuple[str, ...]
    emulator: tuple[str, ...] | None
    modules: tuple[str, ...] | None = None
    suffix: str = ""
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def folder(self) -> pathlib.Path:
        return FOLDER / self.name


def run(name: str, *command: str | pathlib.Path, **environment: str) -> str:
    """Run a command with its output in build/platforms/NAME.log; the output. Raises `Failed`."""
    log = FOLDER / f"{name}.log"
    print(f"platforms: {name}", flush=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as file:
        done = subprocess.run(
            command,
            cwd=PROJECT,
            # The programs that call zig are written anew each time, and say for which target.
            env={**os.environ, "CCACHE_COMPILERCHECK": "content", **environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    output = log.read_text(encoding="utf-8", errors="replace")
    if done.returncode:
        message = f"{name}: exit code {done.returncode}, see {log.relative_to(PROJECT)}"
        raise Failed(message, output)
    return output


def packages() -> pathlib.Path:
    """The folder of the packages that are built with, but fmt, which it fetches, too.

    Raises `Failed`.
    """
    environment = TOOLS.parents[1]
    if not TOOLS.exists():
        venv.create(environment, with_pip=True)
    pip = (TOOLS, "-m", "pip", "install", "--quiet")
    run("tools", *pip, "--require-hashes", "--requirement", PACKAGES)
    run("fmt", TOOLS, pathlib.Path(fmt_headers.__file__))
    [folder] = environment.glob("lib/python3.*/site-packages")
    return folder


def build(platform: Platform, packages: pathlib.Path) -> tuple[list[Row], list[str]]:
    """The rows of a platform, and what failed."""
    rows, failures = [], []
    try:
        _install_google_test(platform)
        folder = _configure_core(platform, packages)
    except Failed as failed:
        return [Row(platform.name, "everything")], [str(failed)]
    for target in [*SUITES, *(MODULES if platform.modules is not None else ())]:
        row = Row(platform.name, target)
        try:
            run(f"{platform.name}/{target}", "cmake", "--build", folder, "--target", target)
            row = row._replace(built="yes", size=megabytes(_file(folder, target)))
            if target in SUITES and platform.emulator is not None:
                passed = _run_suite(platform, folder, target)
                row = row._replace(ran="yes", passed=passed)
        except Failed as failed:
            failures.append(str(failed))
            row = row._replace(passed=_passed(failed.output))
        rows.append(row)
    return rows, failures


def _configure(platform: Platform, name: str, source: pathlib.Path, *settings: str) -> pathlib.Path:
    """The folder to build in."""
    folder = platform.folder / name
    run(
        f"{platform.name}/{name}-configure",
        *("cmake", "-S", source, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"),
        # Building is one thing and running another.
        "-DCMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE=PRE_TEST",
        # No library of the machine that builds.
        f"-DCMAKE_FIND_ROOT_PATH={platform.folder / 'installed'}",
        *(f"-DCMAKE_FIND_ROOT_PATH_MODE_{kind}=ONLY" for kind in ("LIBRARY", "INCLUDE", "PACKAGE")),
        *platform.settings,
        *settings,
    )
    return folder


def _install_google_test(platform: Platform) -> None:
    installed = platform.folder / "installed"
    if (installed / "lib" / "libgtest.a").exists():
        return
    settings = ("-DBUILD_GMOCK=OFF", f"-DCMAKE_INSTALL_PREFIX={installed}")
    folder = _configure(platform, "googletest", GOOGLE_TEST, *settings)
    run(f"{platform.name}/googletest", "cmake", "--build", folder, "--target", "install")


def _configure_core(platform: Platform, packages: pathlib.Path) -> pathlib.Path:
    modules: tuple[str, ...] = ("-DALEMBIC_NATIVE_PYTHON=OFF",)
    if platform.modules is not None:
        pybind11 = packages / "pybind11" / "share" / "cmake" / "pybind11"
        modules = ("-DALEMBIC_NATIVE_PYTHON=ON", f"-Dpybind11_DIR={pybind11}", *platform.modules)
    return _configure(
        platform,
        "core",
        PROJECT,
        f"-DSKBUILD_PROJECT_VERSION={_version()}",
        "-DALEMBIC_NATIVE_TESTS=ON",
        "-DALEMBIC_NATIVE_POSTGRES=OFF",
        f"-Dfmt_DIR={fmt_headers.CMAKE}",
        *modules,
    )


def _version() -> str:
    """Of the package, which its build would tell CMake."""
    project = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    [version] = re.findall(r'^version = "(.*)"$', project, re.MULTILINE)
    return str(version)


def _run_suite(platform: Platform, folder: pathlib.Path, suite: str) -> str:
    """How many tests passed. Raises `Failed`."""
    assert platform.emulator is not None
    program = folder / f"{SUITES[suite]}{platform.suffix}"
    name = f"{platform.name}/{suite}-run"
    return _passed(
        run(name, *platform.emulator, program, "--gtest_brief=1", **dict(platform.environment))
    )


def _passed(output: str) -> str:
    found = re.search(r"^\[  PASSED  \] (\d+) test", output, re.MULTILINE)
    return found[1] if found else NOTHING


def module_files(platform: Platform) -> list[pathlib.Path]:
    """The extension modules that were built for a platform. Raises `Failed`."""
    return [_file(platform.folder / "core", target) for target in MODULES]


def megabytes(file: pathlib.Path) -> str:
    return f"{file.stat().st_size / 1e6:.1f} MB"


def _file(folder: pathlib.Path, target: str) -> pathlib.Path:
    """The one that was built for a target. Raises `Failed`."""
    where = MODULES.get(target) or str(pathlib.PurePosixPath(SUITES[target]).parent)
    for path in (folder / where).glob(f"{target}*"):
        if path.is_file() and path.suffix in ("", ".exe", ".so", ".pyd"):
            return path
    raise Failed(f"{target} was not built in {folder.relative_to(PROJECT)}")
