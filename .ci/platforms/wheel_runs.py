"""The wheels that are made for other platforms, and run here.

Each is installed by the pip of its own platform, which has to find it among all that it needs, and
upgrades the sample.
"""

from __future__ import annotations

import pathlib
import shutil
from typing import NamedTuple

from arm64_debian import arm64_debian, programs_run
from cross_build import FOLDER, PROJECT, TOOLS, Failed, Platform, Row, megabytes, module_files, run
from pythons import MUSL_PYTHON


class Wheel(NamedTuple):
    """`python` is like 3.13; `tag` and `compatible` are names of a platform, the second of older
    ones whose wheels it takes, too."""

    python: str
    tag: str
    compatible: tuple[str, ...]

    @property
    def full_tag(self) -> str:
        interpreter = f"cp{self.python.replace('.', '')}"
        return f"{interpreter}-{interpreter}-{self.tag}"


MUSL_X86_64 = "musllinux-x86_64"
WHEELS = {
    MUSL_X86_64: Wheel("3.13", "musllinux_1_2_x86_64", ("musllinux_1_1_x86_64",)),
    "manylinux-aarch64": Wheel(
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
        if name == MUSL_X86_64:
            run_with(MUSL_PYTHON / "bin" / "python3", name, wheels)
        else:
            run_in_debian(name, wheels)
    except Failed as failed:
        return row, [str(failed)]
    return row._replace(ran="yes"), []


def without_core() -> pathlib.Path:
    """The wheel without the native core, built anew. Raises `Failed`."""
    folder = FOLDER / "without-core"
    shutil.rmtree(folder, ignore_errors=True)
    pip = [str(TOOLS), "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder)]
    run("without-core", *pip, ".", ALEMBIC_NATIVE_PURE="1")
    [wheel] = folder.glob("*.whl")
    return wheel


def download_what_it_needs(wheel: Wheel, folder: pathlib.Path, name: str) -> None:
    """Raises `Failed`."""
    pip = [str(TOOLS), "-m", "pip", "download", "--quiet"]
    pip += ["--only-binary", ":all:", "--python-version", wheel.python, "--dest", str(folder)]
    for tag in (wheel.tag, *wheel.compatible):
        pip += ["--platform", tag]
    run(f"{name}/packages", *pip, "alembic")


def shell(python: str, environment: str, wheels: str) -> str:
    """Commands for a checkout: they make the folder `environment`, install from `wheels` into it
    and run the sample."""
    own = f"{environment}/bin/python"
    install = f"{own} -m pip --isolated install --quiet --no-index --find-links {wheels}"
    return " && ".join(
        (
            f"rm -rf {environment}",
            f"{python} -m venv {environment}",
            f"{install} alembic-native",
            f"{own} -m alembic_native",
            f"{own} tests/wheel/stand_alone.py . --without-postgres",
        )
    )


def run_with(python: pathlib.Path, name: str, wheels: pathlib.Path) -> None:
    """On this machine. Raises `Failed`."""
    environment = FOLDER / name / "environment"
    run(f"{name}/wheel-run", "sh", "-c", shell(str(python), str(environment), str(wheels)))


def run_in_debian(name: str, wheels: pathlib.Path) -> None:
    """In Debian for arm64. Raises `Failed`."""
    system = arm64_debian()
    system.copy_checkout(PROJECT)
    there = system.folder / "alembic-native" / "build" / "wheels"
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(wheels, there)
    log = FOLDER / name / "wheel-run.log"
    print(f"platforms: {name}/wheel-run", flush=True)
    with programs_run():
        code = system.run(shell("python3", "build/environment", "build/wheels"), log)
    if code:
        raise Failed(f"{name}/wheel-run: exit code {code}, see {log.relative_to(PROJECT)}")
