"""What `docs/installing.md` says of machines that have no wheel with the native core."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shlex
import shutil
from collections.abc import Iterator

import pytest

from tests.environments import VirtualEnvironment, stand_alone_wheel
from tests.installation import documents, package_index
from tests.installation.documents import INSTALLING, instructions
from tests.installation.shell import HEAD, Shell

WITHOUT_CORE = "alembic-native runs without its native core"
NO_URL = "--url postgresql://127.0.0.1:1/shop"


@pytest.fixture
def pure_index(pure: pathlib.Path, tmp_path: pathlib.Path) -> Iterator[str]:
    """The URL of an index that has no other wheel."""
    with package_index.serving(pure, tmp_path / "index") as url:
        yield url


@pytest.fixture
def without_core(
    environment: VirtualEnvironment, project: pathlib.Path, pure: pathlib.Path
) -> Shell:
    """A shell in a project that has it."""
    environment.install("--no-deps", str(pure))
    return Shell(project, environment.folder / "bin", {})


def test_alpine(environment: VirtualEnvironment, project: pathlib.Path, pure_index: str) -> None:
    """The image without the core: its variables and its commands, in their order."""
    [dockerfile] = documents.blocks(INSTALLING, "dockerfile")["Alpine"]
    [variables] = instructions(dockerfile, "ENV")
    image = dict(word.split("=", 1) for word in shlex.split(variables))
    shell = Shell(
        project, environment.folder / "bin", {**package_index.for_pip(pure_index), **image}
    )
    (project / "requirements.txt").write_text("alembic-native\n")
    (project / "app.py").write_text('print("the application runs")\n')
    install, check = instructions(dockerfile, "RUN")
    shell.succeed(install)
    assert shell.succeed(check) == "part lock: active\n"
    # What the check of other images says of this one.
    assert "overlay: partly active" in shell.succeed("! python -m alembic_native")

    [arguments] = instructions(dockerfile, "CMD")
    output = shell.succeed(f"{shlex.join(json.loads(arguments))} 2>&1")
    assert f"-> {HEAD}" in output
    assert output.endswith("the application runs\n")
    assert "Warning" not in output
    for command in ("alembic current", "alembic-native status", "alembic-native wait"):
        assert HEAD in shell.succeed(command)

    # An Alembic that does not fit has no lock, and the image is not built.
    shell.succeed("pip install alembic==1.15.2")
    shell.succeed(f"! ({check})")


def test_what_is_refused(without_core: Shell) -> None:
    exit_codes = {"lint": 2, "rebase": 2, f"status {NO_URL}": 255, f"wait {NO_URL}": 255}
    for program in ("alembic", "alembic-native"):
        for words, exit_code in exit_codes.items():
            said = without_core.succeed(f"{program} {words} 2>&1; echo $?")
            assert re.search(r"^FAILED: .*needs the native core", said, re.MULTILINE)
            assert said.endswith(f"\n{exit_code}\n")


#: Whether it prints the warning.
WARNS = {
    "alembic upgrade head": True,
    "alembic --quiet current": True,
    "alembic --version": True,
    "alembic status --quiet": True,
    "alembic wait": True,
    "alembic lint": True,
    "python -m alembic heads": True,
    "alembic-native status": True,
    "alembic-native status --url-env DATABASE_URL": True,
    "alembic-native status --quiet": False,
    "alembic-native wait": False,
    "alembic-native wait --url-env DATABASE_URL": False,
    "alembic-native lint": False,
    "alembic-native rebase": False,
    "python -m alembic_native": False,
    "python -c 'import alembic'": True,
    "python -W error -c 'import alembic'": False,
}


def test_who_warns(without_core: Shell) -> None:
    found = {
        command: without_core.succeed(f"({command}) 2>&1 >/dev/null || :").count(WITHOUT_CORE)
        for command in WARNS
    }
    assert found == {command: int(warns) for command, warns in WARNS.items()}
    text = documents.section(INSTALLING, "Where there is no wheel with the core")
    [switch] = re.findall(r"`(PYTHONWARNINGS=[^`]+)`", text)
    assert WITHOUT_CORE not in without_core.succeed(f"{switch} alembic current 2>&1")


def test_glibc(
    environment: VirtualEnvironment,
    project: pathlib.Path,
    pure: pathlib.Path,
) -> None:
    """The wheel of `make wheel` runs here; of one for a newer glibc pip takes no notice."""
    shell = Shell(project, environment.folder / "bin", {})
    glibc = shell.succeed("ldd --version").splitlines()[0].split()[-1]
    assert os.confstr("CS_GNU_LIBC_VERSION") == f"glibc {glibc}"
    found = re.search(r"manylinux_2_(\d+)_", stand_alone_wheel().name)
    assert found
    assert int(found[1]) <= int(glibc.split(".")[1])

    packages = project / "packages"
    packages.mkdir()
    newer = stand_alone_wheel().name.replace(found[0], "manylinux_2_99_")
    shutil.copy(stand_alone_wheel(), packages / newer)
    install = "pip install --no-index --no-deps --find-links packages alembic-native"
    assert "No matching distribution found" in shell.succeed(f"! {install} 2>&1")
    shutil.copy(pure, packages)
    assert f"packages/{pure.name}" in shell.succeed(install)
