"""Scripts that leave their transaction in an odd state: what they change is as under Alembic alone.

Each script is the second of three. Tables, version rows and exit code are compared with those of
a run with ALEMBIC_NATIVE=0, and what the log says of the lock has to be true.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from alembic_native.locking.errors import MigrationLockTimeout
from tests.locking.crowd import Crowd, Result
from tests.locking.database import engine_for, lock_held, lock_is_free, rows, state
from tests.locking.projects import Project

LOST = "The migration lock was lost during the run"

AUTOCOMMIT = """\
    with op.get_context().autocommit_block():
        op.execute("SELECT 1")
"""
FAILS = """\
    try:
        op.execute("SELECT * FROM missing")
    except sa.exc.DBAPIError:
        pass
"""

#: By name: the body, and whether the transaction in which the run began ends in it.
BODIES = {
    "commit within a savepoint, then an autocommit block that SQLAlchemy refuses": (
        """\
    try:
        with op.get_bind().begin_nested():
            op.get_bind().commit()
            with op.get_context().autocommit_block():
                op.execute("SELECT 1")
    except Exception:
        pass
""",
        True,
    ),
    "commit": ("    op.get_bind().commit()\n", True),
    "commit by hand": ('    op.execute("COMMIT")\n', True),
    "commit by hand, then a transaction by hand": (
        '    op.execute("COMMIT")\n    op.execute("BEGIN")\n',
        True,
    ),
    "commit by hand, then an autocommit block": (
        '    op.execute("COMMIT")\n' + AUTOCOMMIT,
        True,
    ),
    "commit in the driver": ("    op.get_bind().connection.commit()\n", True),
    "rollback": ("    op.get_bind().rollback()\n", True),
    "rollback by hand": ('    op.execute("ROLLBACK")\n', True),
    "a failed statement that is passed over": (FAILS, False),
    "a failed statement, then an autocommit block": (FAILS + AUTOCOMMIT, True),
    "a failed statement, then a rollback": (FAILS + "    op.get_bind().rollback()\n", True),
    "a failed statement within a savepoint": (
        """\
    try:
        with op.get_bind().begin_nested():
            op.execute("SELECT * FROM missing")
    except sa.exc.DBAPIError:
        pass
""",
        False,
    ),
    "a savepoint by hand": (
        '    op.execute("SAVEPOINT a")\n    op.execute("ROLLBACK TO SAVEPOINT a")\n',
        False,
    ),
    "a savepoint that is left open": ("    op.get_bind().begin_nested()\n", False),
    "an autocommit block": (AUTOCOMMIT, False),
    "an autocommit block within a savepoint": (
        """\
    with op.get_bind().begin_nested():
        with op.get_context().autocommit_block():
            op.execute("SELECT 1")
""",
        False,
    ),
    "an autocommit block that fails": (
        """\
    try:
        with op.get_context().autocommit_block():
            op.execute("SELECT * FROM missing")
    except sa.exc.DBAPIError:
        pass
""",
        False,
    ),
    "AUTOCOMMIT and back": (
        """\
    bind = op.get_bind()
    bind.commit()
    bind.execution_options(isolation_level="AUTOCOMMIT")
    bind.execute(sa.text("SELECT 1"))
    bind.commit()
    bind.execution_options(isolation_level="READ COMMITTED")
""",
        True,
    ),
}
#: Locks of the session are a matter of PostgreSQL.
GIVES_UP_ALL = '    op.execute("SELECT pg_advisory_unlock_all()")\n'


@pytest.fixture(scope="module")
def ours() -> Iterator[Crowd]:
    with Crowd() as crowd:
        yield crowd


@pytest.fixture(scope="module")
def theirs() -> Iterator[Crowd]:
    with Crowd(native=False) as crowd:
        yield crowd


MakeDatabase = Callable[[str], str]


class Comparison:
    """Runs a project with and without the overlay, each on an empty database of its own."""

    def __init__(self, ours: Crowd, theirs: Crowd, make_database: MakeDatabase) -> None:
        self._crowds = (ours, theirs)
        self._make_database = make_database

    def run(self, project: Project, kind: str) -> Result:
        """Our run, which has ended as theirs."""
        urls = [self._make_database(kind) for _ in self._crowds]
        command = project.command("upgrade", "head")
        [our_result], [their_result] = (
            crowd.run([command], {"DATABASE_URL": url})
            for crowd, url in zip(self._crowds, urls, strict=True)
        )
        assert our_result.exit_code == their_result.exit_code, our_result.output
        our_state, their_state = (state(url) for url in urls)
        assert our_state == their_state, our_result.output
        if kind != "sqlite":
            assert lock_is_free(urls[0])
        assert "exchanged" not in our_result.output
        return our_result


@pytest.fixture
def comparison(ours: Crowd, theirs: Crowd, make_database: MakeDatabase) -> Comparison:
    return Comparison(ours, theirs, make_database)


@pytest.mark.parametrize("per_migration", ["false", "true"])
@pytest.mark.parametrize("name", BODIES)
def test_on_postgres(
    name: str, per_migration: str, comparison: Comparison, tmp_path: pathlib.Path
) -> None:
    """A later migration was rolled back by the lock, and session None was said to have it."""
    body, ends_transaction = BODIES[name]
    options = {"transaction_per_migration": per_migration}
    result = comparison.run(Project(tmp_path / "project", 3, options, {2: body}), "postgres")
    if result.exit_code == 0:
        assert (LOST in result.output) == (ends_transaction and per_migration == "false")


@pytest.mark.parametrize("per_migration", ["false", "true"])
def test_all_locks_of_the_session_given_up(
    per_migration: str, comparison: Comparison, tmp_path: pathlib.Path
) -> None:
    """The sessions were said to have been exchanged by a pooler."""
    options = {"transaction_per_migration": per_migration}
    bodies = {2: GIVES_UP_ALL}
    result = comparison.run(Project(tmp_path / "project", 3, options, bodies), "postgres")
    assert result.exit_code == 0
    assert (LOST in result.output) == (per_migration == "true")


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
@pytest.mark.parametrize("name", BODIES)
def test_without_transactional_ddl(
    name: str, kind: str, comparison: Comparison, tmp_path: pathlib.Path
) -> None:
    """The statement that gives up the lock of MariaDB was refused by SQLAlchemy, and exit was 1."""
    body = BODIES[name][0]
    result = comparison.run(Project(tmp_path / "project", 3, bodies={2: body}), kind)
    assert LOST not in result.output


@pytest.mark.parametrize("per_migration", ["false", "true"])
@pytest.mark.parametrize("fails", ["    raise ValueError\n", '    op.execute("SELECT 1 / 0")\n'])
def test_an_env_py_that_passes_over_a_failed_run(
    fails: str, per_migration: str, comparison: Comparison, tmp_path: pathlib.Path
) -> None:
    """The lock was given up before the transaction that env.py commits."""
    options = {"transaction_per_migration": per_migration, "require_commit": "off"}
    project = Project(tmp_path / "project", 3, options, {2: AUTOCOMMIT, 3: fails})
    env = project.folder / "env.py"
    env.write_text(
        env.read_text().replace(
            "            connection.execute(sa.text(before))\n        context.run_migrations()\n",
            "            connection.execute(sa.text(before))\n"
            "        try:\n            context.run_migrations()\n"
            "        except Exception:\n            pass\n",
        )
    )
    assert comparison.run(project, "postgres").exit_code == 0


# ---- what was there before the run ---------------------------------------------------------------


@pytest.mark.parametrize("per_migration", [False, True])
def test_a_lock_that_is_not_to_be_had_takes_nothing_from_the_caller(
    database_kind: str, per_migration: bool, make_database: MakeDatabase, tmp_path: pathlib.Path
) -> None:
    """What the caller wrote before his savepoint was rolled back."""
    project = Project(tmp_path / "project", 2, {"migration_lock_timeout": "0.2"})
    url = make_database(database_kind)
    rows(url, "CREATE TABLE mine (id INTEGER)")
    with engine_for(url).connect() as connection, connection.begin():
        connection.execute(sa.text("INSERT INTO mine VALUES (1)"))
        with lock_held(url), pytest.raises(MigrationLockTimeout):
            upgrade_within_savepoint(project, connection, per_migration)
    assert rows(url, "SELECT id FROM mine") == [(1,)]
    assert state(url).tables == []


def upgrade_within_savepoint(
    project: Project, connection: sa.Connection, per_migration: bool
) -> None:
    config = Config(project.ini)
    script = ScriptDirectory.from_config(config)

    def to_head(heads: Any, _: Any) -> Any:
        return script._upgrade_revs("head", heads)

    with (
        connection.begin_nested(),
        EnvironmentContext(config, script, fn=to_head) as context,
    ):
        context.configure(connection=connection, transaction_per_migration=per_migration)
        with context.begin_transaction():
            context.run_migrations()
