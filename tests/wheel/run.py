"""`make wheels`: a wheel for every Python, installed and run: `run.py [INTERPRETER...]`.

Without arguments the interpreters are those of this machine, as tests/matrix/interpreters.py finds
them, of each version one, and the free-threaded one where `make free-threaded` has built it. `make
wheel` is run once for each ABI. Then, in a new environment of each interpreter, its own pip chooses
from dist/, and stand_alone.py and the tests of without_server.py run. So does stand_alone_pure.py
with the wheel of `make wheel-pure` in an environment of the newest one. A table is printed, in
which "ok" stands for what was run; exit code 1 if anything failed, or nothing ran. The logs stay
in build/wheels.
"""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.environments import BUILD, PROJECT, VirtualEnvironment, clean_environment
from tests.matrix import interpreters
from tests.programs import ProgramFailed, run_quietly
from tests.text_table import text_table
from tests.wheel import without_server

DIST = PROJECT / "dist"
LOGS = BUILD / "wheels"
FREE_THREADED = BUILD / "free-threaded" / "python" / "bin"
ASK = """
import json, platform, sys, venv, ensurepip
minor = f"{sys.version_info[0]}{sys.version_info[1]}"
tag = f"cp{minor}-cp{minor}{sys.abiflags}"
print(json.dumps([platform.python_version() + sys.abiflags, tag]))
"""
HEADINGS = ("Python", "built", "ran", "tests passed", "size", "wheel")


class Interpreter(NamedTuple):
    """`version` is like 3.13.5t, `tag` like cp313-cp313t."""

    program: str
    version: str
    tag: str


def asked(program: str) -> Interpreter | None:
    """What an interpreter says of itself; None where it cannot be run or makes no environments."""
    try:
        result = subprocess.run([program, "-c", ASK], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return Interpreter(program, *json.loads(result.stdout)) if result.returncode == 0 else None


def interpreters_of_this_machine() -> list[Interpreter]:
    programs = [path for line in interpreters.LINES for path in interpreters.present(line)]
    programs += map(str, FREE_THREADED.glob("python3.*t"))
    by_version: dict[str, Interpreter] = {}
    for interpreter in filter(None, map(asked, programs)):
        by_version.setdefault(interpreter.version, interpreter)
    return list(by_version.values())


def wheels_of(interpreter: Interpreter) -> list[pathlib.Path]:
    return list(DIST.glob(f"alembic_native-*-{interpreter.tag}-*.whl"))


def build(interpreter: Interpreter, target: str = "wheel") -> None:
    """Raises `ProgramFailed`."""
    make = ["make", target, f"PYTHON={interpreter.program}"]
    log = LOGS / f"build-{target}-{interpreter.version}.log"
    run_quietly(make, log=log, folder=PROJECT, environment=clean_environment())


def install_and_run(interpreter: Interpreter) -> str:
    """Have its pip choose a wheel in dist/, and run it alone, and tests.

    How many of these passed. Raises `ProgramFailed`.
    """
    environment = VirtualEnvironment(LOGS / interpreter.version, interpreter.program)
    environment.make()
    own = ["--no-index", "--no-deps", "--find-links", str(DIST), "alembic-native"]
    environment.install("--only-binary", ":all:", *own)
    environment.install("alembic-native")
    stand_alone("stand_alone.py", environment)
    environment.install(*without_server.NEEDED)
    log = LOGS / f"tests-{interpreter.version}.log"
    command = [str(environment.python), *without_server.ARGUMENTS]
    run_quietly(command, log=log, folder=PROJECT, environment=clean_environment())
    return without_server.passed(log.read_text(encoding="utf-8"))


def stand_alone(script: str, environment: VirtualEnvironment) -> None:
    """Raises `ProgramFailed`."""
    run_quietly(
        [str(environment.python), f"tests/wheel/{script}", str(PROJECT)],
        log=LOGS / f"run-{environment.folder.name}.log",
        folder=PROJECT,
        environment=clean_environment(),
    )


def pure_row(interpreter: Interpreter) -> tuple[str, ...]:
    """Of the wheel without the native core, in an environment of one interpreter."""
    what = f"any (run by {interpreter.version})"
    print(f"== {what}", flush=True)
    environment = VirtualEnvironment(LOGS / f"pure-{interpreter.version}", interpreter.program)
    built = False
    try:
        build(interpreter, "wheel-pure")
        built = True
        [wheel] = DIST.glob("alembic_native-*-none-any.whl")
        environment.make()
        environment.install(str(wheel))
        stand_alone("stand_alone_pure.py", environment)
    except ProgramFailed as error:
        print(error, file=sys.stderr)
        return (what, "ok" if built else "FAILED", "FAILED" if built else "-", "-", "-", "-")
    return (what, "ok", "ok", "-", f"{wheel.stat().st_size / 1e6:.1f} MB", wheel.name)


def row(interpreter: Interpreter, built: set[str]) -> tuple[str, ...]:
    print(f"== {interpreter.version}: {interpreter.program}", flush=True)
    try:
        if interpreter.tag not in built:
            build(interpreter)
        built.add(interpreter.tag)
        [wheel] = wheels_of(interpreter)
    except ProgramFailed as error:
        print(error, file=sys.stderr)
        return (interpreter.version, "FAILED", "-", "-", "-", "-")
    ran, passed = "ok", "-"
    try:
        passed = install_and_run(interpreter)
    except ProgramFailed as error:
        print(error, file=sys.stderr)
        ran = "FAILED"
    size = f"{wheel.stat().st_size / 1e6:.1f} MB"
    return (interpreter.version, "ok", ran, passed, size, wheel.name)


def main(programs: list[str]) -> int:
    named = {program: asked(program) for program in programs}
    useless = [program for program, interpreter in named.items() if interpreter is None]
    if useless:
        print(f"not an interpreter that has venv: {', '.join(useless)}", file=sys.stderr)
        return 1
    built: set[str] = set()
    chosen = [*filter(None, named.values())] or interpreters_of_this_machine()
    if not chosen:
        print(f"no Python {', '.join(interpreters.LINES)} that has venv is here", file=sys.stderr)
        return 1
    rows = [row(interpreter, built) for interpreter in chosen]
    rows += [pure_row(interpreter) for interpreter in chosen[-1:]]
    print(f"\n{text_table([HEADINGS, *rows])}")
    return 0 if all(cells[2] == "ok" for cells in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
