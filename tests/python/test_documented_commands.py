"""Every command of the README's and docs/status-and-wait.md's sections on status and wait runs."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import subprocess
import sys

import pytest

from tests.alembic_command import Answer, alembic
from tests.differential.cli_processes import clean_environment
from tests.postgres_administrator import Administrator

ROOT = pathlib.Path(__file__).parents[2]
BIN = str(pathlib.Path(sys.executable).parent)


def blocks(file: str, language: str) -> list[str]:
    """The fenced blocks of a language that speak of the two commands."""
    text = (ROOT / file).read_text(encoding="utf-8")
    found = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return [block for block in found if re.search(r"alembic.*(status|wait)", block)]


def commands() -> list[str]:
    """Lines of shell, and those that YAML holds as a list of words."""
    lines = []
    for file in "README.md", "docs/status-and-wait.md":
        for block in blocks(file, "sh"):
            lines += [line for line in block.splitlines() if line.strip()]
        for block in blocks(file, "yaml"):
            for words in re.findall(r"command: \[(.*)\]", block):
                lines.append(" ".join(re.findall(r'"([^"]*)"', words)))
    return list(dict.fromkeys(lines))


@pytest.fixture(scope="module")
def database(postgres_server: object) -> str:
    url: str = postgres_server.create_database("documented", "psycopg2")  # type: ignore[attr-defined]
    answer = migrate(url)
    assert answer.exit_code == 0, answer
    with contextlib.closing(Administrator(url)) as administrator:
        administrator.execute("CREATE SCHEMA tenant_1")
        administrator.execute("CREATE TABLE tenant_1.alembic_version AS TABLE alembic_version")
    return url


def migrate(url: str) -> Answer:
    """The sample project, with its pyproject.toml in the root."""
    return alembic("upgrade", "heads", folder=ROOT, DATABASE_URL=url)


@pytest.mark.parametrize("command", commands())
def test_a_command(command: str, database: str) -> None:
    done = subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=clean_environment(
            DATABASE_URL=database, PATH=f"{BIN}:{os.environ['PATH']}", PYTHONPATH=str(ROOT)
        ),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done
    assert "FAILED" not in done.stdout
    assert "not everything" not in done.stdout


@pytest.mark.parametrize("program", blocks("docs/status-and-wait.md", "python"))
def test_a_program(program: str, database: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "alembic.ini").write_text(f"[alembic]\nscript_location = {ROOT / 'migrations'}\n")
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=clean_environment(DATABASE_URL=database),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_there_are_commands() -> None:
    assert len(commands()) >= 10
