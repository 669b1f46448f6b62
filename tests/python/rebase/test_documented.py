"""Every command of docs/rebase.md runs, and the graph that it shows is what is printed."""

from __future__ import annotations

import io
import pathlib
import re

import pytest
from alembic.config import CommandLine, Config

from tests.python.git_checkout import Checkout, checkout

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
    tmp_path: pathlib.Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> Checkout:
    """A project with the ids of the document, and its database, where the own one has run."""
    made = checkout(tmp_path)
    for path in made.versions.iterdir():
        path.unlink()
    made.configure(f"sqlalchemy.url = {sqlite_url}", "[alembic:lint]", "base = main")
    mine, theirs, both = MESSAGES
    made.git("init", "--quiet", "--template=", "--initial-branch", "main")
    write(made, both, None)
    write(made, theirs, both)
    made.commit()
    made.git("checkout", "--quiet", "-b", "feature")
    write(made, mine, both)
    made.commit()
    made.git("update-ref", "refs/remotes/origin/main", "main")
    monkeypatch.chdir(made.folder)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    run(f"alembic upgrade {mine}")
    return made


def write(project: Checkout, revision: str, parent: str | None) -> None:
    path = project.write(revision, parent)
    text = path.read_text().replace(f"about {revision}", MESSAGES[revision])
    path.write_text(text.replace(f"TABLE {revision}", f"TABLE t{revision}"))


def run(command: str) -> str:
    line = CommandLine()
    options = line.parser.parse_args(command.split()[1:])
    output = io.StringIO()
    line.run_cmd(Config("alembic.ini", stdout=output, cmd_opts=options), options)
    return output.getvalue()


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 6


def test_they_run_and_print_what_the_document_shows(
    documented: Checkout, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = io.StringIO("y\n" * len(COMMANDS))
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    graphs, advice = re.findall(r"```\n((?:Before|shop).*?)```", TEXT, re.DOTALL)
    for command in COMMANDS:
        output = run(command)
        assert output.startswith(graphs)
        is_changed = documented.git("status", "--porcelain", "--untracked-files=no") != ""
        assert is_changed is ("--dry-run" not in command)
        documented.git("checkout", "--quiet", ".")
    assert advice.replace("shop@db:5432/shop", sqlite_url) in output
