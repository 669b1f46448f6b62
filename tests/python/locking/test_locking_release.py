"""However a run ends, no lock is left behind, and what went wrong is what is told."""

from __future__ import annotations

import contextlib
import logging
import os
import pathlib
import signal
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from alembic_native.locking.errors import MigrationLockTimeout
from tests.locking.crowd import Crowd
from tests.locking.database import State, lock_held, lock_is_free, rows, state, upgraded
from tests.locking.pgbouncer import transaction_pooler
from tests.locking.projects import Project
from tests.servers import PostgresServer

EMPTY = State([], [], [])


def upgrade(project: Project, connection: sa.Connection, **options: Any) -> None:
    config = Config(project.ini)
    script = ScriptDirectory.from_config(config)

    def to_head(heads: Any, _: Any) -> Any:
        return script._upgrade_revs("head", heads)

    with EnvironmentContext(config, script, fn=to_head) as context:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


class FreesAndInterrupts(logging.Handler):
    """Ends what `held` holds when the wait begins, and interrupts the run when it is over."""

    def __init__(self, held: contextlib.ExitStack) -> None:
        super().__init__(logging.INFO)
        self._held = held

    def emit(self, record: logging.LogRecord) -> None:
        if "waiting for it" in record.msg:
            self._held.close()
        elif "is free after" in record.msg:
            raise KeyboardInterrupt


@pytest.mark.parametrize("per_migration", [False, True])
def test_interrupted_as_the_lock_is_taken(
    database_kind: str,
    per_migration: bool,
    make_database: Callable[[str], str],
    tmp_path: pathlib.Path,
) -> None:
    """A lock of the session stayed in the connection, and went back to the pool with it."""
    project = Project(tmp_path / "project", 2)
    url = make_database(database_kind)
    rows(url, "SELECT 1")
    engine = sa.create_engine(url)
    log = logging.getLogger("alembic.migration_lock")
    log.setLevel(logging.INFO)
    with contextlib.ExitStack() as held:
        held.enter_context(lock_held(url))
        handler = FreesAndInterrupts(held)
        log.addHandler(handler)
        with engine.connect() as connection, pytest.raises(KeyboardInterrupt):
            upgrade(project, connection, transaction_per_migration=per_migration)
        log.removeHandler(handler)
    assert lock_is_free(url)
    assert state(url) == EMPTY
    engine.dispose()


@pytest.mark.parametrize("per_migration", [False, True])
def test_a_wait_that_timed_out_leaves_no_lock_in_the_pool(
    database_kind: str,
    per_migration: bool,
    make_database: Callable[[str], str],
    tmp_path: pathlib.Path,
) -> None:
    project = Project(tmp_path / "project", 2, {"migration_lock_timeout": "0.3"})
    url = make_database(database_kind)
    rows(url, "SELECT 1")
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        with lock_held(url), pytest.raises(MigrationLockTimeout):
            upgrade(project, connection, transaction_per_migration=per_migration)
        connection.rollback()
        assert lock_is_free(url)
        assert state(url) == EMPTY
        # The connection is as good as before.
        upgrade(project, connection, transaction_per_migration=per_migration)
        connection.commit()
    assert state(url) == upgraded(project)
    engine.dispose()


@pytest.mark.parametrize("per_migration", [False, True])
@pytest.mark.parametrize("error", ["KeyboardInterrupt", "SystemExit", "ValueError"])
def test_a_script_that_raises_anything_leaves_no_lock_in_the_pool(
    database_kind: str,
    per_migration: bool,
    error: str,
    make_database: Callable[[str], str],
    tmp_path: pathlib.Path,
) -> None:
    project = Project(tmp_path / "project", 3, bodies={2: f"    raise {error}\n"})
    url = make_database(database_kind)
    engine = sa.create_engine(url)
    with engine.connect() as connection, pytest.raises((Exception, KeyboardInterrupt, SystemExit)):
        upgrade(project, connection, transaction_per_migration=per_migration)
    assert engine.pool.checkedin() == 1  # type: ignore[attr-defined]
    assert lock_is_free(url)
    engine.dispose()


def test_a_failure_leaves_the_callers_transaction_to_him(
    postgres_url: str, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 3, bodies={2: "    raise ValueError\n"})
    rows(postgres_url, "CREATE TABLE mine (id INTEGER)")
    with sa.create_engine(postgres_url).connect() as connection:
        transaction = connection.begin()
        connection.execute(sa.text("INSERT INTO mine VALUES (1)"))
        with pytest.raises(ValueError):  # noqa: PT011
            upgrade(project, connection)
        assert transaction.is_active
        assert not lock_is_free(postgres_url)
        transaction.commit()
    assert rows(postgres_url, "SELECT id FROM mine") == [(1,)]
    assert lock_is_free(postgres_url)


FORKS = """\
    child = os.fork()
    if child == 0:
        import time
        time.sleep(600)
        os._exit(0)
    with open({note!r}, "w") as file:
        file.write(str(child))
"""


def test_a_process_that_a_script_leaves_behind_does_not_keep_the_lock(
    sqlite_url: str, tmp_path: pathlib.Path
) -> None:
    """It has the open lock file from its parent, and with it had the lock as long as it lived."""
    note = tmp_path / "child"
    project = Project(tmp_path / "project", 1, bodies={1: FORKS.format(note=str(note))})
    with Crowd() as crowd:
        [result] = crowd.run([project.command("upgrade", "head")], {"DATABASE_URL": sqlite_url})
    try:
        assert result.exit_code == 0, result.output
        assert lock_is_free(sqlite_url)
    finally:
        os.kill(int(note.read_text()), signal.SIGKILL)


def test_an_error_while_the_heads_are_read_is_what_is_told(
    postgres_url: str, tmp_path: pathlib.Path
) -> None:
    """It was hidden by the one of the next statement: "current transaction is aborted"."""
    rows(postgres_url, "CREATE TABLE alembic_version (version_num VARCHAR(32))")
    rows(postgres_url, "CREATE ROLE reads_nothing LOGIN")
    try:
        engine = sa.create_engine(postgres_url.replace("postgres@", "reads_nothing@"))
        with (
            engine.connect() as connection,
            pytest.raises(sa.exc.ProgrammingError, match="permission denied for table"),
        ):
            upgrade(Project(tmp_path / "project", 1), connection)
        engine.dispose()
    finally:
        rows(postgres_url, "DROP ROLE reads_nothing")


@pytest.mark.parametrize("per_migration", [False, True])
def test_a_server_that_only_reads_says_so(
    postgres_url: str, per_migration: bool, tmp_path: pathlib.Path
) -> None:
    """The lock is to be had there, as on a standby; writing is not, and that is what is told."""
    project = Project(tmp_path / "project", 2)
    name = postgres_url.rpartition("/")[2]
    rows(postgres_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    engine = sa.create_engine(postgres_url)
    with (
        engine.connect() as connection,
        pytest.raises(sa.exc.InternalError, match="cannot execute CREATE TABLE in a read-only"),
    ):
        upgrade(project, connection, transaction_per_migration=per_migration)
    assert lock_is_free(postgres_url)
    engine.dispose()


# ---- a pooler in transaction mode, and transactions that outlive their session -------------------

LETS_THE_SESSION_BE_TAKEN = """\
    op.create_table("table_1", sa.Column("id", sa.Integer, primary_key=True))
    import threading
    engine = sa.create_engine(os.environ["DATABASE_URL"])
    first, second = engine.connect(), engine.connect()
    first.execute(sa.text("SELECT 1"))

    def take_over():
        # Has to wait for a server session until this script's transaction is over.
        second.execute(sa.text("SELECT 1"))
        first.rollback()
        threading.Event().wait(10)

    threading.Thread(target=take_over, daemon=True).start()
    threading.Event().wait(1)
"""
AUTOCOMMIT = """\
    with op.get_context().autocommit_block():
        op.execute("SELECT 1")
"""
FAILS = """\
    op.execute("SELECT 1 / 0")
"""


@pytest.mark.parametrize(
    ("per_migration", "bodies", "code"),
    [
        ("true", {}, 0),
        ("true", {2: FAILS}, 1),
        ("false", {1: LETS_THE_SESSION_BE_TAKEN + AUTOCOMMIT}, 0),
    ],
)
def test_sessions_exchanged_under_a_lock_of_the_session_are_reported(
    postgres_server: PostgresServer,
    postgres_url: str,
    per_migration: str,
    bodies: dict[int, str],
    code: int,
    tmp_path: pathlib.Path,
) -> None:
    """A run that failed said nothing of the lock that it left in the pooler's session."""
    options = {"transaction_per_migration": per_migration}
    bodies = {1: LETS_THE_SESSION_BE_TAKEN, **bodies}
    project = Project(tmp_path / "project", 3, options, bodies)
    with transaction_pooler(postgres_server, pool_size=2) as pooler, Crowd() as crowd:
        url = f"{pooler}/{postgres_url.rpartition('/')[2]}"
        [result] = crowd.run([project.command("upgrade", "head")], {"DATABASE_URL": url})
    assert result.exit_code == code, result.output
    assert state(postgres_url) == upgraded(project, 3 if code == 0 else 1)
    warning = "WARNI [alembic.migration_lock] The migration lock was taken in server session"
    assert warning in result.output, result.output
    assert "SELECT pg_terminate_backend(" in result.output
    assert "Let migrations connect to PostgreSQL directly" in result.output


def test_a_prepared_transaction_keeps_the_lock_until_it_is_committed(
    tmp_path: pathlib.Path,
) -> None:
    project = Project(tmp_path / "project", 2, {"migration_lock_timeout": "0"})
    with PostgresServer(["max_prepared_transactions = 2"]) as server:
        url = server.create_database("prepared", "psycopg2")
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            transaction = connection.begin_twophase("two_phases")
            upgrade(project, connection)
            transaction.prepare()
            with (
                sa.create_engine(url).connect() as other,
                pytest.raises(MigrationLockTimeout, match="a prepared transaction: see the view"),
            ):
                upgrade(project, other)
            transaction.commit()
        assert state(url) == upgraded(project)
        assert lock_is_free(url)
        engine.dispose()
