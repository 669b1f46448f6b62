"""A version table that is not there: told from an empty one, and named."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable

import pytest
import sqlalchemy as sa

import alembic_native
from tests.alembic_command import Answer, alembic
from tests.locking.projects import Project


def run(steps: Project, *words: str, **environment: str) -> Answer:
    return alembic(*steps.command(*words), folder=steps.folder, **environment)


def missing_tables(answer: Answer) -> list[str]:
    return [one["missing_table"] for one in json.loads(answer.stdout)["databases"]]


@pytest.mark.parametrize("through_env", [False, True])
def test_it_is_named(
    through_env: bool, database_kind: str, steps: Project, make_database: Callable[[str], str]
) -> None:
    """A mistyped table was a database without a revision, as a new one is."""
    url = make_database(database_kind)
    if through_env:
        env = steps.folder / "env.py"
        configured = "target_metadata=None, version_table='migrations',"
        env.write_text(env.read_text().replace("target_metadata=None,", configured))
    place = [] if through_env else ["--url", url, "--version-table", "migrations"]

    answer = run(steps, "status", "--check", *place, DATABASE_URL=url)
    assert answer.exit_code == 1
    assert "Heads     none (there is no table migrations)\n" in answer.stdout
    answer = run(steps, "status", "--json", *place, DATABASE_URL=url)
    assert missing_tables(answer) == ["migrations"]
    answer = run(steps, "wait", "--timeout", "0", *place, DATABASE_URL=url)
    assert answer.exit_code == 1
    assert " is at none (there is no table migrations): 3 revisions are still" in answer.stdout

    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE migrations (version_num VARCHAR(32))"))
    answer = run(steps, "status", "--check", *place, DATABASE_URL=url)
    assert answer.exit_code == 1
    assert "Heads     none\n" in answer.stdout
    answer = run(steps, "status", "--json", *place, DATABASE_URL=url)
    assert missing_tables(answer) == [""]


@pytest.mark.parametrize("through_env", [False, True])
@pytest.mark.parametrize("kind", ["mariadb", "postgres"])
def test_a_schema_that_is_not_there(
    kind: str, through_env: bool, steps: Project, make_database: Callable[[str], str]
) -> None:
    url = make_database(kind)
    if through_env:
        ini = steps.ini.read_text()
        steps.ini.write_text(ini.replace("[alembic]", "[alembic]\nversion_table_schema = nosuch"))
    place = [] if through_env else ["--url", url, "--version-table-schema", "nosuch"]
    answer = run(steps, "status", *place, DATABASE_URL=url)
    assert answer.exit_code == 0
    assert "Heads     none (there is no table nosuch.alembic_version)\n" in answer.stdout


def test_from_python(steps: Project, postgres_url: str) -> None:
    status = alembic_native.status(steps.ini, url=postgres_url, version_table="migrations")
    (database,) = status.databases
    assert (database.heads, database.missing_table) == ((), "migrations")
    assert pickle.loads(pickle.dumps(status)) == status
