"""A run ends with an error where its work was not committed."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import CommandLine, Config
from alembic.util import CommandError

from alembic_native.run.errors import NotCommitted
from alembic_native.upstream import entry
from tests.locking.database import rows
from tests.locking.pgbouncer import transaction_pooler
from tests.locking.projects import Project
from tests.python.run.projects import (
    AS_IT_SHOULD_BE,
    CAUGHT,
    EARLY_RETURN,
    NO_TRANSACTION,
    STATEMENT_BEFORE,
    failing,
    give_env_py,
    heads,
    upgrade,
)
from tests.servers import PostgresServer


def message_of(project: Project, url: str, revision: str = "head") -> str:
    """What the run ends with, which is the command line's kind of error."""
    with pytest.raises(CommandError) as raised:
        upgrade(project, url, revision)
    assert isinstance(raised.value, NotCommitted)
    return str(raised.value)


SWALLOWED = """
context.configure(connection=connection)
try:
    with connection.begin():
        context.run_migrations()
        raise ValueError("no such tenant")
except ValueError:
    pass
"""


# ---- work that is lost ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "lock"),
    [(STATEMENT_BEFORE, "on"), (EARLY_RETURN, "off")],
    ids=["a statement before", "an early return"],
)
def test_a_transaction_that_nobody_commits(
    url: str, body: str, lock: str, steps: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ended with exit code 0, after "Running upgrade ..." for each revision."""
    monkeypatch.setenv("ALEMBIC_MIGRATION_LOCK", lock)
    give_env_py(steps, body)
    message = message_of(steps, url)
    assert "step0003, and" in message
    assert "was not committed." in message
    advice = "call connection.commit() after statements"
    if body is EARLY_RETURN:
        advice = "commit the transaction that it begins with begin() on every way out, after"
    assert f"\nWhat to do in {steps.folder}/env.py: {advice}" in message
    assert heads(url) != steps.revisions[-1:]
    # What the message says is in the database.
    at = re.search(r"The version table is at (\w+)", message)
    expected = heads(url)[0] if heads(url) else "base"
    assert at is None or at[1] == expected
    # mysqlclient does not tell what its statements have committed.
    assert at is not None or "mysqldb" in url


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        (NO_TRANSACTION, "within `with context.begin_transaction():`"),
        (SWALLOWED, "because of ValueError: no such tenant, which env.py caught"),
    ],
    ids=["no transaction", "swallowed"],
)
@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg"])
def test_where_ddl_is_transactional(
    driver: str, body: str, advice: str, postgres_url: str, steps: Project
) -> None:
    give_env_py(steps, body)
    message = message_of(steps, postgres_url.replace("psycopg2", driver))
    assert "step0001, step0002 and step0003, and its work was not committed" in message
    assert "The version table is at base, as before." in message
    assert advice in message
    assert heads(postgres_url) == []


def test_a_failed_step_whose_exception_is_caught(any_url: str, steps: Project) -> None:
    failing(steps, 3, 'raise ValueError("no room")')
    body = """
context.configure(connection=connection)
with context.begin_transaction():
    try:
        context.run_migrations()
    except Exception:
        pass
"""
    give_env_py(steps, body)
    message = message_of(steps, any_url)
    assert "stopped in step0003 with ValueError: no room, and env.py caught that" in message
    assert "at step0002, because step0001 and step0002 had been committed" in message
    assert heads(any_url) == ["step0002"]


def test_passwords_are_masked(sqlite_url: str, steps: Project) -> None:
    """What a caught exception says of a password was shown."""
    failing(steps, 1, 'raise ValueError("postgresql://bob:hunter22@db/x with password=hunter33")')
    give_env_py(steps, SWALLOWED)
    message = message_of(steps, sqlite_url)
    assert "ValueError: postgresql://bob:***@db/x with password=***" in message


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_a_commit_that_the_server_turns_into_a_rollback(
    driver: str, postgres_url: str, steps: Project
) -> None:
    """PostgreSQL takes a COMMIT after a failed statement, and rolls back without an error."""
    give_env_py(
        steps,
        """
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
    try:
        connection.execute(sa.text("SELECT no_such_column"))
    except sa.exc.DBAPIError:
        pass
""",
    )
    message = message_of(steps, postgres_url.replace("psycopg2", driver))
    assert "the database made a rollback of the commit" in message
    assert heads(postgres_url) == []


def test_a_commit_that_fails(postgres_url: str, steps: Project) -> None:
    rows(postgres_url, "CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    rows(
        postgres_url,
        "CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
    )
    give_env_py(
        steps,
        """
context.configure(connection=connection)
try:
    with context.begin_transaction():
        context.run_migrations()
        connection.execute(sa.text("INSERT INTO child VALUES (1)"))
except sa.exc.IntegrityError:
    pass
""",
    )
    assert "violates foreign key constraint" in message_of(steps, postgres_url)
    assert heads(postgres_url) == []


def test_a_savepoint_that_is_rolled_back(postgres_url: str, steps: Project) -> None:
    give_env_py(
        steps,
        """
context.configure(connection=connection)
with connection.begin():
    try:
        with connection.begin_nested():
            context.run_migrations()
            raise ValueError("no")
    except ValueError:
        pass
""",
    )
    assert "because of ValueError: no, which" in message_of(steps, postgres_url)
    assert heads(postgres_url) == []


def test_what_was_committed_before(postgres_url: str, steps: Project) -> None:
    """With a transaction for each migration, and with an autocommit block."""
    body = """
        with op.get_context().autocommit_block():
            op.execute("SELECT 1")
"""
    failing(steps, 2, body.strip("\n ").replace("\n        ", "\n    "))
    give_env_py(
        steps,
        """
context.configure(connection=connection, transaction_per_migration=True)
try:
    context.run_migrations()
except ZeroDivisionError:
    pass
""",
    )
    failing(steps, 3, "1 / 0")
    message = message_of(steps, postgres_url)
    assert "stopped in step0003 with ZeroDivisionError" in message
    assert "at step0002, because step0001 and step0002 had been committed" in message
    assert heads(postgres_url) == ["step0002"]


def test_stamp_and_downgrade(postgres_url: str, steps: Project) -> None:
    give_env_py(steps, AS_IT_SHOULD_BE)
    upgrade(steps, postgres_url)
    give_env_py(steps, STATEMENT_BEFORE)
    os.environ["DATABASE_URL"] = postgres_url
    with pytest.raises(NotCommitted, match=r"The downgrade of .* ran step0003 and step0002, and"):
        command.downgrade(Config(steps.ini), "step0001")
    with pytest.raises(NotCommitted, match=r"The stamp of .*, step0003 -> step0001, was not"):
        command.stamp(Config(steps.ini), "step0001")
    assert heads(postgres_url) == ["step0003"]


def test_two_databases_in_one_env_py(make_database: Callable[[str], str], steps: Project) -> None:
    first, second = make_database("postgres"), make_database("postgres")
    give_env_py(
        steps,
        f"""
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
with sa.create_engine({second!r}).connect() as other:
    other.execute(sa.text("SELECT 1"))
    context.configure(connection=other)
    with context.begin_transaction():
        context.run_migrations()
""",
    )
    message = message_of(steps, first)
    assert sa.engine.make_url(second).database in message
    assert sa.engine.make_url(first).database not in message
    assert (heads(first), heads(second)) == (["step0003"], [])


def test_tenants_by_a_search_path(postgres_url: str, steps: Project) -> None:
    """The lost run of the first tenant was taken for one that the second has repeated."""
    give_env_py(
        steps,
        """
for tenant in ("one", "two"):
    with connection.engine.connect() as other:
        other.execute(sa.text(f"CREATE SCHEMA {tenant}"))
        other.commit()
        other.execute(sa.text(f"SET search_path TO {tenant}"))
        if tenant == "two":
            other.commit()
        context.configure(connection=other)
        with context.begin_transaction():
            context.run_migrations()
""",
    )
    assert "call connection.commit() after statements" in message_of(steps, postgres_url)
    assert rows(postgres_url, "SELECT version_num FROM two.alembic_version") == [("step0003",)]


def test_tenants_by_an_argument(postgres_url: str, steps: Project) -> None:
    """The failed run of the first tenant was taken for one that the second has repeated."""
    give_env_py(steps, CAUGHT + 'run(tenant="two")')
    failing(steps, 1, 'if tenant == "one":\n        raise ValueError("no room")')
    for script in (steps.folder / "versions").glob("step*.py"):
        script.write_text(script.read_text().replace("upgrade():", "upgrade(tenant):"))
    assert "stopped in step0001 with ValueError: no room" in message_of(steps, postgres_url)


def test_behind_a_pooler_of_transactions(
    postgres_url: str, postgres_server: PostgresServer, steps: Project
) -> None:
    name = sa.engine.make_url(postgres_url).database
    with transaction_pooler(postgres_server, pool_size=2) as pooler:
        give_env_py(steps, STATEMENT_BEFORE)
        message_of(steps, f"{pooler}/{name}")
        assert heads(postgres_url) == []
        give_env_py(steps, AS_IT_SHOULD_BE)
        upgrade(steps, f"{pooler}/{name}")
    assert heads(postgres_url) == ["step0003"]


def test_the_command_line_ends_with_1(
    sqlite_url: str,
    steps: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    give_env_py(steps, STATEMENT_BEFORE)
    with pytest.raises(SystemExit) as raised:
        CommandLine().main(steps.command("upgrade", "head"))
    assert raised.value.code == 1
    assert "FAILED: The upgrade of sqlite" in capsys.readouterr().out
    # DDL of the first run is there: SQLite commits it.
    monkeypatch.setenv("DATABASE_URL", f"{sqlite_url}.second")
    monkeypatch.setenv("ALEMBIC_REQUIRE_COMMIT", "off")
    CommandLine().main(steps.command("upgrade", "head"))
    monkeypatch.setenv("DATABASE_URL", f"{sqlite_url}.third")
    monkeypatch.setenv("ALEMBIC_REQUIRE_COMMIT", "sometimes")
    # The setting is read first: with the work done it came too late.
    give_env_py(steps, "raise AssertionError")
    with pytest.raises(SystemExit) as raised:
        CommandLine().main(steps.command("upgrade", "head"))
    assert raised.value.code == 2
    assert "ALEMBIC_REQUIRE_COMMIT" in capsys.readouterr().out


LEFT_OPEN = """
import os
import sqlalchemy as sa
from alembic import context

connection = sa.create_engine(os.environ["DATABASE_URL"]).connect()
connection.execute(sa.text("SELECT 1"))
context.configure(connection=connection)


def migrate():
    with context.begin_transaction():
        context.run_migrations()


migrate()
"""


def test_a_connection_that_env_py_leaves_open(postgres_url: str, steps: Project) -> None:
    (steps.folder / "env.py").write_text(LEFT_OPEN)
    assert "call connection.commit() after statements" in message_of(steps, postgres_url)
    assert heads(postgres_url) == []
    # Somebody else may still commit what he has been given.
    given_away = "import sys\nsys.given_away = connection\n"
    (steps.folder / "env.py").write_text(LEFT_OPEN + given_away)
    upgrade(steps, postgres_url)
    with sys.__dict__.pop("given_away") as connection:
        connection.commit()
    assert heads(postgres_url) == ["step0003"]


def test_a_connection_that_env_py_leaves_open_on_the_command_line(
    sqlite_url: str, steps: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ended with exit code 0: what is noted for an explanation kept the connection."""
    monkeypatch.setattr(entry, "_is_command", True)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    (steps.folder / "env.py").write_text(LEFT_OPEN)
    with pytest.raises(SystemExit) as raised:
        CommandLine().main(steps.command("upgrade", "head"))
    assert raised.value.code == 1
