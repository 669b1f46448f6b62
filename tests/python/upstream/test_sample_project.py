"""The bookshop in `migrations/` on each database: upstream alone and the overlay do the same.

Every command runs twice, as a user runs it: with `ALEMBIC_NATIVE=0` on one database, with the
overlay on another. Output, exit code, schema and rows of the version table must be equal.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from migrations.models import Base

ROOT = pathlib.Path(__file__).parents[3]
OFF, ON = "0", "1"
HEAD = "f40b7a6e3c98"


@dataclasses.dataclass(frozen=True)
class Answer:
    exit_code: int
    stdout: str
    stderr: str


def environment(native: str, url: str) -> dict[str, str]:
    changes = {"ALEMBIC_NATIVE": native, "DATABASE_URL": url}
    kept = {name: value for name, value in os.environ.items() if name != "ALEMBIC_CONFIG"}
    return {**kept, **changes}


def alembic(native: str, url: str, *arguments: str) -> Answer:
    result = subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=ROOT,
        env=environment(native, url),
        capture_output=True,
        text=True,
        check=False,
    )
    output = (comparable(text, url) for text in (result.stdout, result.stderr))
    return Answer(result.returncode, *output)


NAMES_IN_HASH_ORDER = (
    r"\b(sales|stock)(, (sales|stock))+\b",
    r"(?<=Branches into: )(\w+(?:, \w+)+)",
    r"(?<=Running stamp_revision )(\w+(?:, \w+)+)",
)


def comparable(text: str, url: str) -> str:
    """Output without what may differ: the database's name, and what comes in hash order.

    Upstream lists the labels of a revision in hash order, the overlay in a fixed one; and
    autogenerate, which is upstream's in both, finds the sequences of PostgreSQL in hash order.
    """
    text = text.replace(url, "DATABASE_URL")
    for names in NAMES_IN_HASH_ORDER:
        text = re.sub(names, lambda found: ", ".join(sorted(found[0].split(", "))), text)
    text = re.sub(
        r"(^INFO .* Detected sequence named .*\n)+",
        lambda found: "".join(sorted(found[0].splitlines(keepends=True))),
        text,
        flags=re.MULTILINE,
    )
    return re.sub(r"^-- Running .*\n(?:(?!-- Running ).*\n)*", with_one_row_order, text, flags=re.M)


# Where a third head stands beside them, upstream chooses by hash which of the two rows of a merge
# becomes the merge's row and which one goes; the rows afterwards are the same.
MERGED = [("c2a94d7f60b8", "e94a7b3c2d15"), ("7d83e1f5a0c2", "b6592fd04e81")]


def with_one_row_order(step: re.Match[str]) -> str:
    """The offline statements of one step, with the two rows of a merge in one fixed order."""
    comment, statements = step[0].split("\n", 1)
    for pair in MERGED:
        appearing = list(dict.fromkeys(re.findall("|".join(pair), statements)))
        if len(appearing) == 2:
            fixed = dict(zip(appearing, pair, strict=True))
            parts: list[str] = re.split(f"({'|'.join(pair)})", statements)
            statements = "".join(fixed.get(part, part) for part in parts)
    return f"{comment}\n{statements}"


class Database:
    """What is in a database, in a form that compares."""

    def __init__(self, url: str) -> None:
        self.url = url

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        with engine.begin() as connection:
            result = connection.execute(sa.text(sql))
            return [tuple(row) for row in result] if result.returns_rows else []

    def tables(self) -> set[str]:
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        return set(sa.inspect(engine).get_table_names())

    def enums(self) -> list[str]:
        """The enum types outside of tables: only PostgreSQL has such."""
        inspector = sa.inspect(sa.create_engine(self.url, poolclass=sa.pool.NullPool))
        found = inspector.get_enums() if hasattr(inspector, "get_enums") else []
        return [enum["name"] for enum in found]

    def schema(self) -> dict[str, str]:
        metadata = sa.MetaData()
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        metadata.reflect(engine)
        described = {}
        for table in metadata.sorted_tables:
            create = str(sa.schema.CreateTable(table).compile(engine))
            indexes = sorted(str(sa.schema.CreateIndex(i).compile(engine)) for i in table.indexes)
            described[table.name] = "\n".join([create, *indexes])
        return described

    def versions(self) -> list[tuple[object, ...]]:
        return self.rows("SELECT version_num FROM alembic_version ORDER BY version_num")


class Pair:
    """Two databases of one kind: upstream works on the first, the overlay on the second."""

    def __init__(self, upstream: Database, native: Database) -> None:
        self.upstream = upstream
        self.native = native

    def run(self, *arguments: str) -> Answer:
        """The answer of both to one command, when they answer the same."""
        expected = alembic(OFF, self.upstream.url, *arguments)
        answer = alembic(ON, self.native.url, *arguments)
        # What to do about an error is said by the overlay alone.
        stderr = re.sub(r"(?m)^Hint: .*\n( {6}.*\n)*", "", answer.stderr)
        assert dataclasses.replace(answer, stderr=stderr) == expected
        return expected

    def succeed(self, *arguments: str) -> str:
        answer = self.run(*arguments)
        assert answer.exit_code == 0, answer
        return answer.stdout

    def database(self) -> Database:
        """One of the databases, when they hold the same."""
        assert self.native.schema() == self.upstream.schema()
        assert self.native.versions() == self.upstream.versions()
        return self.native


@pytest.fixture
def pair(make_database: Callable[[str], str], database_kind: str) -> Pair:
    return Pair(Database(make_database(database_kind)), Database(make_database(database_kind)))


def test_the_overlay_serves_in_this_environment() -> None:
    # Without this, every comparison below could compare upstream with itself.
    def lines(native: str) -> list[str]:
        command = [sys.executable, "-m", "alembic_native"]
        result = subprocess.run(
            command, env=environment(native, ""), capture_output=True, text=True
        )
        return [line for line in result.stdout.splitlines() if line.startswith("overlay:")]

    assert [line.split()[1] for line in lines(ON)] == ["active"]
    assert [line.split()[1] for line in lines(OFF)] != ["active"]


def test_upgrade_to_head_builds_the_models_and_downgrade_removes_them(pair: Pair) -> None:
    pair.succeed("upgrade", "head")
    database = pair.database()
    assert database.tables() == {*Base.metadata.tables, "alembic_version"}
    assert database.versions() == [(HEAD,)]

    assert pair.succeed("current") == f"{HEAD} (head)\n"
    assert f"Rev: {HEAD} (head)" in pair.succeed("current", "--verbose")
    assert pair.succeed("check") == "No new upgrade operations detected.\n"

    pair.succeed("downgrade", "base")
    database = pair.database()
    assert database.tables() == {"alembic_version"}
    assert database.enums() == []
    assert database.versions() == []

    pair.succeed("upgrade", "head")
    assert pair.database().versions() == [(HEAD,)]


def test_offline_sql_is_the_same(pair: Pair) -> None:
    upgrade = pair.succeed("upgrade", "head", "--sql")
    assert "CREATE TABLE stock_level" in upgrade
    assert f"version_num='{HEAD}'" in upgrade
    assert "DROP TABLE stock_level" in pair.succeed("downgrade", f"{HEAD}:base", "--sql")


def test_a_walk_through_branches_steps_at_the_same_places(pair: Pair) -> None:
    def versions_after(*arguments: str) -> list[str]:
        pair.succeed(*arguments)
        return [str(version) for (version,) in pair.database().versions()]

    # A dependency comes along: the books, before the warehouses that need them.
    versions_after("upgrade", "0ac6f82b9d37")
    assert pair.native.tables() >= {"book", "warehouse"}
    assert pair.native.tables().isdisjoint({"customer", "country"})

    assert "51d0c7a8e6b4" in versions_after("upgrade", "sales@51d0c7a8e6b4")
    assert "c2a94d7f60b8" in versions_after("upgrade", "c2a94d+0")
    assert versions_after("upgrade", "b6592fd04e81") == ["0ac6f82b9d37", "b6592fd04e81"]
    assert versions_after("upgrade", "heads") == [HEAD]
    # Down over a merge point, which is then open again.
    assert "Ambiguous walk" in pair.run("downgrade", "-2").stdout
    assert versions_after("downgrade", "b6592fd04e81") == ["7d83e1f5a0c2", "b6592fd04e81"]
    assert versions_after("stamp", "head") == [HEAD]


def test_titles_of_books_that_were_there_are_filled(pair: Pair) -> None:
    pair.succeed("upgrade", "8b2e6d4f1a93")
    for database in (pair.upstream, pair.native):
        database.rows("INSERT INTO publisher (id, name) VALUES (1, 'Small Press')")
        for number, title in enumerate(["The River", "An Hour", "A Garden", "Anchors"], 1):
            database.rows(
                "INSERT INTO book (id, publisher_id, isbn, title, format, price)"
                f" VALUES ({number}, 1, 'isbn-{number}', '{title}', 'paperback', 12.5)"
            )
    pair.succeed("upgrade", "e94a7b3c2d15")
    filled = [("River",), ("Hour",), ("Garden",), ("Anchors",)]
    assert pair.database().rows("SELECT sort_title FROM book ORDER BY id") == filled


def test_countries_are_there_after_the_upgrade(pair: Pair) -> None:
    pair.succeed("upgrade", "c2a94d7f60b8")
    for database in (pair.upstream, pair.native):
        names = [str(name) for (name,) in database.rows("SELECT name FROM country ORDER BY code")]
        assert names == ["Austria", "Côte d'Ivoire", "Germany", "Ireland", "Portugal"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("history",),
        ("history", "--verbose"),
        ("history", "--indicate-current"),
        ("history", "-r", "8b2e6d4f1a93:b6592fd04e81"),
        ("history", "-r", "stock@base:head"),
        ("heads",),
        ("heads", "--resolve-dependencies", "--verbose"),
        ("show", HEAD),
        ("show", "26e8"),
        ("current",),
    ],
    ids=" ".join,
)
def test_scripts_are_listed_the_same(
    make_database: Callable[[str], str], arguments: tuple[str, ...]
) -> None:
    pair = Pair(Database(make_database("sqlite")), Database(make_database("sqlite")))
    pair.succeed(*arguments)


def test_history_names_every_script(make_database: Callable[[str], str]) -> None:
    scripts = (ROOT / "migrations" / "versions").glob("*.py")
    pair = Pair(Database(make_database("sqlite")), Database(make_database("sqlite")))
    history = pair.succeed("history").splitlines()
    assert len(history) == len(list(scripts))
    assert history[0].startswith("26e8d9c1f7b5 -> f40b7a6e3c98 (sales, stock) (head)")
    assert history[-1] == "<base> -> 3f1c5a9e2b70, publishers and authors"


@pytest.mark.parametrize(
    "arguments",
    [
        ("upgrade", "no_such_revision"),
        ("upgrade", "sales@no_such_revision"),
        ("upgrade", "+99"),
        ("downgrade", "-1"),
        ("downgrade", HEAD),
        ("show", "no_such_revision"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_refused_with_the_same_words(
    make_database: Callable[[str], str], arguments: tuple[str, ...]
) -> None:
    pair = Pair(Database(make_database("sqlite")), Database(make_database("sqlite")))
    answer = pair.run(*arguments)
    assert answer.exit_code != 0
    assert "FAILED" in answer.stdout + answer.stderr
