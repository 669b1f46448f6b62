"""lock_timeout on databases whose statements commit by themselves: MariaDB, SQLite."""

from __future__ import annotations

import pathlib

import pytest

from alembic_native.run.lock_waits.limits import limit_for
from tests.locking.database import engine_for, rows, state
from tests.locking.projects import Project
from tests.python.run.lock_waits import (
    ALTER_ORDERS,
    LIMIT,
    READER,
    TRY_AGAIN,
    Alembic,
    Pauses,
    alembic,
    altering,
    columns,
    held,
    orders,
    pauses,
)

__all__ = ["alembic", "pauses"]


# ---- MySQL and MariaDB: statements that change tables commit by themselves -----------------------


def test_on_mariadb_the_first_statement_of_a_script_is_run_again(
    mariadb_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(mariadb_url)
    project = altering(tmp_path)
    with held(mariadb_url, READER) as release:
        pauses.then = release
        ending = alembic(project, mariadb_url)
    assert ending.exit_code == 0, ending.output
    assert pauses.count == 1
    assert columns(mariadb_url) == ["state_2", "state_3"]
    assert ending.output.count("Running upgrade -> step0001") == 1
    assert "Blocked by: a lock of the table is held by one of those" in ending.output


def test_on_mariadb_a_script_that_is_half_done_is_not_run_again(
    mariadb_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(mariadb_url)
    bodies = {2: '    op.execute("CREATE TABLE table_2 (id INT)")\n' + ALTER_ORDERS.format(n=2)}
    project = Project(tmp_path / "project", 3, LIMIT, bodies)
    with held(mariadb_url, READER):
        ending = alembic(project, mariadb_url)
    assert ending.exit_code == TRY_AGAIN
    assert pauses.count == 0
    assert "step 2 is half done: its first statement is committed" in ending.output
    assert state(mariadb_url).heads == ["step0001"]


def test_on_mariadb_the_session_gets_back_its_limits(mariadb_url: str) -> None:
    """Pools hand connections on."""
    names = "@@SESSION.lock_wait_timeout, @@SESSION.innodb_lock_wait_timeout"
    with engine_for(mariadb_url).connect() as connection:

        def limits() -> tuple[int, ...]:
            return tuple(connection.exec_driver_sql(f"SELECT {names}").one())

        before = limits()
        limit = limit_for(connection, 0.5)
        limit.begin()
        assert limits() == (1, 1)
        connection.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 9")
        limit.end()
        assert limits() == (before[0], 9)


# ---- SQLite --------------------------------------------------------------------------------------


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+aiosqlite"])
def test_on_sqlite_a_writer_is_waited_for(
    driver: str, sqlite_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(sqlite_url)
    project = altering(tmp_path, migration_lock="off")
    with held(sqlite_url, "BEGIN IMMEDIATE") as release:
        pauses.then = release
        ending = alembic(project, sqlite_url.replace("sqlite", driver, 1))
    assert ending.exit_code == 0, ending.output
    assert pauses.count == 1
    assert columns(sqlite_url) == ["state_2", "state_3"]


def test_on_sqlite_a_commit_that_readers_keep_from_happening_is_tried_again(
    sqlite_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(sqlite_url)
    body = '    op.execute("INSERT INTO orders VALUES (7)")\n'
    project = Project(tmp_path / "project", 2, LIMIT, {2: body})
    assert alembic(project, sqlite_url, "upgrade", "+1").exit_code == 0
    with held(sqlite_url, "BEGIN", READER) as release:
        pauses.then = release
        ending = alembic(project, sqlite_url)
    assert ending.exit_code == 0, ending.output
    assert pauses.count == 1
    assert "COMMIT" in ending.output
    assert rows(sqlite_url, "SELECT * FROM orders WHERE id = 7") == [(7,)]


def test_on_sqlite_the_connection_gets_back_its_limit(sqlite_url: str) -> None:
    with engine_for(sqlite_url).connect() as connection:
        limit = limit_for(connection, 0.25)
        limit.begin()
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 250
        limit.end()
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000
