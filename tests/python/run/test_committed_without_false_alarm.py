"""A run whose work was committed, or is not ours to judge, ends without an error."""

from __future__ import annotations

import pathlib
import re
import sys

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from tests.locking.database import engine_for, rows
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
    # What is written twice within a second has the byte code of the first.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
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


def test_an_exception_that_cannot_say_what_it_is(sqlite_url: str, steps: Project) -> None:
    """What its text raised took its place."""
    script = steps.folder / "versions" / f"{steps.revisions[1]}.py"
    script.write_text(
        "class Mute(Exception):\n    def __str__(self):\n        raise LookupError\n\n\n"
        + script.read_text()
    )
    failing(steps, 2, "raise Mute")
    with pytest.raises(Exception) as raised:  # noqa: PT011
        upgrade(steps, sqlite_url)
    assert type(raised.value).__name__ == "Mute"


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
