"""What the alembic command and ``import alembic`` leave unimported."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

import pytest

from tests.differential.cli_processes import clean_environment
from tests.differential.cli_projects import DIAMOND, TWO_HEADS, Files, lay_out, project

#: Says which modules are loaded after a command line was run as the ``alembic`` script does.
COMMAND = """
import json, sys
from alembic.config import main
try:
    main(sys.argv[1:])
finally:
    print("\\n" + json.dumps(sorted(sys.modules)))
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
    output = python("-c", COMMAND, *words, folder=folder)
    return set(json.loads(output.splitlines()[-1]))


@pytest.mark.parametrize(
    "words", ["heads", "heads -v", "branches", "history", "history -r :aaaa1111", "show dddd"]
)
def test_reading_imports_little(tmp_path: pathlib.Path, words: str) -> None:
    loaded = modules_after(project(*DIAMOND), tmp_path, *words.split())
    assert not loaded & HEAVY
    assert not any("change" in name for name in loaded), "a script was imported"


@pytest.mark.parametrize("words", ["revision -m x --head cccc3333", "merge -m x heads"])
def test_writing_imports_mako_and_nothing_of_sqlalchemy(tmp_path: pathlib.Path, words: str) -> None:
    loaded = modules_after(project(*TWO_HEADS), tmp_path, *words.split())
    assert "mako.template" in loaded
    assert not loaded & {"sqlalchemy", "pygments", "alembic.command", "alembic.util"}


def test_pyproject_is_read_without_more(tmp_path: pathlib.Path) -> None:
    files = project(*DIAMOND, files={"pyproject.toml": "[tool.alembic]\nx = 'y'\n"})
    assert not modules_after(files, tmp_path, "heads") & (HEAVY - {"typing"})


def test_import_alembic_imports_nothing_until_it_is_used(tmp_path: pathlib.Path) -> None:
    program = """
import sys
import alembic, alembic.config
from alembic.config import main
print(alembic.__version__ != "", "sqlalchemy" in sys.modules)
from alembic import op
print("sqlalchemy" in sys.modules, "alembic.context" in sys.modules)
"""
    assert python("-c", program, folder=tmp_path).split() == ["True", "False", "True", "True"]


def test_a_run_on_sqlite_imports_neither_pygments_nor_the_dialect_for_postgresql(
    tmp_path: pathlib.Path,
) -> None:
    loaded = modules_after(project(*DIAMOND), tmp_path, "upgrade", "head")
    assert "sqlalchemy.dialects.sqlite" in loaded
    assert not loaded & {"pygments", "sqlalchemy.dialects.postgresql"}
    # They are there for whoever asks whether they are.
    assert {"mako.exceptions", "alembic.ddl.postgresql"} <= loaded
