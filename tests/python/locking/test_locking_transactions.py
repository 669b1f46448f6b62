"""The lock and the transactions of a run, of its caller and of the scripts."""

from __future__ import annotations

import contextlib
import logging
import pathlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import util
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from tests.locking.crowd import Crowd
from tests.locking.database import (
    RUN_AGAIN,
    State,
    engine_for,
    keeps_snapshots,
    rows,
    state,
    upgraded,
)
from tests.locking.projects import Project

EMPTY = State([], [], [])


@contextlib.contextmanager
def environment(
    project: Project, connection: sa.Connection, planner: Any = None, **options: Any
) -> Iterator[EnvironmentContext]:
    """An environment that is configured and upgrades to the head, as an `env.py` would."""
    config = Config(project.ini)
    script = ScriptDirectory.from_config(config)

    def upgrade(heads: Any, _: Any) -> Any:
        return script._upgrade_revs("head", heads)

    with EnvironmentContext(config, script, fn=planner or upgrade) as context:
        context.configure(connection=connection, **options)
        yield context


def upgrade(project: Project, connection: sa.Connection, **options: Any) -> None:
    with environment(project, connection, **options) as context, context.begin_transaction():
        context.run_migrations()


def advisory_locks(url: str) -> int:
    return len(rows(url, "SELECT * FROM pg_locks WHERE locktype = 'advisory'"))


@pytest.mark.parametrize("options", [{}, {"transaction_per_migration": True}])
def test_a_callers_transaction_stays_his(
    postgres_url: str, options: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 3)
    with engine_for(postgres_url).connect() as connection:
        transaction = connection.begin()
        connection.execute(sa.text("CREATE TABLE mine (id INTEGER)"))
        upgrade(project, connection, **options)
        assert transaction.is_active
        # Until he commits, nobody else may plan from heads that are not there yet.
        assert advisory_locks(postgres_url) == 1
        transaction.rollback()
        assert not sa.inspect(connection).has_table("mine")
    assert state(postgres_url) == EMPTY
    assert advisory_locks(postgres_url) == 0


def test_a_callers_transaction_with_nothing_to_do_stays_his(
    database_kind: str, make_database: Callable[[str], str], tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 3)
    url = make_database(database_kind)
    rows(url, "CREATE TABLE mine (id INTEGER)")
    with engine_for(url).connect() as connection:
        upgrade(project, connection)
        connection.commit()
        with connection.begin() as transaction:
            connection.execute(sa.text("INSERT INTO mine VALUES (1)"))
            upgrade(project, connection)
            assert transaction.is_active
            transaction.rollback()
    assert rows(url, "SELECT * FROM mine") == []
    assert state(url) == upgraded(project)


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_the_next_run_waits_for_the_commit_of_a_caller(
    kind: str, make_database: Callable[[str], str], tmp_path: pathlib.Path
) -> None:
    """The lock is given up with the run, and the last version only written then."""
    project = Project(tmp_path / "project", 3)
    url = make_database(kind)
    with Crowd() as crowd, engine_for(url).connect() as connection:
        with connection.begin():
            upgrade(project, connection)
            crowd.start([project.command("upgrade", "head")] * 2, {"DATABASE_URL": url})
            time.sleep(1)
        results = crowd.wait()
    assert [result.exit_code for result in results] == [0, 0], results[0].output
    assert state(url) == upgraded(project)


def test_connections_that_commit_each_statement(postgres_url: str, tmp_path: pathlib.Path) -> None:
    """A lock of the transaction would be gone with the statement that takes it."""
    project = Project(tmp_path / "project", 5, {"isolation_level": "AUTOCOMMIT"})
    with Crowd() as crowd:
        results = crowd.run(
            [project.command("upgrade", "head")] * 6, {"DATABASE_URL": postgres_url}
        )
    assert [result.exit_code for result in results] == [0] * 6, results[0].output
    assert state(postgres_url) == upgraded(project)
    assert advisory_locks(postgres_url) == 0


COMMITS = """\
    op.execute("COMMIT")
    op.create_table("table_2", sa.Column("id", sa.Integer, primary_key=True))
"""


def test_a_script_that_commits_by_itself_is_reported(
    postgres_url: str, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    project = Project(tmp_path / "project", 3, bodies={2: COMMITS})
    with caplog.at_level(logging.WARNING), engine_for(postgres_url).connect() as connection:
        upgrade(project, connection)
    assert "The migration lock was lost during the run" in caplog.text


AUTOCOMMIT = """\
    op.create_table("table_2", sa.Column("id", sa.Integer, primary_key=True))
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY index_2 ON table_2 (id)")
"""


def test_after_an_autocommit_block_the_lock_lasts_until_the_commit(
    postgres_url: str, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 3, bodies={2: AUTOCOMMIT})
    engine = sa.create_engine(postgres_url)
    with engine.connect() as connection, environment(project, connection) as context:
        with context.begin_transaction():
            context.run_migrations()
            assert state(postgres_url).heads == ["step0001"]
            assert advisory_locks(postgres_url) == 1
        assert state(postgres_url) == upgraded(project)
        assert advisory_locks(postgres_url) == 0
    engine.dispose()


@pytest.mark.parametrize("per_migration", [True, False])
def test_what_a_listener_sets_for_each_transaction_holds_for_the_scripts(
    postgres_url: str, per_migration: bool, tmp_path: pathlib.Path
) -> None:
    """The first script ran without it: it had ended with the transaction the heads were read in."""
    rows(postgres_url, "CREATE ROLE owner_of_tables SUPERUSER")
    project = Project(tmp_path / "project", 2)
    engine = engine_for(postgres_url)

    @sa.event.listens_for(engine, "begin")
    def become_owner(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET LOCAL ROLE owner_of_tables")

    try:
        with engine.connect() as connection:
            upgrade(project, connection, transaction_per_migration=per_migration)
        owners = rows(postgres_url, "SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")
        assert owners == [("owner_of_tables",)] * 4
    finally:
        rows(postgres_url, "REASSIGN OWNED BY owner_of_tables TO postgres")
        rows(postgres_url, "DROP ROLE owner_of_tables")


FAILS = """\
    op.execute("SELECT 1 / 0")
"""


@pytest.mark.parametrize("per_migration", [True, False])
def test_a_failed_run_leaves_no_lock_in_a_pooled_connection(
    postgres_url: str, per_migration: bool, tmp_path: pathlib.Path
) -> None:
    """The session goes on, and a lock of the session would with it."""
    project = Project(tmp_path / "project", 3, bodies={2: AUTOCOMMIT, 3: FAILS})
    engine = sa.create_engine(postgres_url)
    with engine.connect() as connection, pytest.raises(sa.exc.DataError):
        upgrade(project, connection, transaction_per_migration=per_migration)
    assert engine.pool.checkedin() == 1
    assert advisory_locks(postgres_url) == 0
    engine.dispose()


def test_other_servers_that_speak_the_protocol_have_no_lock(
    postgres_url: str, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Here one that says of itself what such a server says."""
    rows(postgres_url, "CREATE SCHEMA other")
    rows(
        postgres_url,
        "CREATE FUNCTION other.version() RETURNS text LANGUAGE sql AS "
        "$$ SELECT 'CockroachDB CCL v24.1 (x86_64-pc-linux-gnu)'::text $$",
    )
    project = Project(tmp_path / "project", 2)
    with (
        caplog.at_level(logging.DEBUG, "alembic.migration_lock"),
        engine_for(postgres_url).connect() as connection,
        environment(project, connection) as context,
        context.begin_transaction(),
    ):
        connection.execute(sa.text("SET search_path TO other, pg_catalog, public"))
        context.run_migrations()
        assert advisory_locks(postgres_url) == 0
    assert "No migration lock on this database (postgresql)" in caplog.text


# ---- snapshots that are older than the lock ------------------------------------------------------

LEVELS = ["REPEATABLE READ", "SERIALIZABLE"]


def repeatable(url: str, level: str = "REPEATABLE READ") -> sa.Engine:
    return sa.create_engine(url, poolclass=sa.pool.NullPool, isolation_level=level)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("per_migration", [True, False])
def test_one_run_alone_works_at_each_isolation_level(
    postgres_url: str, level: str, per_migration: bool, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 3)
    with repeatable(postgres_url, level).connect() as connection:
        upgrade(project, connection, transaction_per_migration=per_migration)
    assert state(postgres_url) == upgraded(project)
    assert advisory_locks(postgres_url) == 0


@pytest.mark.parametrize("steps_before", [0, 2])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("is_read_before", [True, False])
def test_another_run_between_the_snapshot_and_the_lock(
    postgres_url: str,
    level: str,
    steps_before: int,
    is_read_before: bool,
    tmp_path: pathlib.Path,
) -> None:
    """A transaction in which env.py has done something cannot be left for a new snapshot."""
    project = Project(tmp_path / "project", 4)
    script = ScriptDirectory.from_config(Config(project.ini))
    if steps_before:
        with engine_for(postgres_url).connect() as connection:
            upgrade(project, connection, planner=lambda h, _: script._upgrade_revs("step0002", h))

    def other_run() -> None:
        with Crowd() as crowd:
            crowd.run([project.command("upgrade", "head")], {"DATABASE_URL": postgres_url})

    def overtaken(heads: Any, _: Any) -> Any:
        if heads == ("step0002",):
            other_run()
        return script._upgrade_revs("head", heads)

    with (
        repeatable(postgres_url, level).connect() as connection,
        environment(project, connection, overtaken) as context,
        context.begin_transaction(),
    ):
        if is_read_before:
            connection.execute(sa.text("SELECT 1"))
        if not steps_before:
            # The version table comes into being.
            other_run()
        expected = (
            pytest.raises(util.CommandError, match=RUN_AGAIN)
            if is_read_before
            else contextlib.nullcontext()
        )
        with expected:
            context.run_migrations()
    assert state(postgres_url) == upgraded(project)


@pytest.mark.parametrize("is_overtaken", [True, False])
def test_a_version_table_that_was_empty_in_the_snapshot(
    postgres_url: str, is_overtaken: bool, tmp_path: pathlib.Path
) -> None:
    """It has no row to show that another run has written one: that run's steps came again."""
    project = Project(tmp_path / "project", 3)
    rows(postgres_url, "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
    with (
        Crowd() as crowd,
        repeatable(postgres_url).connect() as connection,
        environment(project, connection) as context,
        context.begin_transaction(),
    ):
        connection.execute(sa.text("SELECT 1"))
        if is_overtaken:
            crowd.run([project.command("upgrade", "head")], {"DATABASE_URL": postgres_url})
            with pytest.raises(util.CommandError, match=RUN_AGAIN):
                context.run_migrations()
        else:
            context.run_migrations()
    assert state(postgres_url) == upgraded(project)


@pytest.mark.parametrize("before", ["SELECT 1", ""])
def test_many_runs_in_one_transaction_each(
    postgres_url: str, before: str, tmp_path: pathlib.Path
) -> None:
    options = {"isolation_level": "REPEATABLE READ", "before": before}
    project = Project(tmp_path / "project", 8, options)
    command = project.command("upgrade", "head")
    with Crowd() as crowd:
        results = crowd.run([command] * 6, {"DATABASE_URL": postgres_url})
        failed = [result.output for result in results if result.exit_code]
        assert len(failed) < (len(results) if before else 1), failed
        assert all(RUN_AGAIN in output for output in failed), failed
        again = crowd.run([command] * 6, {"DATABASE_URL": postgres_url})
    assert [result.exit_code for result in again] == [0] * 6
    assert state(postgres_url) == upgraded(project)


def test_many_transactions_have_many_snapshots(postgres_url: str, tmp_path: pathlib.Path) -> None:
    options = {"isolation_level": "SERIALIZABLE", "transaction_per_migration": "true"}
    project = Project(tmp_path / "project", 8, options)
    with Crowd() as crowd:
        results = crowd.run(
            [project.command("upgrade", "head")] * 6, {"DATABASE_URL": postgres_url}
        )
    assert [result.exit_code for result in results] == [0] * 6, results
    assert state(postgres_url) == upgraded(project)


@pytest.mark.parametrize(("target", "is_done"), [("step0002", False), ("step0003", True)])
def test_mariadb_within_a_callers_transaction(
    mariadb_url: str, target: str, is_done: bool, tmp_path: pathlib.Path
) -> None:
    """Its snapshot shows the heads from before the other run, which left something or nothing.

    From 11.6 on MariaDB refuses to read, in an older snapshot, a row that has changed since.
    """
    project = Project(tmp_path / "project", 3)
    script = ScriptDirectory.from_config(Config(project.ini))
    with engine_for(mariadb_url).connect() as connection:
        upgrade(project, connection, planner=lambda h, _: script._upgrade_revs("step0001", h))
        connection.commit()

    def overtaken(heads: Any, _: Any) -> Any:
        if heads == ("step0001",):
            with Crowd() as crowd:
                crowd.run([project.command("upgrade", target)], {"DATABASE_URL": mariadb_url})
        return script._upgrade_revs("head", heads)

    can_tell = is_done and not keeps_snapshots(mariadb_url)
    expected = (
        contextlib.nullcontext() if can_tell else pytest.raises(util.CommandError, match=RUN_AGAIN)
    )
    with (
        engine_for(mariadb_url).connect() as connection,
        connection.begin(),
        environment(project, connection, overtaken) as context,
        expected,
    ):
        context.run_migrations()
    assert state(mariadb_url).heads == [target]
