"""The core for Windows x86_64, built by mingw-w64 and run by wine: `python .ci/windows/run.py`.

All of it lies in build/windows. A table says what was built, what ran and how many tests passed.
The extension modules are linked and not run: no Python for Windows is there. Exit code 1 if
anything failed.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import venv

from python_library import make_python_library

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from tests.text_table import text_table  # noqa: E402

FOLDER = PROJECT / "build" / "windows"
TOOLCHAIN = pathlib.Path(__file__).with_name("toolchain.cmake")
#: What pyproject.toml asks for where there are wheels of it.
PACKAGES = ("pybind11>=3", "cmeel-fmt>=12.1,<13")
GOOGLE_TEST = pathlib.Path("/usr/src/googletest")
#: Debian's release and source package with the headers of Python, and what Python for Windows calls
#: its extension modules.
PYTHON_SOURCE = ("trixie", "python3.13")
SUFFIX = ".cp313-win_amd64.pyd"
TESTS = {"core_tests": "tests/cpp/core_tests.exe", "lint_tests": "cpp/lint/lint_tests.exe"}
MODULES = {"_core": f"cpp/bindings/_core{SUFFIX}", "_lint": f"cpp/lint/_lint{SUFFIX}"}
HEADINGS = ("what", "built", "ran", "tests passed")
NOTHING = "-"


class Failed(Exception):
    """A command failed; the message says where its output is."""

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


def run(name: str, *command: str | pathlib.Path, **environment: str) -> str:
    """Run a command with its output in build/windows/NAME.log; the output. Raises `Failed`."""
    log = FOLDER / f"{name}.log"
    print(f"windows: {name}", flush=True)
    with log.open("w", encoding="utf-8") as file:
        done = subprocess.run(
            command,
            cwd=PROJECT,
            env={**os.environ, **environment},
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


def configure(name: str, source: pathlib.Path, *settings: str) -> pathlib.Path:
    """The folder to build in."""
    folder = FOLDER / name
    run(
        f"{name}-configure",
        *("cmake", "-S", source, "-B", folder, "-G", "Ninja"),
        *(f"-DCMAKE_TOOLCHAIN_FILE={TOOLCHAIN}", "-DCMAKE_BUILD_TYPE=Release"),
        *settings,
    )
    return folder


def install_google_test() -> None:
    """Where the toolchain file has CMake look for it."""
    folder = configure(
        "googletest",
        GOOGLE_TEST,
        "-DBUILD_GMOCK=OFF",
        f"-DCMAKE_INSTALL_PREFIX={FOLDER / 'installed'}",
    )
    run("googletest", "cmake", "--build", folder, "--target", "install")


def configure_core() -> pathlib.Path:
    tools = FOLDER / "tools"
    venv.create(tools, with_pip=True)
    python = tools / "bin" / "python"
    run("tools", python, "-m", "pip", "install", "--quiet", *PACKAGES)
    pybind11 = run("pybind11", python, "-m", "pybind11", "--cmakedir").strip()
    source = FOLDER / "python-source"
    if not source.exists():
        run("python-source", PROJECT / ".ci" / "debian-source", *PYTHON_SOURCE, source)
    include, library = make_python_library(source, FOLDER / "python")
    return configure(
        "core",
        PROJECT,
        "-DALEMBIC_NATIVE_TESTS=ON",
        "-DALEMBIC_NATIVE_POSTGRES=OFF",
        f"-Dfmt_DIR={pathlib.Path(pybind11).parents[3] / 'cmeel.prefix/lib/cmake/fmt'}",
        f"-Dpybind11_DIR={pybind11}",
        f"-DPython_INCLUDE_DIR={include}",
        f"-DPython_LIBRARY={library}",
        "-DPYBIND11_USE_CROSSCOMPILING=ON",
        f"-DPYTHON_MODULE_EXTENSION={SUFFIX}",
        "-DPYTHON_MODULE_DEBUG_POSTFIX=",
        "-DPYTHON_IS_DEBUG=OFF",
    )


def wine(folder: pathlib.Path) -> str:
    """The program that CMake has found. Raises `Failed`."""
    cache = (folder / "CMakeCache.txt").read_text(encoding="utf-8")
    found = re.search(r"^ALEMBIC_NATIVE_WINE:FILEPATH=(.*)$", cache, re.MULTILINE)
    if found is None or found[1].endswith("NOTFOUND"):
        raise Failed("there is no wine: .ci/install-system-packages windows")
    return found[1]


def run_tests(target: str, folder: pathlib.Path) -> str:
    """The output of a suite under wine. Raises `Failed`."""
    return run(
        f"{target}-wine",
        *(wine(folder), folder / TESTS[target], "--gtest_brief=1"),
        WINEPREFIX=str(FOLDER / "wine"),
        WINEDEBUG="-all",
    )


def try_out(folder: pathlib.Path) -> tuple[list[tuple[str, ...]], list[str]]:
    """The rows of the table, and what failed."""
    rows, failures = [], []
    for target, file in {**TESTS, **MODULES}.items():
        built, ran, passed = "no", "no", NOTHING
        output = ""
        try:
            run(target, "cmake", "--build", folder, "--target", target)
            built = "yes"
            if target in TESTS:
                output = run_tests(target, folder)
        except Failed as failed:
            failures.append(str(failed))
            output = failed.output
        found = re.search(r"^\[  PASSED  \] (\d+) test", output, re.MULTILINE)
        if found is not None:
            ran, passed = "yes", found[1]
        rows.append((pathlib.PurePath(file).name, built, ran, passed))
    return rows, failures


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        install_google_test()
        rows, failures = try_out(configure_core())
    except Failed as failed:
        rows, failures = [], [str(failed)]
    print(text_table([HEADINGS, *rows]))
    print("The extension modules are linked only: there is no Python for Windows to load them.")
    for failure in failures:
        print(f"FAILED: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
