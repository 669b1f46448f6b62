"""``alembic wait`` in many pods while a migration runs: it neither disturbs it nor hangs on it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.alembic_command import Running, alembic, running
from tests.locking.projects import Project
from tests.postgres_administrator import NATIVE_SESSIONS, Administrator
from tests.servers import PostgresServer

WAITING = 3
TABLE = "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)"
#: What a SELECT takes: the tables and indexes it reads, and the number of its own transaction.
LOCKS_OF_A_SELECT = {("relation", "AccessShareLock"), ("virtualxid", "ExclusiveLock")}


@pytest.fixture(scope="module")
def quiet_server() -> Iterator[PostgresServer]:
    """A server that does nothing by itself: what is counted there was asked for."""
    with PostgresServer(["autovacuum = off"]) as server:
        assert isinstance(server, PostgresServer)
        yield server


@pytest.fixture
def url(quiet_server: PostgresServer) -> Iterator[str]:
    yield quiet_server.create_database("shop")
    quiet_server.drop_database("shop")


@pytest.fixture
def migration(url: str) -> Iterator[Administrator]:
    """The session of a migration, which has a version table at the first of three scripts."""
    administrator = Administrator(url)
    administrator.execute(f"{TABLE}; INSERT INTO alembic_version VALUES ('step0001')")
    yield administrator
    administrator.close()


@pytest.fixture
def watcher(url: str, migration: Administrator) -> Iterator[Administrator]:
    """A session beside the migration, from when the table is there."""
    assert migration is not None
    administrator = Administrator(url)
    yield administrator
    administrator.close()


@contextlib.contextmanager
def waiting_processes(steps: Project, url: str) -> Iterator[list[Running]]:
    words = steps.command("wait", "--timeout", "600", "--url", url)
    with contextlib.ExitStack() as processes:
        started = [
            processes.enter_context(running(*words, folder=steps.folder)) for _ in range(WAITING)
        ]
        for process in started:
            process.lines_until("still to run")
        yield started


class Watch:
    """What the server shows of the waiting processes, sampled again and again."""

    def __init__(self, watcher: Administrator) -> None:
        self._watcher = watcher
        self._own = 0
        self._before = self._counted()
        self.pids: set[int] = set()
        self.locks: set[tuple[str, str]] = set()
        self.idle: set[tuple[int, bool]] = set()
        self.transaction_ids: set[str | None] = set()

    def until(self, transactions: int) -> None:
        """Sample until the waiting processes have ended so many transactions together."""
        while self.transactions < transactions:
            for pid, state, start, xid in self._ask(
                f"SELECT pid, state, xact_start, backend_xid {NATIVE_SESSIONS}"
            ):
                self.pids.add(pid)
                self.transaction_ids.add(xid)
                if state == "idle":
                    self.idle.add((pid, start is None))
            self.locks |= locks_of_native_sessions(self._ask)
            time.sleep(0.005)

    @property
    def transactions(self) -> int:
        return self._counted()[0] - self._before[0] - self._own

    @property
    def rows_written(self) -> int:
        return self._counted()[1] - self._before[1]

    @property
    def transaction_ids_used(self) -> int:
        return self._counted()[2] - self._before[2]

    def _counted(self) -> tuple[int, int, int]:
        """Transactions ended and rows written in this database, and the next transaction id."""
        (counted,) = self._ask(
            "SELECT xact_commit + xact_rollback, tup_inserted + tup_updated + tup_deleted, "
            "txid_snapshot_xmax(txid_current_snapshot()) "
            "FROM pg_stat_database WHERE datname = 'shop'"
        )
        return counted  # type: ignore[return-value]

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        self._own += 1
        return self._watcher.execute(sql)


def locks_of_native_sessions(ask: Callable[[str], list[tuple[Any, ...]]]) -> set[tuple[str, str]]:
    sessions = f"SELECT pid {NATIVE_SESSIONS}"
    return set(ask(f"SELECT locktype, mode FROM pg_locks WHERE pid IN ({sessions})"))


def test_it_takes_no_lock_and_writes_nothing(
    steps: Project, url: str, migration: Administrator, watcher: Administrator
) -> None:
    with (
        migration.transaction("CREATE TABLE shelf (id int); INSERT INTO shelf VALUES (1)"),
        waiting_processes(steps, url),
    ):
        watch = Watch(watcher)
        watch.until(transactions=20 * WAITING)
        assert len(watch.pids) == WAITING, "one connection for all inspections of a process"
        assert watch.locks <= LOCKS_OF_A_SELECT
        assert watch.transaction_ids == {None}
        assert watch.rows_written == 0
        assert watch.transaction_ids_used == 0
        # Between two inspections no transaction is open.
        assert watch.idle == {(pid, True) for pid in watch.pids}


def test_a_migration_that_needs_the_table_for_itself_is_not_held_up(
    steps: Project, url: str, migration: Administrator
) -> None:
    with waiting_processes(steps, url) as waiting:
        migration.execute("SET lock_timeout = '30s'; ALTER TABLE alembic_version ADD x int")
        migration.execute("UPDATE alembic_version SET version_num = 'step0003'")
        assert [process.end()[0] for process in waiting] == [0] * WAITING


def test_while_a_migration_holds_the_table(
    steps: Project, url: str, migration: Administrator, watcher: Administrator
) -> None:
    """The timeout holds, although the inspection waits for the table."""
    with waiting_processes(steps, url) as waiting:
        with migration.transaction(
            "LOCK TABLE alembic_version; UPDATE alembic_version SET version_num = 'step0003'"
        ):
            while watcher.native_sessions("wait_event_type = 'Lock'") < WAITING:
                time.sleep(0.01)
            assert locks_of_native_sessions(watcher.execute) == LOCKS_OF_A_SELECT
            for timeout in "1", "3":
                words = steps.command("wait", "--timeout", timeout, "--url", url)
                answer = alembic(*words, folder=steps.folder)
                assert answer.exit_code == 1
                assert f"Gave up after {timeout} s. PostgreSQL at " in answer.stdout
                assert "canceling statement due to statement timeout" in answer.stdout
        assert [process.end()[0] for process in waiting] == [0] * WAITING


def test_through_env_py_while_a_migration_holds_the_table(
    steps: Project, url: str, migration: Administrator
) -> None:
    """A driver that waited for a lock was waited for, whatever the timeout was."""
    with migration.transaction("LOCK TABLE alembic_version"):
        words = steps.command("wait", "--timeout", "1")
        answer = alembic(*words, folder=steps.folder, DATABASE_URL=url)
        assert answer.exit_code == 1
        assert "Gave up after 1 s. The database has not answered" in answer.stdout
