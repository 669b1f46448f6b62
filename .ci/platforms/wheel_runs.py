"""The wheels that are made for other platforms, and run here.

Each is installed as docs/installing.md says for its platform, by a pip that has to find it among
all that it needs, upgrades the sample, and runs tests that need neither a server nor a driver.
"""

from __future__ import annotations

import pathlib
import shutil
import sys
from typing import NamedTuple

from arm64_debian import arm64_debian, programs_run
from cross_build import (
    FOLDER,
    PROJECT,
    TOOLS,
    Failed,
    Platform,
    Row,
    megabytes,
    module_files,
    run,
)
from pythons import MUSL_PYTHON

sys.path.insert(0, str(PROJECT))

from tests.installation import documents
from tests.wheel import without_server

INSTALLING = PROJECT / "docs" / "installing.md"
WITHOUT_CORE = FOLDER / "without-core"


class Wheel(NamedTuple):
    """`heading` is one of docs/installing.md, and `python` like 3.13; `tag` and `compatible` are
    names of a platform, the second of older ones whose wheels it takes, too."""

    heading: str
    python: str
    tag: str
    compatible: tuple[str, ...]

    @property
    def full_tag(self) -> str:
        interpreter = f"cp{self.python.replace('.', '')}"
        return f"{interpreter}-{interpreter}-{self.tag}"


MUSL_X86_64 = "musllinux-x86_64"
WHEELS = {
    MUSL_X86_64: Wheel("Alpine", "3.13", "musllinux_1_2_x86_64", ("musllinux_1_1_x86_64",)),
    "manylinux-aarch64": Wheel(
        "arm64",
        "3.11",
        "manylinux_2_28_aarch64",
        ("manylinux_2_24_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    ),
}


def try_out(platform: Platform, packages: pathlib.Path) -> tuple[Row, list[str]]:
    """The row of the wheel of a platform that has one, and what failed."""
    name, wheel = platform.name, WHEELS[platform.name]
    row = Row(name, f"wheel {wheel.full_tag}")
    try:
        wheels = FOLDER / name / "wheels"
        shutil.rmtree(wheels, ignore_errors=True)
        program = pathlib.Path(__file__).with_name("platform_wheel.py")
        pure, modules = without_core(), module_files(platform)
        run(f"{name}/wheel", TOOLS, program, pure, wheel.full_tag, packages, wheels, *modules)
        [made] = wheels.glob("*.whl")
        row = row._replace(built="yes", size=megabytes(made))
        download_what_it_needs(wheel, wheels, name)
        run_it = run_with_musl if name == MUSL_X86_64 else run_in_debian
        passed = without_server.passed(run_it(name, wheels))
    except Failed as failed:
        return row._replace(passed=without_server.passed(failed.output)), [str(failed)]
    return row._replace(ran="yes", passed=passed), []


def without_core() -> pathlib.Path:
    """The wheel without the native core, built anew. Raises `Failed`."""
    shutil.rmtree(WITHOUT_CORE, ignore_errors=True)
    pip = [str(TOOLS), "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    run("without-core", *pip, "--wheel-dir", WITHOUT_CORE, ".", ALEMBIC_NATIVE_PURE="1")
    [wheel] = WITHOUT_CORE.glob("*.whl")
    return wheel


def download_what_it_needs(wheel: Wheel, folder: pathlib.Path, name: str) -> None:
    """Raises `Failed`."""
    pip = [str(TOOLS), "-m", "pip", "download", "--quiet"]
    pip += ["--only-binary", ":all:", "--python-version", wheel.python, "--dest", str(folder)]
    for tag in (wheel.tag, *wheel.compatible):
        pip += ["--platform", tag]
    run(f"{name}/packages", *pip, "alembic", *without_server.NEEDED)


def shell(python: str, environment: str, wheels: str, heading: str) -> str:
    """Commands for a checkout: they make the folder `environment`, do what stands under `heading`
    with `wheels` for an index, and run the sample and tests."""
    return " && ".join(
        (
            f"rm -rf {environment}",
            f"{python} -m venv {environment}",
            f". {environment}/bin/activate",
            f"export PIP_CONFIG_FILE=/dev/null PIP_NO_INDEX=1 PIP_FIND_LINKS={wheels}",
            f"export DATABASE_URL=sqlite:///{environment}/bookshop.db",
            *documents.commands(INSTALLING, heading),
            "alembic current",
            "python tests/wheel/stand_alone.py . --without-postgres",
            f"pip install --quiet {' '.join(without_server.NEEDED)}",
            f"python {' '.join(without_server.ARGUMENTS)}",
        )
    )


def run_with_musl(name: str, wheels: pathlib.Path) -> str:
    """On this machine, and then the wheel without the core in its place; the output.

    Raises `Failed`.
    """
    python, environment = MUSL_PYTHON / "bin" / "python3", FOLDER / name / "environment"
    commands = shell(str(python), str(environment), str(wheels), WHEELS[name].heading)
    [pure] = WITHOUT_CORE.glob("*.whl")
    commands += f" && pip install --quiet --no-deps --force-reinstall {pure}"
    commands += " && python tests/wheel/stand_alone_pure.py ."
    return run(f"{name}/wheel-run", "sh", "-c", commands)


def run_in_debian(name: str, wheels: pathlib.Path) -> str:
    """In Debian for arm64; the output. Raises `Failed`."""
    commands = shell("python3", "build/environment", "build/wheels", WHEELS[name].heading)
    system = arm64_debian()
    system.copy_checkout(PROJECT)
    there = system.folder / "alembic-native" / "build" / "wheels"
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(wheels, there)
    log = FOLDER / name / "wheel-run.log"
    print(f"platforms: {name}/wheel-run", flush=True)
    with programs_run():
        code = system.run(commands, log)
    output = log.read_text(encoding="utf-8", errors="replace")
    if code:
        message = f"{name}/wheel-run: exit code {code}, see {log.relative_to(PROJECT)}"
        raise Failed(message, output)
    return output
