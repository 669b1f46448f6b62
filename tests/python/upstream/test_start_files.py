"""What runs at the start of an interpreter, and how it is kept from running."""

from __future__ import annotations

import inspect
import pkgutil
import subprocess
import sys
from importlib.metadata import files
from pathlib import Path

import pytest

import alembic_native
from tests.environments import clean_environment

SITE_PACKAGES = Path(alembic_native.__file__).parent.parent
START_FILES = ("alembic_native.pth", "alembic_native.start", "_alembic_native_hook.py")


def printed(*arguments: str, **environment: str) -> str:
    result = subprocess.run(
        [sys.executable, *arguments],
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


@pytest.mark.parametrize("name", START_FILES)
def test_an_installer_knows_the_file_and_so_removes_it(name: str) -> None:
    recorded = {str(file): file for file in files("alembic-native") or ()}
    assert recorded[name].locate() == SITE_PACKAGES / name


def test_both_files_name_the_same_module() -> None:
    [line] = (SITE_PACKAGES / "alembic_native.pth").read_text().splitlines()
    [entry_point] = (SITE_PACKAGES / "alembic_native.start").read_text().splitlines()
    assert line == f"import {entry_point.partition(':')[0]}"
    start = pkgutil.resolve_name(entry_point)
    assert not inspect.signature(start).parameters


def test_called_again_it_changes_nothing() -> None:
    """A Python that reads both files calls it twice."""
    program = (
        "import sys, _alembic_native_hook as hook; before = list(sys.meta_path); "
        "hook.start(); hook.start(); print(sys.meta_path == before)"
    )
    assert printed("-c", program) == "True\n"


IS_THERE = "import sys; print('_alembic_native_hook' in sys.modules)"


@pytest.mark.parametrize(("option", "is_there"), [("-S", False), ("-I", True), ("-E", True)])
def test_options_of_the_interpreter(option: str, is_there: bool) -> None:
    assert printed(option, "-c", IS_THERE) == f"{is_there}\n"


@pytest.mark.parametrize("option", ["-I", "-E"])
def test_the_switch_works_with_every_option(option: str) -> None:
    """Python's options keep Python's variables out; the switch is none of them."""
    program = "import alembic.script.revision as r; print('alembic_native' in r.__file__)"
    assert printed(option, "-c", program) == "True\n"
    assert printed(option, "-c", program, ALEMBIC_NATIVE="0") == "False\n"
