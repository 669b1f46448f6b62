"""SQLite: a lock file per database file; ``lock_file.py`` says where it is.

It keeps the processes of one user on one machine apart. Where it cannot be made, a warning says so
and the run goes on without it, unless the project requires the lock. A run within another one has
that one's lock. A database in memory belongs to one process, and its runs need no lock.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from alembic_native.locking.driver_errors import is_sqlite_locked
from alembic_native.locking.environments import Participant, is_within, participant
from alembic_native.locking.errors import MigrationLockUnavailable, run_again
from alembic_native.locking.key import effective_schema
from alembic_native.locking.lock import MigrationLock, log
from alembic_native.locking.lock_file import give_up, lock_file, read_note, take
from alembic_native.locking.statements import end_driver_transaction, one_row
from alembic_native.printable import printable

if TYPE_CHECKING:
    from pathlib import Path

    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import Connection
    from sqlalchemy.exc import DBAPIError


def make_lock(context: MigrationContext) -> MigrationLock:
    """The lock of the file that the version table lies in."""
    connection = context.connection
    assert connection is not None
    schema = effective_schema(
        context.version_table_schema,
        connection.get_execution_options().get("schema_translate_map"),
    )
    path = _database_file(connection, schema or "main")
    return SQLiteLock(context, path) if path else InMemory(context)


#: Who has the lock of which database file; with the process, because a fork has none of them.
_holders: dict[str, tuple[int, Participant]] = {}


class InMemory(MigrationLock):
    """Nobody else sees the database, and the threads of this process are kept apart."""

    def try_acquire(self, patience: float) -> bool:  # noqa: ARG002
        return True

    def release(self, succeeded: bool) -> None: ...


class SQLiteLock(MigrationLock):
    """The lock for the database file at ``path``."""

    def __init__(self, context: MigrationContext, path: str) -> None:
        super().__init__(context)
        self._database = os.path.realpath(path)
        self._path_of_lock: Path | None = None
        self._descriptor: int | None = None
        process, holder = _holders.get(self._database, (None, None))
        self._is_within_another = (
            process == os.getpid() and holder is not None and is_within(participant(), holder)
        )
        self._goes_without = False
        self._begin_again = False
        self._had_to_wait = False

    def prepare(self) -> None:
        # A transaction that has read hinders the holder's commit, and sees what it has read.
        if self._is_in_transaction() and not self.is_in_transaction_of_caller:
            end_driver_transaction(self.connection, commit=not self.owns_transaction)
            self._begin_again = not self._is_in_transaction()

    def try_acquire(self, patience: float) -> bool:  # noqa: ARG002
        if self._is_within_another:
            return True
        if self._descriptor is None and not self._goes_without:
            self._take_file_if_possible()
        is_taken = self._has_file and self._nobody_writes()
        self._had_to_wait = self._had_to_wait or not is_taken
        return is_taken

    def holder(self) -> str | None:
        if self._has_file:
            return f"a transaction that has written to {self._database} and is still open"
        assert self._path_of_lock is not None
        note = read_note(self._path_of_lock)
        if note is None:
            return None
        # Who has just taken it writes the note next.
        return f"{note or 'it has just started'} ({self._database})"

    def current_heads(self) -> tuple[str, ...]:
        if self._had_to_wait and self.is_in_transaction_of_caller and self._is_in_transaction():
            raise run_again("Another migration run had the lock until now")
        if self._begin_again:
            self._execute("BEGIN")
        return self.context.get_current_heads()

    def release(self, succeeded: bool) -> None:  # noqa: ARG002
        self.abandon()

    def abandon(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            _holders.pop(self._database, None)
            give_up(descriptor)

    def is_busy(self, error: DBAPIError) -> bool:
        return is_sqlite_locked(error.orig)

    def _is_in_transaction(self) -> bool:
        """Whether SQLite itself is in a transaction: Python's driver begins them late."""
        driver = self.connection.connection.driver_connection
        return bool(getattr(driver, "in_transaction", False))

    @property
    def _has_file(self) -> bool:
        return self._descriptor is not None or self._goes_without

    def _take_file_if_possible(self) -> None:
        try:
            self._path_of_lock = lock_file(self._database)
            self._descriptor = take(self._path_of_lock, _note())
        except OSError as error:
            # What keeps the file from being made need not keep the database from being upgraded.
            problem = (
                f"No lock file can be made for {printable(self._database)} "
                f"({printable(str(error))}), and two runs at once may collide. Set TMPDIR or "
                "XDG_RUNTIME_DIR to a folder that only this user can write to."
            )
            if self.is_required:
                raise MigrationLockUnavailable(problem) from error
            self._goes_without = True
            log.warning("%s", problem)
        if self._descriptor is not None:
            _holders[self._database] = (os.getpid(), participant())

    def _nobody_writes(self) -> bool:
        """Whether the last run's transaction, which may outlive its lock, is committed, too."""
        if self._is_in_transaction():
            return True
        try:
            self._execute("BEGIN IMMEDIATE")
        except Exception as error:
            # The driver's, whichever that is. What else there is against writing, the run itself
            # will meet.
            return not is_sqlite_locked(error)
        self._execute("ROLLBACK")
        return True

    def _execute(self, sql: str) -> None:
        # Beneath SQLAlchemy, which has its own idea of where transactions begin.
        cursor = self.connection.connection.cursor()
        try:
            cursor.execute(sql)
        finally:
            cursor.close()


def _database_file(connection: Connection, schema: str) -> str | None:
    row = one_row(
        connection, "SELECT file FROM pragma_database_list WHERE name = :name", name=schema
    )
    path: str | None = row[0] if row else None
    return path if path and os.path.exists(path) else None


def _note() -> str:
    since = time.strftime("%Y-%m-%d %H:%M:%S %z")
    program = os.path.basename(sys.argv[0]) if sys.argv else ""
    return f"pid {os.getpid()}, application {program}, since {since}"
