"""A statement that gets no lock is cut, and the command starts over where nothing of it stays."""

from __future__ import annotations

import os
import pathlib
import random
import signal
import sys
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from alembic_native.run.lock_waits import retries
from alembic_native.run.lock_waits.committed_work import CommittedWork
from alembic_native.run.lock_waits.settings import read_settings
from alembic_native.run.lock_waits.steps import Statement
from tests.locking.database import State, engine_for, lock_is_free, rows, state
from tests.locking.pgbouncer import transaction_pooler
from tests.locking.projects import Project
from tests.locking.readers import Readers
from tests.python.run.lock_waits import (
    ALTER_ORDERS,
    BUILD_INDEX,
    LIMIT,
    READER,
    TRY_AGAIN,
    Alembic,
    Pauses,
    alembic,
    altering,
    columns,
    held,
    in_thread,
    orders,
    pauses,
    wait_until,
)
from tests.servers import PostgresServer

__all__ = ["alembic", "pauses"]

EMPTY = State([], [], [])


@pytest.mark.parametrize(
    ("driver", "lock", "per_migration"),
    [
        ("psycopg2", "on", "false"),
        ("psycopg2", "off", "true"),
        ("psycopg", "on", "true"),
        ("psycopg", "off", "false"),
        ("asyncpg", "on", "true"),
        ("asyncpg", "off", "false"),
        ("pg8000", "on", "false"),
    ],
)
def test_it_starts_over_when_a_reader_is_in_the_way(
    postgres_url: str,
    driver: str,
    lock: str,
    per_migration: str,
    tmp_path: pathlib.Path,
    alembic: Alembic,
    pauses: Pauses,
) -> None:
    orders(postgres_url)
    project = altering(tmp_path, migration_lock=lock, transaction_per_migration=per_migration)
    with held(postgres_url, READER) as release:
        pauses.then = release
        ending = alembic(project, postgres_url.replace("psycopg2", driver))
    assert ending.exit_code == 0, ending.output
    assert pauses.count == 1
    assert state(postgres_url).heads == project.revisions[-1:]
    assert columns(postgres_url) == ["state_2", "state_3"]
    assert lock_is_free(postgres_url)
    # From the revision where it stopped, or from the start.
    begun = 1 if per_migration == "true" else 2
    assert ending.output.count("Running upgrade -> step0001") == begun
    assert ending.output.count("Running upgrade step0001 -> step0002") == 2
    cut = ending.output.partition("A statement got no lock within ")[2]
    assert "of upgrade step0001 -> step0002, step 2: ALTER TABLE orders ADD COLUMN" in cut
    assert "Try 2 of 11 begins in 0.0 s." in cut


def test_it_gives_up(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(postgres_url)
    project = altering(tmp_path, lock_timeout="1s", lock_retries="1")
    with held(postgres_url, READER):
        ending = alembic(project, postgres_url)
    assert ending.exit_code == TRY_AGAIN
    assert pauses.count == 1
    assert state(postgres_url) == EMPTY
    assert lock_is_free(postgres_url)
    said = ending.output.partition("FAILED: ")[2]
    assert "of upgrade step0001 -> step0002, step 2: ALTER TABLE orders" in said
    assert "Blocked by: pid " in said
    assert " (needed: AccessExclusiveLock on orders)" in said
    assert "application the test, user postgres, idle in transaction" in said
    assert "last statement SELECT" in said
    assert "Gave up after 2 tries" in said
    assert "ALEMBIC_LOCK_TIMEOUT and ALEMBIC_LOCK_RETRIES in the environment" in said
    assert "Traceback" not in ending.output


def test_without_the_setting_it_waits(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(postgres_url)
    project = altering(tmp_path, lock_timeout="0")
    with held(postgres_url, READER) as release:
        timer = threading.Timer(0.5, release)
        timer.start()
        ending = alembic(project, postgres_url)
        timer.join()
    assert ending.exit_code == 0, ending.output
    assert pauses.count == 0
    assert "alembic.lock_waits" not in ending.output


def test_behind_a_transaction_pooler(
    postgres_server: PostgresServer,
    postgres_url: str,
    tmp_path: pathlib.Path,
    alembic: Alembic,
    pauses: Pauses,
) -> None:
    orders(postgres_url)
    project = altering(tmp_path, lock_timeout="1s")
    with (
        transaction_pooler(postgres_server, pool_size=3) as pooler,
        held(postgres_url, READER) as release,
    ):
        pauses.then = release
        ending = alembic(project, f"{pooler}/{postgres_url.rpartition('/')[2]}")
    assert ending.exit_code == 0, ending.output
    assert pauses.count == 1
    # The driver knows only a session of the pooler's own making.
    assert "Blocked by: pid " in ending.output
    assert " (needed: AccessExclusiveLock on orders)" in ending.output
    assert columns(postgres_url) == ["state_2", "state_3"]


SETTINGS = """
    bind = op.get_bind()
    def note(place):
        with open({file!r}, "a") as file:
            print(place, bind.exec_driver_sql("SHOW lock_timeout").scalar(), file=file)
    note("ours")
    op.execute("SET LOCAL lock_timeout = '3s'")
    note("its own")
    with bind.begin_nested():
        note("savepoint")
    with op.get_context().autocommit_block():
        note("autocommit")
        op.execute("CREATE TABLE table_2 (id INTEGER)")
        op.execute("CREATE INDEX CONCURRENTLY an_index ON table_2 (id)")
    note("afterwards")
"""


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg"])
def test_what_a_script_sets_stays_and_autocommit_is_not_cut(
    postgres_url: str, driver: str, tmp_path: pathlib.Path, alembic: Alembic
) -> None:
    database = postgres_url.rpartition("/")[2]
    rows(postgres_url, f"ALTER DATABASE {database} SET lock_timeout = '7s'")
    noted = tmp_path / "noted"
    body = SETTINGS.format(file=str(noted)).replace("note(", "say(")
    project = Project(tmp_path / "project", 2, LIMIT, {2: body})
    ending = alembic(project, postgres_url.replace("psycopg2", driver))
    assert ending.exit_code == 0, ending.output
    assert noted.read_text().splitlines() == [
        "ours 150ms",
        "its own 3s",
        "savepoint 3s",
        "autocommit 7s",
        "afterwards 150ms",
    ]
    assert "WARN" not in ending.output


def test_a_script_that_has_committed_is_not_run_again(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(postgres_url)
    body = (
        "    with op.get_context().autocommit_block():\n"
        '        op.execute("CREATE TABLE a (i INT)")\n'
    )
    project = altering(tmp_path, transaction_per_migration="true")
    script = project.folder / "versions" / "step0002.py"
    script.write_text(script.read_text().replace("def upgrade():\n", f"def upgrade():\n{body}"))
    with held(postgres_url, READER):
        ending = alembic(project, postgres_url)
    assert ending.exit_code == TRY_AGAIN
    assert pauses.count == 0
    assert "upgrade step0001 -> step0002, step 2 is half done: its first statement is" in (
        ending.output
    )
    assert "CREATE TABLE a (i INT)" in ending.output.partition("FAILED")[2]
    assert state(postgres_url).heads == ["step0001"]


def test_a_statement_in_autocommit_is_not_run_again(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    """CREATE INDEX CONCURRENTLY leaves an invalid index where a role's own limit cuts it."""
    orders(postgres_url)
    database = postgres_url.rpartition("/")[2]
    rows(postgres_url, f"ALTER DATABASE {database} SET lock_timeout = '100ms'")
    project = Project(tmp_path / "project", 2, LIMIT, {2: BUILD_INDEX})
    with held(postgres_url, "INSERT INTO orders VALUES (2)"):
        ending = alembic(project, postgres_url)
    assert ending.exit_code == TRY_AGAIN
    assert pauses.count == 0
    assert "because the statement ran in AUTOCOMMIT" in ending.output


@pytest.mark.parametrize("per_migration", ["true", "false"])
def test_a_relative_target_is_not_counted_twice(
    postgres_url: str,
    per_migration: str,
    tmp_path: pathlib.Path,
    alembic: Alembic,
    pauses: Pauses,
) -> None:
    orders(postgres_url)
    project = altering(tmp_path, transaction_per_migration=per_migration)
    with held(postgres_url, READER) as release:
        pauses.then = release
        ending = alembic(project, postgres_url, "upgrade", "+2")
    if per_migration == "true":
        assert ending.exit_code == TRY_AGAIN
        assert "its target counts from where the database is" in ending.output
        assert state(postgres_url).heads == ["step0001"]
    else:
        assert ending.exit_code == 0, ending.output
        assert state(postgres_url).heads == ["step0002"]


LOCK_AND_WAIT = """
    import pathlib, time
    op.execute("LOCK TABLE other")
    while not pathlib.Path({file!r}).exists():
        time.sleep(0.01)
    op.execute("LOCK TABLE orders")
"""


def test_a_deadlock_starts_the_command_over(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(postgres_url)
    rows(postgres_url, "CREATE TABLE other (id INTEGER)")
    # Who looks for a deadlock first is the one that is ended.
    database = postgres_url.rpartition("/")[2]
    rows(postgres_url, f"ALTER DATABASE {database} SET deadlock_timeout = '50ms'")
    another_waits = tmp_path / "another waits"
    body = LOCK_AND_WAIT.format(file=str(another_waits))
    project = Project(tmp_path / "project", 2, {"lock_timeout": "60s"}, {2: body})
    with engine_for(postgres_url).connect() as other:
        transaction = other.begin()
        other.exec_driver_sql("SET deadlock_timeout = '10min'")
        other.exec_driver_sql("LOCK TABLE orders")

        def lock_other() -> None:
            wait_until(postgres_url, "SELECT 1 FROM pg_locks WHERE relation = 'other'::regclass")
            other.exec_driver_sql("LOCK TABLE other")
            transaction.rollback()

        def tell_the_script() -> None:
            wait_until(postgres_url, "SELECT 1 FROM pg_locks WHERE NOT granted")
            another_waits.touch()

        with in_thread(lock_other), in_thread(tell_the_script):
            ending = alembic(project, postgres_url)
    assert ending.exit_code == 0, ending.output
    assert pauses.count == 1
    assert "A deadlock ended a statement of upgrade step0001 -> step0002" in ending.output


ENV_OF_CALLER = """
from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
"""


def test_a_connection_of_the_caller_is_left_alone(
    postgres_url: str, tmp_path: pathlib.Path, pauses: Pauses
) -> None:
    orders(postgres_url)
    body = (
        "    print(op.get_bind().exec_driver_sql('SHOW lock_timeout').scalar(),"
        f" file=open({str(tmp_path / 'noted')!r}, 'w'))\n"
    )
    project = Project(tmp_path / "project", 3, LIMIT, {2: body, 3: ALTER_ORDERS.format(n=3)})
    (project.folder / "env.py").write_text(ENV_OF_CALLER)
    config = Config(str(project.ini))
    with engine_for(postgres_url).connect() as connection, held(postgres_url, READER):
        connection.exec_driver_sql("SET lock_timeout = '300ms'")
        config.attributes["connection"] = connection
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            command.upgrade(config, "head")
        assert connection.in_transaction()
    assert pauses.count == 0
    assert (tmp_path / "noted").read_text().strip() == "300ms"


ENV_WITH_A_TRANSACTION = """
import os
import sqlalchemy
from alembic import context

engine = sqlalchemy.create_engine(os.environ["DATABASE_URL"])
with engine.begin() as connection:
    context.configure(connection=connection)
    context.run_migrations()
"""


def test_a_transaction_that_env_py_itself_has_begun_is_limited_and_begun_again(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(postgres_url)
    project = altering(tmp_path)
    (project.folder / "env.py").write_text(ENV_WITH_A_TRANSACTION)
    with held(postgres_url, READER) as release:
        pauses.then = release
        ending = alembic(project, postgres_url)
    assert ending.exit_code == 0, ending.output
    assert pauses.count == 1
    assert columns(postgres_url) == ["state_2", "state_3"]


def test_a_connection_that_stays_open_is_not_used_again(
    postgres_url: str,
    tmp_path: pathlib.Path,
    alembic: Alembic,
    pauses: Pauses,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders(postgres_url)
    project = altering(tmp_path)
    env = ENV_OF_CALLER.replace("context.config.attributes", "sys.kept")
    (project.folder / "env.py").write_text(f"import sys\n{env}")
    with held(postgres_url, READER), engine_for(postgres_url).connect() as connection:
        monkeypatch.setattr(sys, "kept", {"connection": connection}, raising=False)
        ending = alembic(project, postgres_url)
    assert ending.exit_code == TRY_AGAIN
    assert pauses.count == 0
    assert "belong to its caller" in ending.output


def test_ctrl_c_during_a_pause_ends_at_once(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders(postgres_url)
    project = altering(tmp_path)
    interrupt = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))

    def long_pause(_: int) -> float:
        interrupt.start()
        return 3600.0

    monkeypatch.setattr("alembic_native.run.lock_waits.retries.random_pause", long_pause)
    with held(postgres_url, READER), pytest.raises(KeyboardInterrupt):
        alembic(project, postgres_url)
    interrupt.join()
    assert state(postgres_url) == EMPTY
    assert lock_is_free(postgres_url)


def test_pauses_grow_up_to_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: (low, high))
    longest = [retries.random_pause(tries) for tries in range(1, 8)]
    assert longest == [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (0, 30), (0, 30)]


@pytest.mark.parametrize(
    ("dialect", "sql", "told"),
    [
        ("postgresql", "ALTER ROLE a\n  PASSWORD 's3''cret'", "ALTER ROLE a PASSWORD '...'"),
        ("postgresql", "ALTER ROLE a PASSWORD $$s3cret$$", "ALTER ROLE a PASSWORD '...'"),
        ("postgresql", "ALTER ROLE a PASSWORD $t$s3$cret$t$", "ALTER ROLE a PASSWORD '...'"),
        ("postgresql", r"ALTER ROLE a PASSWORD E'a\'s3cret'", "ALTER ROLE a PASSWORD E'...'"),
        ("postgresql", r"SELECT 'a\', s3cret, 's3cret'", "SELECT '...'"),
        ("postgresql", 'ALTER ROLE a PASSWORD "s3cret"', "ALTER ROLE a PASSWORD '...'"),
        ("postgresql", "-- Don't.\nSELECT 's3cret'", "SELECT '...'"),
        ("postgresql", "SELECT 1 /* don't */, 's3cret'", "SELECT 1 , '...'"),
        ("postgresql", "SELECT \"it's\", 's3cret'", "SELECT \"it's\", '...'"),
        ("postgresql", "SELECT 's3cret", "SELECT '...'"),
        ("postgresql", 'SELECT $1, a$b$c FROM t ORDER BY "i"', None),
        ("mysql", 'CREATE USER a IDENTIFIED BY "s3cret"', "CREATE USER a IDENTIFIED BY '...'"),
        ("mysql", 'INSERT INTO `t` VALUES ("s3cret")', "INSERT INTO `t` VALUES ('...')"),
        ("mysql", "# Don't.\nSELECT 's3cret'", "SELECT '...'"),
    ],
)
def test_a_statement_is_told_without_what_stands_in_quotes(
    dialect: str, sql: str, told: str | None
) -> None:
    """Of some ways to quote a password it was shown."""
    assert Statement(sql, 0.0, dialect).shortened == (told or sql)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("select 1", "SELECT"),
        ("-- why\n/* and\nhow */ Update t", "UPDATE"),
        ("(SELECT 1)", ""),
        ("", ""),
    ],
)
def test_the_first_word_of_a_statement(sql: str, word: str) -> None:
    assert Statement(sql, 0.0, "postgresql").first_word == word


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", 5.0), ("on", 5.0), ("off", None), ("0", None), ("1", 1.0), ("2min", 120.0)],
)
def test_what_lock_watch_may_be(
    value: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALEMBIC_LOCK_WATCH", value)
    assert read_settings(None).watch == seconds


@pytest.mark.parametrize(
    ("name", "value"),
    [("lock_timeout", "soon"), ("lock_retries", "many"), ("lock_watch", "-3s")],
)
@pytest.mark.parametrize("way", ["ini", "environment"])
def test_a_setting_that_means_nothing_ends_the_command_before_env_py(
    name: str, value: str, way: str, sqlite_url: str, tmp_path: pathlib.Path, alembic: Alembic
) -> None:
    options = {name: value} if way == "ini" else {}
    environment = {f"ALEMBIC_{name.upper()}": value} if way == "environment" else {}
    project = Project(tmp_path / "project", 2, options)
    (project.folder / "env.py").write_text("raise SystemExit('env.py was run')")
    ending = alembic(project, sqlite_url, "upgrade", "head", **environment)
    assert ending.exit_code == 2
    where = name if way == "ini" else f"the environment variable ALEMBIC_{name.upper()}"
    assert f"FAILED: {where} is '{value}', and has to be" in ending.output


# ---- readers in turns ----------------------------------------------------------------------------


@pytest.mark.usefixtures("pauses")
def test_a_migration_ends_while_readers_hold_its_table_in_turns(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic
) -> None:
    orders(postgres_url)
    project = altering(tmp_path, steps=2, lock_timeout="50ms", lock_retries="100")
    with Readers(postgres_url, "orders", [0.02] * 8):
        ending = alembic(project, postgres_url)
    assert ending.exit_code == 0, ending.output
    assert columns(postgres_url) == ["state_2"]


# ---- what does not count -------------------------------------------------------------------------


OF_ANOTHER_CONNECTION = """
    one = sa.create_engine({url!r}, connect_args={{"timeout": 0}})
    with one.begin() as connection:
        connection.exec_driver_sql("INSERT INTO orders VALUES (2)")
"""


def test_a_lock_error_of_another_connection_goes_on_as_it_is(
    make_database: Callable[[str], str], tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    """The command started over for the error of an engine of the script's own."""
    url, other_url = make_database("sqlite"), make_database("sqlite")
    orders(other_url)
    body = OF_ANOTHER_CONNECTION.format(url=other_url)
    project = Project(tmp_path / "project", 2, LIMIT, {2: body})
    with (
        held(other_url, "BEGIN EXCLUSIVE"),
        pytest.raises(sa.exc.OperationalError, match="database is locked"),
    ):
        alembic(project, url)
    assert pauses.count == 0


def test_a_step_that_was_committed_whole_is_not_half_done() -> None:
    """A run that had ended well kept the command from starting over for another database."""
    with engine_for("sqlite://").connect() as connection:
        work = CommittedWork("mysql")
        work.begins("step 1")
        for sql in ("CREATE TABLE a (i INT)", "INSERT INTO alembic_version VALUES (1)"):
            work.before_cursor_execute(connection, None, sql)
            work.after_cursor_execute(connection)
            work.ends()
        half_done = work.half_done
        assert half_done is not None
        work.commit(connection)
        assert work.half_done is None
        work.commit_has_failed()
        assert work.half_done == half_done


COMPARING = """
import sqlalchemy as sa
from alembic import context

context.config.attributes["tries"].append(1)
metadata = sa.MetaData()
sa.Table("orders", metadata, sa.Column("id", sa.Integer))


def include_name(name, kind, parents):
    context.get_bind().exec_driver_sql("UPDATE orders SET id = 2")
    return True


with sa.create_engine({url!r}, connect_args={{"timeout": 0}}).connect() as connection:
    context.configure(
        connection=connection, target_metadata=metadata, include_name=include_name
    )
    with context.begin_transaction():
        context.run_migrations()
"""


@pytest.mark.parametrize("run", [command.check, command.revision], ids=["check", "revision"])
def test_a_comparison_with_the_models_is_not_started_over(
    run: Callable[..., object], sqlite_url: str, tmp_path: pathlib.Path, pauses: Pauses
) -> None:
    """`revision --autogenerate` wrote its operations twice."""
    orders(sqlite_url)
    project = Project(tmp_path / "project", 1, {**LIMIT, "migration_lock": "off"})
    (project.folder / "env.py").write_text(COMPARING.format(url=sqlite_url))
    (project.folder / "versions" / f"{project.revisions[0]}.py").unlink()
    config = Config(str(project.ini))
    config.attributes["tries"] = []
    words = {"autogenerate": True} if run is command.revision else {}
    with (
        held(sqlite_url, "BEGIN IMMEDIATE"),
        pytest.raises(sa.exc.OperationalError, match="database is locked"),
    ):
        run(config, **words)
    assert config.attributes["tries"] == [1]
    assert pauses.count == 0


LEFT_OPEN = """
import sys
import sqlalchemy as sa
from alembic import context

connection = sa.create_engine(sa.engine.make_url({url!r})).connect()
connection.begin()
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
del connection
"""


@pytest.mark.parametrize("timeout", ["5s", "off"])
def test_a_connection_that_env_py_drops_is_not_kept(
    timeout: str, sqlite_url: str, tmp_path: pathlib.Path, alembic: Alembic
) -> None:
    """With lock_timeout nobody was told that such a run was not committed."""
    project = Project(tmp_path / "project", 1, {"lock_timeout": timeout, "migration_lock": "off"})
    (project.folder / "env.py").write_text(LEFT_OPEN.format(url=sqlite_url))
    ending = alembic(project, sqlite_url)
    assert ending.exit_code != 0
    assert state(sqlite_url).heads == []
