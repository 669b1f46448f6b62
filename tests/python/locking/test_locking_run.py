"""When a run takes the lock, what it costs, and the hook for databases that have none."""

from __future__ import annotations

import json
import logging
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

import alembic_native
from alembic_native.locking import registry
from alembic_native.locking.errors import MigrationLockTimeout, MigrationLockUnavailable
from alembic_native.locking.key import effective_schema, migration_lock_key
from alembic_native.locking.mysql import LONGEST_NAME, lock_name
from tests.locking.database import State, engine_for, lock_held, rows, state, upgraded
from tests.locking.projects import Project

# ---- the name of the lock ------------------------------------------------------------------------


def test_the_key_never_changes() -> None:
    """Versions of this package that run at once have to find the same one."""
    assert migration_lock_key("public", "alembic_version") == 5590366122755272333
    assert migration_lock_key(None, "alembic_version") == -4220240363653958586
    assert lock_name("shop", "alembic_version") == "alembic-native:99d7bb77b7a2be6c:shop"


def test_the_key_can_be_found_in_sql(postgres_url: str) -> None:
    """As the documentation has it, for people who look into `pg_locks`."""
    text = (pathlib.Path(__file__).parents[3] / "docs" / "several-containers.md").read_text()
    statement = text.partition("```sql\n")[2].partition("```")[0].replace(":", "\\:")
    assert rows(postgres_url, statement) == [(migration_lock_key("public", "alembic_version"),)]


def test_keys_differ_by_schema_and_table() -> None:
    pairs = [("a", "bc"), ("ab", "c"), ("", "abc"), ("abc", ""), ("a", "b")]
    assert len({migration_lock_key(*pair) for pair in pairs}) == len(pairs)
    assert all(-(2**63) <= migration_lock_key(*pair) < 2**63 for pair in pairs)


def test_the_schema_is_the_one_that_sqlalchemy_translates_it_to() -> None:
    assert effective_schema(None, None) is None
    assert effective_schema("tenant", {"other": "north"}) == "tenant"
    assert effective_schema("tenant", {"tenant": "north"}) == "north"
    assert effective_schema(None, {None: "north"}) == "north"


def test_a_name_of_mysql_has_room_for_any_database() -> None:
    names = {lock_name("x" * 63 + letter, "alembic_version") for letter in "ab"}
    assert len(names) == 2
    assert all(len(name) <= LONGEST_NAME for name in names)
    assert lock_name("Shop", "alembic_version") == lock_name("shop", "alembic_version")


# ---- what is called, and when --------------------------------------------------------------------


def upgrade(project: Project, url: str, planner: Any = None, **options: Any) -> None:
    config = Config(project.ini)
    script = ScriptDirectory.from_config(config)

    def to_head(heads: Any, _: Any) -> Any:
        return script._upgrade_revs("head", heads)

    with (
        engine_for(url).connect() as connection,
        EnvironmentContext(config, script, fn=planner or to_head) as context,
    ):
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


def test_a_planning_function_of_ones_own_is_called_once(
    database_kind: str, make_database: Callable[[str], str], tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 3)
    url = make_database(database_kind)
    script = ScriptDirectory.from_config(Config(project.ini))
    calls = []

    def planner(heads: Any, _: Any) -> Any:
        calls.append(heads)
        return script._upgrade_revs("head", heads)

    upgrade(project, url, planner)
    assert calls == [()]
    upgrade(project, url, planner)
    assert calls == [(), ("step0003",)]


def test_it_is_called_again_when_the_heads_have_moved(
    postgres_url: str, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 4)
    script = ScriptDirectory.from_config(Config(project.ini))

    def first_two(heads: Any, _: Any) -> Any:
        return script._upgrade_revs("step0002", heads)

    upgrade(project, postgres_url, first_two)
    calls = []

    def planner(heads: Any, _: Any) -> Any:
        calls.append(heads)
        if len(calls) == 1:
            # Another run, in the time between planning and the lock. Its own connection.
            with engine_for(postgres_url).begin() as other:
                other.execute(sa.text("UPDATE alembic_version SET version_num = 'step0003'"))
        yield from script._upgrade_revs("head", heads)

    upgrade(project, postgres_url, planner)
    assert calls == [("step0002",), ("step0003",)]
    assert state(postgres_url).heads == ["step0004"]
    assert state(postgres_url).tables == ["table_1", "table_2", "table_4"]


def test_a_generator_runs_step_by_step(sqlite_url: str, tmp_path: pathlib.Path) -> None:
    project = Project(tmp_path / "project", 3)
    script = ScriptDirectory.from_config(Config(project.ini))
    upgrade(project, sqlite_url, lambda heads, _: script._upgrade_revs("step0001", heads))
    seen = []

    def planner(heads: Any, context: MigrationContext) -> Iterator[Any]:
        for step in script._upgrade_revs("head", heads):
            seen.append(context.get_current_heads())
            yield step
        seen.append(context.get_current_heads())

    upgrade(project, sqlite_url, planner)
    assert seen == [("step0001",), ("step0002",), ("step0003",)]


def test_stamping_without_an_environment_takes_the_lock(
    postgres_url: str, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 3)
    script = ScriptDirectory.from_config(Config(project.ini))
    with engine_for(postgres_url).connect() as connection:
        context = MigrationContext.configure(connection)
        with connection.begin():
            context.stamp(script, "head")
            assert len(rows(postgres_url, ADVISORY)) == 1
    assert rows(postgres_url, ADVISORY) == []
    assert state(postgres_url).heads == ["step0003"]


ADVISORY = "SELECT * FROM pg_locks WHERE locktype = 'advisory'"


def test_a_lock_is_registered_before_alembic_is_imported() -> None:
    """Importing our modules first ended in a circular import."""
    program = "import alembic_native as n; n.register_migration_lock('mssql', lambda _: None)"
    for start in (program, "import alembic_native.locking.errors, alembic.command"):
        subprocess.run([sys.executable, "-c", start], check=True)


def test_a_registered_lock_is_used(
    sqlite_url: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []

    class Registered(alembic_native.MigrationLock):
        def try_acquire(self, patience: float) -> bool:  # noqa: ARG002
            calls.append("try_acquire")
            return len(calls) > 2

        def release(self, succeeded: bool) -> None:
            calls.append(("release", succeeded))

    monkeypatch.setattr(registry, "_factories", dict(registry._factories))
    alembic_native.register_migration_lock("sqlite", Registered)
    project = Project(tmp_path / "project", 2)
    upgrade(project, sqlite_url)
    assert calls == ["try_acquire"] * 3 + [("release", True)]
    assert state(sqlite_url) == upgraded(project)

    calls.clear()
    with pytest.raises(ZeroDivisionError):
        upgrade(project, sqlite_url, lambda _, __: [1 / 0])
    assert calls == []


def test_a_database_of_a_kind_that_has_no_lock(
    sqlite_url: str,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(registry, "_factories", {})
    project = Project(tmp_path / "project", 2)
    with caplog.at_level(logging.DEBUG, "alembic.migration_lock"):
        upgrade(project, sqlite_url)
    [record] = [record for record in caplog.records if record.name == "alembic.migration_lock"]
    assert record.levelno == logging.DEBUG
    assert "No migration lock on this database (sqlite)" in record.getMessage()
    assert state(sqlite_url) == upgraded(project)


def test_who_requires_the_lock_does_not_go_without(
    sqlite_url: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database without a lock was upgraded as if nothing had been asked for."""
    monkeypatch.setattr(registry, "_factories", {})
    project = Project(tmp_path / "project", 2, {"migration_lock": "required"})
    with pytest.raises(MigrationLockUnavailable, match="no migration lock for this database"):
        upgrade(project, sqlite_url)
    assert state(sqlite_url) == State([], [], [])


@pytest.mark.parametrize(("setting", "code"), [("required", 255), ("on", 0)])
def test_who_requires_the_lock_is_told_when_it_is_not_active(
    sqlite_url: str, setting: str, code: int, tmp_path: pathlib.Path
) -> None:
    """With an Alembic that the lock does not fit there was a warning, and no error."""
    project = Project(tmp_path / "project", 2, {"migration_lock": setting})
    program = "from alembic_native.upstream import contract, known_files\n"
    program += "known_files.KNOWN_FILES.clear()\n"
    program += "contract.LOCK.called[contract.MIGRATION]['MigrationContext.renamed'] = 'self'\n"
    program += "import sys; from alembic.config import main; main(sys.argv[1:])"
    for arguments in (("upgrade", "head"), ("stamp", "head"), ("downgrade", "base")):
        run = subprocess.run(
            [sys.executable, "-c", program, *project.command(*arguments)],
            env={**os.environ, "DATABASE_URL": sqlite_url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == code, run.stderr
        assert "two runs on one database at once may collide" in run.stderr
    assert ("migration_lock is 'required'" in run.stdout + run.stderr) == (code != 0)
    # Who only reads is not concerned.
    run = subprocess.run(
        [sys.executable, "-c", program, *project.command("current")],
        env={**os.environ, "DATABASE_URL": sqlite_url},
        check=False,
    )
    assert run.returncode == 0


def test_mariadb_under_its_own_name(mariadb_url: str, tmp_path: pathlib.Path) -> None:
    project = Project(tmp_path / "project", 2, {"migration_lock_timeout": "0"})
    url = mariadb_url.replace("mysql+", "mariadb+")
    with lock_held(mariadb_url), pytest.raises(MigrationLockTimeout):
        upgrade(project, url)
    upgrade(project, url)
    assert state(mariadb_url) == upgraded(project)


# ---- the cost when there is nothing to do --------------------------------------------------------

COUNT = """
import json, sys
import sqlalchemy as sa
from alembic.config import main
statements = []
sa.event.listen(sa.Engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
main(sys.argv[1:])
print(json.dumps(statements))
"""


def statements(native: str, url: str, arguments: list[str]) -> list[str]:
    result = subprocess.run(
        [sys.executable, "-c", COUNT, *arguments],
        env={**os.environ, "ALEMBIC_NATIVE": native, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(result.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("arguments", [("upgrade", "head"), ("stamp", "head"), ("current",)])
def test_nothing_to_do_sends_the_statements_of_upstream(
    database_kind: str,
    arguments: tuple[str, ...],
    make_database: Callable[[str], str],
    tmp_path: pathlib.Path,
) -> None:
    project = Project(tmp_path / "project", 3)
    url = make_database(database_kind)
    upgrade(project, url)
    words = project.command(*arguments)
    assert statements("1", url, words) == statements("0", url, words)


def test_nothing_to_do_on_an_empty_version_table_sends_one_more_at_most(
    database_kind: str, make_database: Callable[[str], str], tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 3)
    url = make_database(database_kind)
    words = project.command("downgrade", "base")
    statements("0", url, words)
    assert len(statements("1", url, words)) <= len(statements("0", url, words)) + 1


def test_the_command_by_its_function_takes_the_lock_too(
    postgres_url: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    project = Project(tmp_path / "project", 2, {"migration_lock_timeout": "0"})
    from alembic.util import CommandError

    with lock_held(postgres_url), pytest.raises(CommandError, match="held the migration lock"):
        command.upgrade(Config(project.ini), "head")
