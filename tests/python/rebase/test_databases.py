"""What is said of a database where a revision has run that is rebased; its commands are run."""

from __future__ import annotations

import contextlib
import pathlib
import re
import sqlite3

import pytest
from alembic import command
from alembic.config import Config

from tests.python.git_checkout import Checkout
from tests.python.rebase.conftest import Rebase


class Database:
    """A file of SQLite, changed by Alembic."""

    def __init__(self, project: Checkout) -> None:
        self.path = project.folder / "project.db"
        self.url = f"sqlite:///{self.path}"
        project.configure(f"sqlalchemy.url = {self.url}")

    def run(self, words: str) -> None:
        """One of the commands of an advice."""
        name, *rest = words.removeprefix("alembic ").split()
        purge = {"purge": True} if "--purge" in rest else {}
        revisions = [word for word in rest if word != "--purge"]
        given = revisions if name == "stamp" else revisions[0]
        getattr(command, name)(Config("alembic.ini"), given, **purge)

    def rows(self) -> list[str]:
        return self._column("SELECT version_num FROM alembic_version ORDER BY 1")

    def tables(self) -> list[str]:
        return self._column(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version' "
            "ORDER BY 1"
        )

    def _column(self, statement: str) -> list[str]:
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            return [row[0] for row in connection.execute(statement)]


@pytest.fixture
def database(project: Checkout) -> Database:
    return Database(project)


def advice(output: str) -> tuple[str, list[str], list[str]]:
    """What is said of the database, the commands before and those after."""
    said = output.partition("After\n")[2].partition("\n\n")[2].partition("Rewritten")[0]
    before, _, after = said.partition("nce it is rebased:")
    first = said.splitlines()[0]
    return first, re.findall("^  (.*)", before, re.M), re.findall("^  (.*)", after, re.M)


@pytest.mark.parametrize("ran", [["mine2"], ["mine1"], ["mine2", "earlier"]])
@pytest.mark.parametrize("way", ["before", "after"])
def test_the_commands_bring_the_database_to_the_head(
    project: Checkout, database: Database, rebase: Rebase, ran: list[str], way: str
) -> None:
    """The last: a part of what the revisions are put onto has run there, too."""
    project.git("checkout", "--quiet", "main")
    project.write("earlier", "base2")
    project.write("theirs", "earlier")
    project.commit()
    project.git("checkout", "--quiet", "feature")
    project.git("merge", "--quiet", "main")
    for revision in ran:
        database.run(f"upgrade {revision}")
    dry = rebase("--base", "main", "--dry-run", "--url", database.url)[1]
    first, before, after = advice(dry)
    mine = " and ".join(["mine1", "mine2"][: 2 if "mine2" in ran else 1])
    assert first.endswith(
        f"project.db: {mine} has run there, and theirs has not. Before it is rebased:"
    )
    if way == "before":
        for words in before:
            database.run(words)
    assert rebase("--base", "main", "--yes", "--url", database.url)[0] == 0
    if way == "after":
        for words in after:
            database.run(words)
    database.run("upgrade head")
    assert database.rows() == ["mine2"]
    assert database.tables() == ["base1", "base2", "earlier", "mine1", "mine2", "theirs"]


def test_a_database_where_both_have_run_is_stamped(
    project: Checkout, database: Database, rebase: Rebase
) -> None:
    project.write("aside", None)
    project.git("checkout", "--quiet", "main")
    project.commit()
    project.git("checkout", "--quiet", "feature")
    project.git("merge", "--quiet", "main")
    database.run("upgrade heads")
    code, output, _ = rebase("--base", "main", "--yes", "--url", database.url)
    assert code == 0
    first, _, after = advice(output)
    assert first.endswith(
        "project.db: mine1 and mine2 and theirs have run there. Once it is rebased:"
    )
    assert after == ["alembic stamp --purge mine2 aside"]
    database.run(after[0])
    database.run("upgrade heads")
    assert database.rows() == ["aside", "mine2"]


def test_a_base_of_ones_own_that_has_run(
    project: Checkout, database: Database, rebase: Rebase
) -> None:
    project.write("mine1", None)
    database.run("upgrade mine2")
    code, output, _ = rebase("--base", "main", "--dry-run", "--url", database.url)
    assert code == 0
    _, before, after = advice(output)
    assert before == ["alembic downgrade mine1@base"]
    assert after == [
        "alembic stamp --purge base",
        "alembic upgrade theirs",
        "alembic stamp mine2",
    ]
    database.run(before[0])
    assert database.rows() == database.tables() == []


def test_a_database_where_none_has_run(
    project: Checkout, database: Database, rebase: Rebase, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "none of the revisions that are moved has run there, so there is nothing to do in it.\n"
    monkeypatch.setenv("URL_OF_THIS", database.url)
    code, output, _ = rebase("--base", "main", "--dry-run", "--url-env", "URL_OF_THIS")
    assert code == 0
    assert "project.db has no table alembic_version: if this is the right database" in output
    assert not database.path.exists()
    database.run("upgrade theirs")
    assert said in rebase("--base", "main", "--yes", "--url", database.url)[1]
    assert project.heads_file.exists()


def test_a_database_with_a_revision_that_no_script_has(
    project: Checkout, database: Database, rebase: Rebase
) -> None:
    database.run("upgrade mine2")
    (project.versions / "mine2.py").unlink()
    output = rebase("--base", "main", "--dry-run", "--url", database.url)[1]
    assert "is at mine2, which none of these scripts has" in output


def test_a_database_that_cannot_be_read(
    project: Checkout, rebase: Rebase, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "text.db").write_text("no database " * 100)
    for url in (f"sqlite:///{tmp_path}/text.db", "postgresql://someone:secret@127.0.0.1:1/x"):
        code, output, error = rebase("--base", "main", "--yes", "--url", url)
        assert code == 1
        assert error.startswith("FAILED: The database cannot be looked into: ")
        assert "Nothing was changed" in error
        assert "secret" not in error + output
    for words in (["--url", ""], ["--url-env", "NOT_SET"]):
        assert rebase("--base", "main", "--yes", *words)[0] == 2
    assert project.git("status", "--porcelain") == ""


@pytest.mark.usefixtures("project")
def test_a_database_of_postgresql(rebase: Rebase, postgres_url: str) -> None:
    code, output, _ = rebase("--base", "main", "--dry-run", "--url", postgres_url)
    assert code == 0
    assert "has no table alembic_version: if this is the right database, none of" in output
