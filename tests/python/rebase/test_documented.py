"""Every command of docs/rebase.md runs, and the graph that it shows is what is printed."""

from __future__ import annotations

import io
import pathlib
import re
import shutil

import pytest
from alembic.config import CommandLine, Config

from tests.python.rebase.checkout import Checkout

DOCUMENT = pathlib.Path(__file__).parents[3] / "docs" / "rebase.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
COMMANDS = [
    re.sub(r"\s+#.*", "", line)
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
]
MESSAGES = {
    "8b2e6d4f1a93": "books",
    "c2a94d7f60b8": "the country of a customer",
    "3f1c5a9e2b70": "publishers and authors",
}


@pytest.fixture
def documented(
    project: Checkout, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[Checkout, str]:
    """The project with the ids of the document, and its database, where the own one has run."""
    project.git("reset", "--quiet", "--hard", "HEAD~1")
    for branch, names in (
        ("main", {"theirs": "c2a94d7f60b8", "base2": "3f1c5a9e2b70"}),
        ("feature", {"mine1": "8b2e6d4f1a93", "base2": "3f1c5a9e2b70"}),
    ):
        project.git("checkout", "--quiet", branch)
        (project.versions / "mine2.py").unlink(missing_ok=True)
        for old, new in names.items():
            parent = None if old == "base2" else "3f1c5a9e2b70"
            (project.versions / f"{old}.py").unlink()
            path = project.write(new, parent)
            path.write_text(
                path.read_text()
                .replace(f"about {new}", MESSAGES[new])
                .replace(f"TABLE {new}", f"TABLE t{new}")
            )
        (project.versions / "base1.py").unlink()
        shutil.rmtree(project.versions / "__pycache__", ignore_errors=True)
        project.configure(f"sqlalchemy.url = {sqlite_url}", "[alembic:lint]", "base = main")
        project.commit()
    project.git("merge", "--quiet", "main")
    project.git("update-ref", "refs/remotes/origin/main", "main")
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    run(f"alembic upgrade {next(iter(MESSAGES))}")
    return project, sqlite_url


def run(command: str) -> str:
    line = CommandLine()
    options = line.parser.parse_args(command.split()[1:])
    output = io.StringIO()
    line.run_cmd(Config("alembic.ini", stdout=output, cmd_opts=options), options)
    return output.getvalue()


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 6


def test_they_run_and_print_what_the_document_shows(
    documented: tuple[Checkout, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, url = documented
    terminal = io.StringIO("y\n" * len(COMMANDS))
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    graphs, advice = re.findall(r"```\n((?:Before|shop).*?)```", TEXT, re.DOTALL)
    for command in COMMANDS:
        output = run(command)
        assert output.startswith(graphs)
        is_changed = project.git("status", "--porcelain", "--untracked-files=no") != ""
        assert is_changed is ("--dry-run" not in command)
        project.git("checkout", "--quiet", ".")
    assert advice.replace("shop@db:5432/shop", url) in output
