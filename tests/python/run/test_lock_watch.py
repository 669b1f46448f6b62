"""Who is in the way of a statement that waits: looked for by a connection of its own, only then."""

from __future__ import annotations

import contextlib
import logging
import pathlib
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url

from alembic_native.run.lock_waits import second_connection
from tests.locking.database import rows, state
from tests.locking.projects import Project
from tests.python.run.lock_waits import (
    ALTER_ORDERS,
    BUILD_INDEX,
    Alembic,
    alembic,
    columns,
    held,
    in_thread,
    orders,
    owned_by_role,
)

__all__ = ["alembic"]

WATCH = {"lock_watch": "100ms"}
SECRET = "hunter2"


class Seen(logging.Filter):
    """The records of the logger, and a way to wait for one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []
        self._came = threading.Condition()

    def filter(self, record: logging.LogRecord) -> bool:
        with self._came:
            self.messages.append(f"{record.levelname} {record.getMessage()}")
            self._came.notify_all()
        return True

    def wait_for(self, text: str) -> None:
        with self._came:
            came = self._came.wait_for(lambda: any(text in one for one in self.messages), 60)
        assert came, self.messages


@pytest.fixture
def seen() -> Iterator[Seen]:
    # A filter of the logger outlives the configuration of env.py, as a handler does not.
    made = Seen()
    logger = logging.getLogger("alembic.lock_waits")
    logger.addFilter(made)
    yield made
    logger.removeFilter(made)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A line for each connection that is opened to look."""
    made: list[str] = []
    ask = second_connection.ask

    def counted(*arguments: object) -> object:
        made.append("look")
        return ask(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(second_connection, "ask", counted)
    return made


@contextlib.contextmanager
def held_until(seen: Seen, text: str, url: str, *statements: str) -> Iterator[None]:
    with held(url, *statements) as release:

        def wait_and_release() -> None:
            try:
                seen.wait_for(text)
            finally:
                release()

        with in_thread(wait_and_release):
            yield


def altering(folder: pathlib.Path, **options: str) -> Project:
    bodies = {2: ALTER_ORDERS.format(n=2)}
    return Project(folder / "project", 2, {**WATCH, **options}, bodies)


def threads_of_watch() -> list[str]:
    return [one.name for one in threading.enumerate() if "lock watch" in one.name]


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg", "pg8000"])
def test_it_says_who_is_in_the_way_on_postgresql(
    driver: str, postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, seen: Seen
) -> None:
    orders(postgres_url)
    reader = f"SELECT id, '{SECRET}' FROM orders"
    with held_until(seen, "Blocked by", postgres_url, reader):
        ending = alembic(altering(tmp_path), postgres_url.replace("psycopg2", driver))
    assert ending.exit_code == 0, ending.output
    assert columns(postgres_url) == ["state_2"]
    told = ending.output.partition("WARNI [alembic.lock_waits] ")[2]
    assert told.startswith("Waiting for a lock in upgrade step0001 -> step0002, step 2, 0 s: ALTER")
    assert "Blocked by: pid " in told
    assert " (needed: AccessExclusiveLock on orders)" in told
    assert ", application the test, user postgres, idle in transaction, in a transaction" in told
    assert "last statement SELECT" in told
    assert SECRET not in ending.output
    assert threads_of_watch() == []


@pytest.mark.parametrize("driver", ["pymysql", "mysqldb"])
@pytest.mark.parametrize("waits_for", ["table", "row"])
def test_it_says_who_is_in_the_way_on_mariadb(
    driver: str,
    waits_for: str,
    mariadb_url: str,
    tmp_path: pathlib.Path,
    alembic: Alembic,
    seen: Seen,
) -> None:
    orders(mariadb_url)
    update = '    op.execute("UPDATE orders SET id = 7")\n'
    body = ALTER_ORDERS.format(n=2) if waits_for == "table" else update
    project = Project(tmp_path / "project", 2, WATCH, {2: body})
    with held_until(seen, "Blocked by", mariadb_url, f"UPDATE orders SET id = {len(SECRET)}"):
        ending = alembic(project, mariadb_url.replace("pymysql", driver))
    assert ending.exit_code == 0, ending.output
    told = ending.output.partition("WARNI [alembic.lock_waits] ")[2]
    assert ("a lock of the table is held by one of those" in told) == (waits_for == "table")
    assert ", user root, in the state 'Sleep' since " in told
    assert " s, in a transaction since " in told


def test_it_looks_again_at_growing_intervals(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, seen: Seen, looks: list[str]
) -> None:
    orders(postgres_url)
    with held(postgres_url, "SELECT * FROM orders") as release:

        def release_after_three() -> None:
            while len(seen.messages) < 3:
                time.sleep(0.01)
            release()

        with in_thread(release_after_three):
            alembic(altering(tmp_path), postgres_url)
    assert len(looks) == len(seen.messages) == 3


@pytest.mark.parametrize("off", ["off", "0", "no"])
def test_it_can_be_switched_off(
    off: str, postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, looks: list[str]
) -> None:
    orders(postgres_url)
    project = altering(tmp_path, lock_watch=off, lock_timeout="200ms", lock_retries="0")
    with held(postgres_url, "SELECT * FROM orders"):
        ending = alembic(project, postgres_url)
    assert "A statement got no lock" in ending.output
    assert "Blocked by" not in ending.output
    assert looks == []


def test_a_slow_statement_that_nobody_blocks_is_no_news(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, seen: Seen, looks: list[str]
) -> None:
    project = Project(tmp_path / "project", 2, WATCH, {2: '    op.execute("SELECT pg_sleep(1)")\n'})
    assert alembic(project, postgres_url).exit_code == 0
    assert looks != []
    assert seen.messages == []


def test_how_far_an_index_is(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, seen: Seen
) -> None:
    orders(postgres_url)
    project = Project(tmp_path / "project", 2, WATCH, {2: BUILD_INDEX})
    with held_until(seen, "building the index", postgres_url, "INSERT INTO orders VALUES (2)"):
        ending = alembic(project, postgres_url)
    assert ending.exit_code == 0, ending.output
    # Two lines told of one look.
    told, *_ = ending.output.split("[alembic.lock_waits] ")[1:]
    assert told.startswith(
        "Waiting for a lock in upgrade step0001 -> step0002, step 2, 0 s: CREATE"
    )
    assert "last statement INSERT" in told
    assert "; building the index: waiting for writers before build, 0 % of 1 transactions" in told


def test_a_role_that_may_not_see_the_sessions_of_others(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, seen: Seen
) -> None:
    orders(postgres_url)
    with (
        owned_by_role(postgres_url, "") as url,
        held_until(seen, "Blocked by", postgres_url, "SELECT * FROM orders"),
    ):
        ending = alembic(altering(tmp_path), url)
    assert ending.exit_code == 0, ending.output
    told = ending.output.partition("Blocked by: ")[2]
    needed = " (needed: AccessExclusiveLock on orders)"
    assert told.endswith(f", application the test, user postgres{needed}")


def test_where_no_second_connection_is_to_be_had_it_is_silent(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, seen: Seen, looks: list[str]
) -> None:
    orders(postgres_url)
    with (
        owned_by_role(postgres_url, "CONNECTION LIMIT 1") as url,
        held(postgres_url, "SELECT * FROM orders") as release,
    ):

        def release_after_two_looks() -> None:
            while len(looks) < 2:
                time.sleep(0.01)
            release()

        with in_thread(release_after_two_looks):
            ending = alembic(altering(tmp_path), url)
    assert ending.exit_code == 0, ending.output
    assert seen.messages == []


def test_a_server_that_ends_the_session_meanwhile(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, seen: Seen
) -> None:
    orders(postgres_url)
    waiting = (
        "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )

    def end_session() -> None:
        seen.wait_for("Blocked by")
        rows(postgres_url, f"SELECT pg_terminate_backend(pid) {waiting}")

    with (
        held(postgres_url, "SELECT * FROM orders"),
        in_thread(end_session),
        pytest.raises(sa.exc.OperationalError),
    ):
        alembic(altering(tmp_path), postgres_url)
    assert threads_of_watch() == []


def test_a_run_that_never_waits_sends_no_statement_more(
    database_kind: str,
    make_database: Callable[[str], str],
    tmp_path: pathlib.Path,
    alembic: Alembic,
) -> None:
    sent: dict[str, list[str]] = {"on": [], "off": []}
    for watch, statements in sent.items():
        project = Project(tmp_path / watch, 3)

        url = make_database(database_kind)
        database = str(make_url(url).database)

        def note(
            *arguments: object, statements: list[str] = statements, database: str = database
        ) -> None:
            statements.append(str(arguments[2]).replace(database, "database"))

        sa.event.listen(Engine, "before_cursor_execute", note)
        try:
            ending = alembic(project, url, "upgrade", "head", ALEMBIC_LOCK_WATCH=watch)
        finally:
            sa.event.remove(Engine, "before_cursor_execute", note)
        assert "lock_waits" not in ending.output
        assert state(url).heads == project.revisions[-1:]
    assert sent["on"] == sent["off"] != []


SHARED = """
import sqlalchemy as sa
from alembic import context

url = sa.engine.make_url({url!r})
template = sa.create_engine(url)
shared = template.raw_connection().driver_connection
engine = sa.create_engine(url, **{{{options}}})
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


@pytest.mark.parametrize(
    ("options", "count"),
    [("'creator': lambda: shared", 1), ("'poolclass': sa.pool.StaticPool", 0)],
    ids=["creator", "StaticPool"],
)
def test_where_the_engine_has_only_one_connection(
    options: str,
    count: int,
    postgres_url: str,
    tmp_path: pathlib.Path,
    alembic: Alembic,
    seen: Seen,
    looks: list[str],
) -> None:
    """The look closed the connection of the run."""
    body = '    op.execute("CREATE TABLE t (i INT)")\n    op.execute("SELECT pg_sleep(1)")\n'
    project = Project(tmp_path / "project", 2, {**WATCH, "migration_lock": "off"}, {2: body})
    (project.folder / "env.py").write_text(SHARED.format(url=postgres_url, options=options))
    ending = alembic(project, postgres_url)
    assert ending.exit_code == 0, ending.output
    assert min(len(looks), 1) == count
    assert state(postgres_url).heads == project.revisions[-1:]
    assert seen.messages == []
