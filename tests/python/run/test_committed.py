"""A run ends with an error where its work was not committed, and only there."""

from __future__ import annotations

import os
import pathlib
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
from tests.locking.database import engine_for, rows, state
from tests.locking.pgbouncer import transaction_pooler
from tests.locking.projects import Project
from tests.python.run.projects import AS_IT_SHOULD_BE, failing, give_env_py, upgrade
from tests.servers import PostgresServer

DRIVERS = {
    "sqlite": "sqlite",
    "psycopg2": "postgres",
    "psycopg": "postgres",
    "asyncpg": "postgres",
    "pg8000": "postgres",
    "pymysql": "mariadb",
    "mysqldb": "mariadb",
}


@pytest.fixture(params=DRIVERS)
def url(request: pytest.FixtureRequest, make_database: Callable[[str], str]) -> str:
    """An empty database, through each driver in turn."""
    made = sa.engine.make_url(make_database(DRIVERS[request.param]))
    if request.param != "sqlite":
        made = made.set(drivername=f"{made.get_backend_name()}+{request.param}")
    return made.render_as_string(hide_password=False)


@pytest.fixture
def any_url(database_kind: str, make_database: Callable[[str], str]) -> str:
    """An empty database of each kind in turn, through its usual driver."""
    return make_database(database_kind)


def heads(url: str) -> list[str]:
    plain = url.replace("+pg8000", "+psycopg2").replace("+psycopg:", "+psycopg2:")
    return state(plain).heads


def message_of(project: Project, url: str, revision: str = "head") -> str:
    """What the run ends with, which is the command line's kind of error."""
    with pytest.raises(CommandError) as raised:
        upgrade(project, url, revision)
    assert isinstance(raised.value, NotCommitted)
    return str(raised.value)


STATEMENT_BEFORE = """
connection.execute(sa.text("SELECT 1"))
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
"""
NO_TRANSACTION = """
context.configure(connection=connection)
context.run_migrations()
"""
EARLY_RETURN = """
transaction = connection.begin()
context.configure(connection=connection)
context.run_migrations()
if context.get_context().dialect.name:
    return
transaction.commit()
"""
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
    assert "call connection.commit() after statements" in message
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
    with pytest.raises(NotCommitted, match=r"The stamp of .* step0003 -> step0001"):
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


CAUGHT = """
def run(**tenant):
    with connection.engine.connect() as other:
        context.configure(connection=other)
        with context.begin_transaction():
            context.run_migrations(**tenant)

try:
    run(tenant="one")
except ValueError:
    pass
"""


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


# ---- no false alarm ------------------------------------------------------------------------------

FLASK_MIGRATE = """
def process_revision_directives(context, revision, directives):
    pass

with connection.engine.connect() as connection:
    context.configure(
        connection=connection, process_revision_directives=process_revision_directives
    )
    with context.begin_transaction():
        context.run_migrations()
"""
FINE = {
    "as it should be": AS_IT_SHOULD_BE,
    "a transaction for each": AS_IT_SHOULD_BE.replace(
        "(connection=connection", "(transaction_per_migration=True, connection=connection"
    ),
    "env.py commits": STATEMENT_BEFORE + "connection.commit()",
    "env.py begins": "with connection.begin():\n    "
    + AS_IT_SHOULD_BE.strip().replace("\n", "\n    "),
}
#: What only a database can do whose DDL is part of a transaction.
FINE_IN_ONE_TRANSACTION = {
    "within a savepoint": "with connection.begin():\n    with connection.begin_nested():\n        "
    + NO_TRANSACTION.strip().replace("\n", "\n        "),
    "done again after a failure": f"""
try:
    with connection.begin():
        context.configure(connection=connection)
        context.run_migrations()
        raise ValueError("once more")
except ValueError:
    pass
{AS_IT_SHOULD_BE}
""",
}


def test_work_that_is_committed(url: str, steps: Project) -> None:
    for body in FINE.values():
        give_env_py(steps, body)
        upgrade(steps, url)
        assert heads(url) == ["step0003"]
        upgrade(steps, url, "-3")


@pytest.mark.parametrize("body", FINE_IN_ONE_TRANSACTION.values(), ids=FINE_IN_ONE_TRANSACTION)
@pytest.mark.parametrize("driver", ["psycopg2", "asyncpg"])
def test_work_that_is_committed_as_a_whole(
    driver: str, body: str, postgres_url: str, steps: Project
) -> None:
    give_env_py(steps, body)
    upgrade(steps, postgres_url.replace("psycopg2", driver))
    assert heads(postgres_url) == ["step0003"]


def test_autocommit_needs_none(url: str, steps: Project) -> None:
    for body in (STATEMENT_BEFORE, NO_TRANSACTION, EARLY_RETURN):
        give_env_py(steps, body, options='"isolation_level": "AUTOCOMMIT"')
        upgrade(steps, url)
        assert heads(url) == ["step0003"]
        upgrade(steps, url, "-3")


def test_autocommit_of_the_driver(sqlite_url: str, steps: Project) -> None:
    give_env_py(steps, STATEMENT_BEFORE, options='"connect_args": {"isolation_level": None}')
    upgrade(steps, sqlite_url)
    assert heads(sqlite_url) == ["step0003"]


@pytest.mark.parametrize(
    "commit", ['connection.execute(sa.text("COMMIT"))', "connection.connection.commit()"]
)
def test_a_commit_beneath_sqlalchemy(commit: str, postgres_url: str, steps: Project) -> None:
    give_env_py(steps, STATEMENT_BEFORE + commit)
    upgrade(steps, postgres_url)
    assert heads(postgres_url) == ["step0003"]


def test_a_dry_run_that_rolls_back_itself(any_url: str, steps: Project) -> None:
    give_env_py(
        steps,
        """
context.configure(connection=connection)
with context.begin_transaction() as transaction:
    context.run_migrations()
    if hasattr(transaction, "rollback"):
        transaction.rollback()
""",
    )
    upgrade(steps, any_url)
    assert heads(any_url) == ([] if any_url.startswith("postgresql") else ["step0003"])


def test_another_process_has_done_what_was_missing(
    sqlite_url: str, steps: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ended with an error: a second run without steps was not seen."""
    meanwhile = """
with connection.begin():
    connection.execute(sa.text("UPDATE alembic_version SET version_num = '{}'"))
run()
"""
    script = steps.folder / "versions" / "step0002.py"
    source = script.read_text()
    failing(steps, 2, 'raise ValueError("no room")')
    give_env_py(steps, CAUGHT.replace('tenant="one"', "") + meanwhile.format("step0003"))
    upgrade(steps, sqlite_url)
    assert heads(sqlite_url) == ["step0003"]
    script.write_text(source + '    raise ValueError("no room")\n')
    give_env_py(steps, CAUGHT.replace('tenant="one"', "") + meanwhile.format("step0001"))
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    rows(sqlite_url, "CREATE TABLE table_3 (id INTEGER)")
    command.downgrade(Config(steps.ini), "step0001")
    assert heads(sqlite_url) == ["step0001"]


ROLLED_BACK = {
    "its transaction": """
with connection.begin() as transaction:
    context.configure(connection=connection)
    context.run_migrations()
    transaction.rollback()
""",
    "its connection": STATEMENT_BEFORE + "connection.rollback()",
    "its savepoint": """
with connection.begin():
    savepoint = connection.begin_nested()
    context.configure(connection=connection)
    context.run_migrations()
    savepoint.rollback()
""",
}


@pytest.mark.parametrize("driver", ["psycopg2", "asyncpg"])
def test_a_dry_run_in_a_transaction_of_env_py(
    driver: str, postgres_url: str, steps: Project
) -> None:
    """It ended with an error: an explicit rollback was taken for that of a close."""
    for body in ROLLED_BACK.values():
        give_env_py(steps, body)
        upgrade(steps, postgres_url.replace("psycopg2", driver))
        assert heads(postgres_url) == []


def test_an_outer_transaction_of_the_caller(any_url: str, steps: Project) -> None:
    """As test suites have it, which roll it back later."""
    (steps.folder / "env.py").write_text(
        "from alembic import context\n"
        "context.configure(connection=context.config.attributes['connection'])\n"
        "with context.begin_transaction():\n"
        "    context.run_migrations()\n"
    )
    config = Config(steps.ini)
    with sa.create_engine(any_url).connect() as connection:
        transaction = connection.begin()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert connection.in_transaction()
        transaction.rollback()
    assert heads(any_url) != ["step0003"]


def test_an_engine_without_transactions(mariadb_url: str, steps: Project) -> None:
    options = '"connect_args": {"init_command": "SET default_storage_engine = MyISAM"}'
    give_env_py(steps, STATEMENT_BEFORE, options)
    upgrade(steps, mariadb_url)
    assert heads(mariadb_url) == ["step0003"]


def test_env_py_that_raises(postgres_url: str, steps: Project) -> None:
    give_env_py(steps, STATEMENT_BEFORE + 'raise LookupError("mine")')
    with pytest.raises(LookupError, match="mine"):
        upgrade(steps, postgres_url)
    give_env_py(steps, STATEMENT_BEFORE + "raise SystemExit(3)")
    with pytest.raises(SystemExit):
        upgrade(steps, postgres_url)


@pytest.mark.parametrize("template", ["generic", "multidb", "pyproject", "async"])
def test_the_templates_of_alembic(
    template: str, sqlite_url: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    driver_url = sqlite_url.replace(
        "sqlite:", "sqlite+aiosqlite:" if template == "async" else "sqlite:"
    )
    config = Config(tmp_path / "alembic.ini", toml_file=tmp_path / "pyproject.toml")
    command.init(config, "migrations", template=template)
    ini = (tmp_path / "alembic.ini").read_text()
    count = iter(range(10))
    ini = re.sub(
        r"driver://\S+",
        lambda _: driver_url.replace(".db", f"{next(count)}.db"),
        ini,
    )
    (tmp_path / "alembic.ini").write_text(ini)
    command.revision(config, "one", rev_id="aaaa1")
    command.upgrade(config, "head")
    assert heads(sqlite_url.replace(".db", "0.db")) == ["aaaa1"]


# ---- nothing stays -------------------------------------------------------------------------------


def test_no_listener_stays_and_no_connection_is_kept(sqlite_url: str, steps: Project) -> None:
    (steps.folder / "env.py").write_text(
        "from alembic import context\n"
        "connection = context.config.attributes['connection']\n"
        "context.configure(connection=connection)\n"
        "with context.begin_transaction():\n"
        "    context.run_migrations()\n"
        "    context.config.attributes['during'] = len(connection.dispatch.commit)\n"
    )
    config = Config(steps.ini)
    with engine_for(sqlite_url).connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert config.attributes["during"] == 1
        assert len(connection.dispatch.commit) == 0
        command.upgrade(config, "head")
        assert config.attributes["during"] == 0
