"""A run that finds the lock taken: it says who has it, waits, gives up in time, can be stopped."""

from __future__ import annotations

import dataclasses
import itertools
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from alembic_native.locking import waiting
from alembic_native.locking.errors import MigrationLockTimeout
from alembic_native.locking.lock_file import give_up, lock_file, take
from alembic_native.printable import printable
from tests.locking.crowd import Crowd
from tests.locking.database import (
    State,
    engine_for,
    lock_held,
    lock_is_free,
    rows,
    state,
    upgraded,
)
from tests.locking.projects import Project

EMPTY = State([], [], [])
#: EX_TEMPFAIL of sysexits.h.
TIMED_OUT = 75
#: As for an option that argparse refuses.
WRONG_SETTING = 2
WAITING = "Another migration run is at work, waiting for it: "


@dataclasses.dataclass
class Run:
    """One `alembic` command in a process of its own, with its output in a file."""

    project: Project
    url: str
    arguments: tuple[str, ...] = ("upgrade", "head")
    environment: dict[str, str] = dataclasses.field(default_factory=dict)

    def start(self) -> Run:
        self._file = (self.project.folder / "output").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "alembic", *self.project.command(*self.arguments)],
            env={**os.environ, "DATABASE_URL": self.url, **self.environment},
            stdout=self._file,
            stderr=subprocess.STDOUT,
        )
        return self

    def wait(self) -> int:
        """The exit code."""
        code = self._process.wait(120)
        self._file.close()
        return code

    @property
    def output(self) -> str:
        return (self.project.folder / "output").read_text()

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + 60
        while text not in self.output:
            assert self._process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.02)

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)


@pytest.fixture
def database_url(database_kind: str, make_database: Callable[[str], str]) -> str:
    url = make_database(database_kind)
    # SQLite makes the file at the first connection.
    rows(url, "SELECT 1")
    return url


def test_it_says_who_has_the_lock_and_goes_on_when_it_is_free(
    database_url: str, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 3)
    with lock_held(database_url) as holder:
        run = Run(project, database_url).start()
        run.wait_for(WAITING + holder)
        assert state(database_url) == EMPTY
    assert run.wait() == 0
    assert state(database_url) == upgraded(project)
    assert run.output.count(WAITING) == 1


def test_it_times_out(database_url: str, tmp_path: pathlib.Path) -> None:
    project = Project(tmp_path / "project", 3, {"migration_lock_timeout": "1.5"})
    with lock_held(database_url) as holder:
        run = Run(project, database_url).start()
        assert run.wait() == TIMED_OUT
        assert (
            "FAILED: Timed out: another migration run has held the migration lock for 1.5 s"
            in run.output
        )
        assert holder in run.output.partition("FAILED")[2]
        assert "Traceback" not in run.output
        assert state(database_url) == EMPTY


def test_with_no_patience_it_gives_up_at_once(database_url: str, tmp_path: pathlib.Path) -> None:
    project = Project(tmp_path / "project", 3, {"migration_lock_timeout": "0"})
    with lock_held(database_url):
        run = Run(project, database_url).start()
        assert run.wait() == TIMED_OUT
        assert WAITING not in run.output


@pytest.mark.parametrize("way", ["ini", "environment"])
def test_switched_off_it_does_not_wait(database_url: str, way: str, tmp_path: pathlib.Path) -> None:
    project = Project(tmp_path / "project", 3, {"migration_lock": "off"} if way == "ini" else {})
    environment = {"ALEMBIC_MIGRATION_LOCK": "off"} if way == "environment" else {}
    with lock_held(database_url):
        run = Run(project, database_url, environment=environment).start()
        assert run.wait() == 0
    assert state(database_url) == upgraded(project)


def test_the_environment_wins_over_the_file(sqlite_url: str, tmp_path: pathlib.Path) -> None:
    rows(sqlite_url, "SELECT 1")
    options = {"migration_lock": "off", "migration_lock_timeout": "0"}
    project = Project(tmp_path / "project", 3, options)
    with lock_held(sqlite_url):
        run = Run(project, sqlite_url, environment={"ALEMBIC_MIGRATION_LOCK": "on"}).start()
        assert run.wait() == TIMED_OUT
        run = Run(project, sqlite_url, environment={"ALEMBIC_MIGRATION_LOCK": "maybe"}).start()
        assert run.wait() == WRONG_SETTING
    assert "the environment variable ALEMBIC_MIGRATION_LOCK is 'maybe'" in run.output


def test_the_timeout_of_the_environment_wins_over_the_file(
    sqlite_url: str, tmp_path: pathlib.Path
) -> None:
    """ALEMBIC_MIGRATION_LOCK_TIMEOUT was ignored."""
    rows(sqlite_url, "SELECT 1")
    project = Project(tmp_path / "project", 3, {"migration_lock_timeout": "600"})
    with lock_held(sqlite_url):
        run = Run(project, sqlite_url, environment={"ALEMBIC_MIGRATION_LOCK_TIMEOUT": "0"}).start()
        assert run.wait() == TIMED_OUT
        soon = {"ALEMBIC_MIGRATION_LOCK_TIMEOUT": "soon"}
        run = Run(project, sqlite_url, environment=soon).start()
        assert run.wait() == WRONG_SETTING
    assert "the environment variable ALEMBIC_MIGRATION_LOCK_TIMEOUT is 'soon'" in run.output


def test_nothing_to_do_does_not_wait(database_url: str, tmp_path: pathlib.Path) -> None:
    project = Project(tmp_path / "project", 3)
    assert Run(project, database_url).start().wait() == 0
    with lock_held(database_url):
        for arguments in (("upgrade", "head"), ("stamp", "head"), ("current",), ("history", "-i")):
            run = Run(project, database_url, arguments).start()
            assert run.wait() == 0
            assert "migration_lock" not in run.output


def test_offline_mode_needs_no_lock(postgres_url: str, tmp_path: pathlib.Path) -> None:
    project = Project(tmp_path / "project", 3)
    with lock_held(postgres_url):
        run = Run(project, postgres_url, ("upgrade", "head", "--sql")).start()
        assert run.wait() == 0
    assert "advisory" not in run.output


def test_an_interrupt_ends_the_wait_and_leaves_no_lock(
    database_url: str, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 3)
    with lock_held(database_url):
        run = Run(project, database_url).start()
        run.wait_for(WAITING)
        run.send(signal.SIGINT)
        assert run.wait() == -signal.SIGINT
        assert "KeyboardInterrupt" in run.output
    assert state(database_url) == EMPTY
    # Free again: the next one gets it without a wait.
    again = Run(project, database_url).start()
    assert again.wait() == 0
    assert WAITING not in again.output


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg"])
def test_an_interrupt_ends_the_wait_for_a_lock_of_the_session(
    postgres_url: str, driver: str, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 3, {"transaction_per_migration": "true"})
    with lock_held(postgres_url):
        run = Run(project, postgres_url.replace("psycopg2", driver)).start()
        run.wait_for(WAITING)
        run.send(signal.SIGINT)
        assert run.wait() == -signal.SIGINT
        assert "KeyboardInterrupt" in run.output
    assert lock_is_free(postgres_url)
    assert state(postgres_url) == EMPTY


def test_it_says_again_and_again_at_growing_intervals(
    sqlite_url: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock on which only the pauses between the tries take time."""
    now = 0.0

    def sleep(_: object, seconds: float) -> None:
        nonlocal now
        now += seconds

    reports = []
    monkeypatch.setattr(waiting.time, "monotonic", lambda: now)
    monkeypatch.setattr(waiting, "_sleep", sleep)
    monkeypatch.setattr(waiting.log, "info", lambda *_: reports.append(now))
    rows(sqlite_url, "SELECT 1")
    with lock_held(sqlite_url), engine_for(sqlite_url).connect() as connection:
        context = MigrationContext.configure(connection)
        with pytest.raises(MigrationLockTimeout, match="held the migration lock for 900 s"):
            context.stamp(ScriptDirectory(Project(tmp_path / "project", 1).folder), "head")
    assert len(reports) == 8
    intervals = [later - earlier for earlier, later in itertools.pairwise(reports)]
    assert intervals == sorted(intervals)


def test_what_a_role_may_not_see_of_the_holder_is_left_out(
    postgres_url: str, tmp_path: pathlib.Path
) -> None:
    """It was told as a client "on a local socket" and "in no transaction"."""
    rows(postgres_url, "CREATE ROLE sees_little LOGIN")
    try:
        project = Project(tmp_path / "project", 1, {"migration_lock_timeout": "0"})
        with lock_held(postgres_url) as holder:
            run = Run(project, postgres_url.replace("postgres@", "sees_little@")).start()
            assert run.wait() == TIMED_OUT
        pid = holder.partition(",")[0]
        assert f": {pid}, application the test, user postgres. No script was run" in run.output
    finally:
        rows(postgres_url, "DROP ROLE sees_little")


UNSEEN = ["pg_locks", "pg_stat_activity", "pg_database"]


@pytest.fixture(params=UNSEEN)
def sees_not(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[str]:
    """The URL of an ordinary role, in a database that hides one of the views from it."""
    view = request.param
    rows(postgres_url, f"REVOKE SELECT ON {view} FROM PUBLIC")
    rows(postgres_url, "CREATE ROLE sees_not LOGIN")
    rows(postgres_url, "GRANT ALL ON SCHEMA public TO sees_not")
    try:
        yield postgres_url.replace("postgres@", "sees_not@")
    finally:
        rows(postgres_url, "DROP OWNED BY sees_not CASCADE")
        rows(postgres_url, "DROP ROLE sees_not")


@pytest.mark.parametrize("per_migration", ["false", "true"])
@pytest.mark.parametrize("before", ["", "SELECT 1"])
def test_a_role_that_may_not_see_the_locks_of_others(
    sees_not: str, postgres_url: str, per_migration: str, before: str, tmp_path: pathlib.Path
) -> None:
    """Permission denied for view pg_locks: exit 1, also with nobody else at work."""
    options = {"transaction_per_migration": per_migration, "before": before}
    project = Project(tmp_path / "project", 3, options)
    with lock_held(postgres_url):
        run = Run(project, sees_not).start()
        run.wait_for(WAITING)
    assert run.wait() == 0, run.output
    assert state(postgres_url) == upgraded(project)
    assert "lost" not in run.output


@pytest.mark.parametrize("per_migration", ["false", "true"])
def test_three_runs_of_a_role_that_may_not_see_the_locks_of_others(
    sees_not: str, postgres_url: str, per_migration: str, tmp_path: pathlib.Path
) -> None:
    """Two of them failed."""
    project = Project(tmp_path / "project", 3, {"transaction_per_migration": per_migration})
    with Crowd() as crowd:
        results = crowd.run([project.command("upgrade", "head")] * 3, {"DATABASE_URL": sees_not})
    assert [result.exit_code for result in results] == [0, 0, 0], results
    assert state(postgres_url) == upgraded(project)


IDLE_TIMEOUTS = [
    ("idle_session_timeout", {}),
    ("idle_session_timeout", {"transaction_per_migration": "true"}),
    ("idle_in_transaction_session_timeout", {"before": "SELECT 1"}),
]


@pytest.mark.parametrize(("setting", "options"), IDLE_TIMEOUTS)
def test_a_waiter_outlives_the_timeouts_of_postgres_for_idle_sessions(
    postgres_url: str, setting: str, options: dict[str, str], tmp_path: pathlib.Path
) -> None:
    """It was disconnected between two tries: the pause between them grows to a second."""
    name = postgres_url.rpartition("/")[2]
    project = Project(tmp_path / "project", 3, options)
    with lock_held(postgres_url):
        rows(postgres_url, f"ALTER DATABASE {name} SET {setting} = '600ms'")
        run = Run(project, postgres_url).start()
        run.wait_for(WAITING)
        time.sleep(3)
        rows(postgres_url, f"ALTER DATABASE {name} RESET {setting}")
    assert run.wait() == 0, run.output
    assert state(postgres_url) == upgraded(project)


@pytest.mark.parametrize(
    "setting", ["wait_timeout = 2", "idle_transaction_timeout = 2", "max_statement_time = 0.3"]
)
def test_a_waiter_outlives_the_timeouts_of_mariadb(
    mariadb_url: str, setting: str, tmp_path: pathlib.Path
) -> None:
    """Waiting for the lock is a statement there, and was ended by max_statement_time."""
    project = Project(tmp_path / "project", 3)
    with lock_held(mariadb_url):
        name, _, value = setting.partition(" = ")
        [(before,)] = rows(mariadb_url, f"SELECT @@GLOBAL.{name}")
        rows(mariadb_url, f"SET GLOBAL {name} = {value}")
        try:
            run = Run(project, mariadb_url).start()
            run.wait_for(WAITING)
            time.sleep(3)
        finally:
            rows(mariadb_url, f"SET GLOBAL {name} = {before}")
    assert run.wait() == 0, run.output
    assert state(mariadb_url) == upgraded(project)


def test_what_the_holder_says_of_itself_is_shown_and_not_obeyed(
    postgres_url: str, sqlite_url: str, tmp_path: pathlib.Path
) -> None:
    """The name of an application could write lines of its own into the log, and to the terminal."""
    lines = "a\nINFO  [alembic] done\x9d0;title\x07"
    shown = printable(lines)
    assert shown.isprintable()
    project = Project(tmp_path / "project", 1, {"migration_lock_timeout": "0"})
    rows(sqlite_url, "SELECT 1")
    lock_file_of_test = take(lock_file(sqlite_url.removeprefix("sqlite:///")), lines)
    assert lock_file_of_test is not None
    run = Run(project, sqlite_url).start()
    assert run.wait() == TIMED_OUT
    assert shown in run.output
    give_up(lock_file_of_test)

    class Holder(waiting.MigrationLock):
        def try_acquire(self, patience: float) -> bool:  # noqa: ARG002
            return False

        def release(self, succeeded: bool) -> None: ...

        def holder(self) -> str:
            return lines

    with engine_for(postgres_url).connect() as connection:
        context = MigrationContext.configure(connection)
        with pytest.raises(MigrationLockTimeout, match=re.escape(shown)):
            waiting.acquire(Holder(context), 0)


HOLDS_ON_AFTER_A_TABLE = """\
    op.create_table("table_2", sa.Column("id", sa.Integer, primary_key=True))
    if os.environ.get("HOLD_ON"):
        open({flag!r}, "w").close()
        op.execute("SELECT pg_sleep(60)")
"""

HOLDS_ON_BEFORE_A_TABLE = """\
    if os.environ.get("HOLD_ON"):
        open({flag!r}, "w").close()
        op.execute("SELECT SLEEP(60)")
    op.create_table("table_2", sa.Column("id", sa.Integer, primary_key=True))
"""


def holder_is_ended(
    url: str, folder: pathlib.Path, body: str, options: dict[str, str], names_it: str, end: str
) -> Run:
    """A run that holds the lock while another one waits, and whose connection the server ends.

    ``body`` is the second of three scripts, ``names_it`` matches how the waiter names the
    connection, ``end`` is the statement that ends it. The waiter must then upgrade; the holder
    is returned, which must have failed.
    """
    flag = folder / "holds"
    bodies = {2: body.format(flag=str(flag))}
    first, second = (Project(folder / name, 3, options, bodies) for name in ("first", "second"))
    holder = Run(first, url, environment={"HOLD_ON": "1"}).start()
    while not flag.exists():
        assert holder._process.poll() is None, holder.output
        time.sleep(0.02)
    waiter = Run(second, url).start()
    waiter.wait_for(WAITING)
    found = re.search(WAITING + names_it, waiter.output)
    assert found is not None
    rows(url, end.format(found[1]))

    assert holder.wait() == 1
    assert waiter.wait() == 0
    assert state(url) == upgraded(second)
    return holder


@pytest.mark.parametrize("per_migration", ["true", "false"])
def test_the_server_ends_the_connection_of_the_holder(
    postgres_url: str, per_migration: str, tmp_path: pathlib.Path
) -> None:
    holder = holder_is_ended(
        postgres_url,
        tmp_path,
        HOLDS_ON_AFTER_A_TABLE,
        {"transaction_per_migration": per_migration},
        r"pid (\d+)",
        "SELECT pg_terminate_backend({})",
    )
    assert "SELECT pg_sleep(60)" in holder.output
    assert "WARN" not in holder.output


def test_mariadb_ends_the_connection_of_the_holder(
    mariadb_url: str, tmp_path: pathlib.Path
) -> None:
    holder = holder_is_ended(
        mariadb_url, tmp_path, HOLDS_ON_BEFORE_A_TABLE, {}, r"connection (\d+)", "KILL {}"
    )
    assert "SELECT SLEEP(60)" in holder.output


def test_a_waiter_that_hinders_the_holder_stops(postgres_url: str, tmp_path: pathlib.Path) -> None:
    """Its env.py has read a table in the transaction, and the holder wants to alter that table."""
    rows(postgres_url, "CREATE TABLE note (text VARCHAR(20))")
    project = Project(tmp_path / "project", 3, {"before": "SELECT * FROM note"})
    engine = engine_for(postgres_url)
    with engine.connect() as holder:
        from alembic_native.locking.key import migration_lock_key

        key = migration_lock_key("public", "alembic_version")
        holder.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
        run = Run(project, postgres_url).start()
        run.wait_for(WAITING)
        alter = threading.Thread(
            target=holder.execute, args=(sa.text("ALTER TABLE note ADD COLUMN author INTEGER"),)
        )
        alter.start()
        assert run.wait() not in (0, TIMED_OUT)
        alter.join(60)
        assert not alter.is_alive()
        holder.commit()
    assert "the run that holds it waits for the transaction of this one: pid" in run.output
    assert state(postgres_url) == EMPTY


def test_tenants_in_schemas_of_their_own_do_not_wait_for_each_other(
    postgres_url: str, tmp_path: pathlib.Path
) -> None:
    rows(postgres_url, "CREATE SCHEMA north")
    rows(postgres_url, "CREATE SCHEMA south")
    with lock_held(postgres_url):
        for place, option in enumerate(({"tenant": "north"}, {"version_table_schema": "south"})):
            project = Project(tmp_path / f"project{place}", 2, option)
            run = Run(project, postgres_url).start()
            assert run.wait() == 0, run.output
        # The same place by two names is the same lock.
        waits = Project(
            tmp_path / "same", 2, {"version_table_schema": "public", "migration_lock_timeout": "0"}
        )
        assert Run(waits, postgres_url).start().wait() == TIMED_OUT


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("migration_lock", "maybe"),
        ("migration_lock_timeout", "soon"),
        ("migration_lock_timeout", "-1"),
        ("migration_lock_timeout", "nan"),
    ],
)
def test_a_setting_that_is_none_is_refused(
    sqlite_url: str, option: str, value: str, tmp_path: pathlib.Path
) -> None:
    run = Run(Project(tmp_path / "project", 2, {option: value}), sqlite_url).start()
    assert run.wait() == WRONG_SETTING
    assert f"FAILED: {option} is '{value}', and has to be" in run.output
    assert state(sqlite_url) == EMPTY


@pytest.mark.parametrize(("lines", "code"), [("migration_lock_timeout = 0", TIMED_OUT),
                                             ("migration_lock = false", 0),
                                             ('migration_lock = "off"', 0)])  # fmt: skip
def test_settings_in_pyproject(
    postgres_url: str, lines: str, code: int, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 2)
    toml = project.folder / "pyproject.toml"
    toml.write_text(f'[tool.alembic]\nscript_location = "%(here)s"\n{lines}\n')
    project.ini.write_text(project.ini.read_text().replace("script_location", "# script_location"))
    with lock_held(postgres_url):
        run = subprocess.run(
            [sys.executable, "-m", "alembic", "-c", project.ini, "upgrade", "head"],
            cwd=project.folder,
            env={**os.environ, "DATABASE_URL": postgres_url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == code, run.stderr
