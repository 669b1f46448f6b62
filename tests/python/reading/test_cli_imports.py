"""What the alembic command leaves unimported, and what ``import alembic`` loads."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

import pytest

from tests.differential.cli_processes import ALEMBIC, clean_environment
from tests.differential.cli_projects import DIAMOND, Files, lay_out, project

#: Says which modules are loaded after the ``alembic`` script was run, as Python runs it.
COMMAND = """
import atexit, json, sys
atexit.register(lambda: print("\\n" + json.dumps(sorted(sys.modules))))
sys.argv[:] = [{script!r}, *sys.argv[1:]]
exec(compile(open(sys.argv[0]).read(), sys.argv[0], "exec"))
"""

HEAVY = {"sqlalchemy", "mako", "pygments", "alembic.command", "alembic.context", "alembic.op"}
HEAVY |= {"alembic.script", "alembic.util", "argparse", "asyncio", "logging", "typing", "inspect"}
HEAVY |= {"importlib.metadata", "pathlib", "dataclasses"}


def python(*arguments: str, folder: pathlib.Path, **environment: str) -> str:
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def modules_after(files: Files, folder: pathlib.Path, *words: str) -> set[str]:
    lay_out(files, folder)
    output = python("-c", COMMAND.format(script=ALEMBIC), *words, folder=folder)
    return set(json.loads(output.splitlines()[-1]))


@pytest.mark.parametrize(
    "words", ["heads", "heads -v", "branches", "history", "history -r :aaaa1111", "show dddd"]
)
def test_reading_imports_little(tmp_path: pathlib.Path, words: str) -> None:
    loaded = modules_after(project(*DIAMOND), tmp_path, *words.split())
    assert not loaded & HEAVY
    assert not any("change" in name for name in loaded), "a script was imported"


def test_pyproject_is_read_without_more(tmp_path: pathlib.Path) -> None:
    files = project(*DIAMOND, files={"pyproject.toml": "[tool.alembic]\nx = 'y'\n"})
    assert not modules_after(files, tmp_path, "heads") & (HEAVY - {"typing"})


def test_a_program_that_calls_main_gets_upstreams_command_on_the_native_graph(
    tmp_path: pathlib.Path,
) -> None:
    lay_out(project(*DIAMOND), tmp_path)
    program = """
import sys
from alembic.config import main
main(["heads"])
import alembic_native
print("alembic.command" in sys.modules, alembic_native.build_info().calls["graph_builds"])
"""
    *heads, last = python("-c", program, folder=tmp_path).splitlines()
    assert heads == ["dddd4444 (left) (head)"]
    assert last == "True 1"


def test_import_alembic_loads_all_of_it(tmp_path: pathlib.Path) -> None:
    """Modules that were loaded on first use collided with tools that wrap loaders."""
    program = """
import sys
import alembic
kinds = {type(module).__name__ for name, module in sys.modules.items() if "alembic" in name}
print(kinds, type(alembic.__loader__).__module__, alembic.__spec__.loader is alembic.__loader__)
"""
    assert python("-c", program, folder=tmp_path).split() == [
        "{'module'}",
        "_frozen_importlib_external",
        "True",
    ]
