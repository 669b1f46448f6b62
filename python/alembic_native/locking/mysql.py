"""MySQL and MariaDB: ``GET_LOCK`` on the run's own connection, for the whole run.

Each statement that changes the schema commits by itself there, so a lock that ends with a
transaction would protect nothing. The lock belongs to one server: it does not reach the other
nodes of a cluster that writes on several.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from alembic_native.locking.driver_errors import mysql_error_number
from alembic_native.locking.errors import MigrationLockError, run_again
from alembic_native.locking.key import effective_schema, migration_lock_key
from alembic_native.locking.lock import MigrationLock, log
from alembic_native.locking.statements import (
    driver_error,
    end_driver_transaction,
    one_row,
    row_beneath,
)
from alembic_native.printable import printable

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

#: Both servers cut no name: a longer one is an error.
LONGEST_NAME = 64

_ER_CHECKREAD = 1020
_ER_LOCK_DEADLOCK = 1213
_ER_USER_LOCK_DEADLOCK = 3058
#: A statement took longer than the server allows: MariaDB's number, and MySQL's.
_ER_STATEMENT_TIMEOUT = (1969, 3024)


def make_lock(context: MigrationContext) -> MigrationLock | None:
    """The lock of a version table."""
    assert context.connection is not None
    options = context.connection.get_execution_options()
    database = effective_schema(context.version_table_schema, options.get("schema_translate_map"))
    if not database:
        database = one_row(context.connection, "SELECT DATABASE()")[0]
    return MySQLLock(context, database)


def lock_name(database: str | None, version_table: str) -> str:
    """Names of locks are the server's: the database is a part, in clear as far as there is room.

    Case does not count in them, and it may or may not in the name of a database.
    """
    database = (database or "").lower()
    name = f"alembic-native:{migration_lock_key(database, version_table) % 2**64:016x}:{database}"
    return name[:LONGEST_NAME]


class MySQLLock(MigrationLock):
    """The lock for ``context.version_table`` in ``database``."""

    def __init__(self, context: MigrationContext, database: str | None) -> None:
        super().__init__(context)
        self._name = lock_name(database, context.version_table)
        self._is_held = False

    def prepare(self) -> None:
        self._end_snapshot()

    def try_acquire(self, patience: float) -> bool:
        try:
            answer = self._row(
                "SELECT GET_LOCK(:name, :seconds)", name=self._name, seconds=math.ceil(patience)
            )[0]
        except DBAPIError as error:
            # Two of the server's answers have a meaning here.
            if mysql_error_number(error.orig) in _ER_STATEMENT_TIMEOUT:
                return False
            if mysql_error_number(error.orig) not in (_ER_LOCK_DEADLOCK, _ER_USER_LOCK_DEADLOCK):
                raise
            raise MigrationLockError(
                "This run waits for the migration lock, and the run that holds it waits for the "
                "transaction of this one. No script was run. Do not read or write tables in "
                "env.py on the connection of the migrations before context.run_migrations(), and "
                "run the command again."
            ) from error
        self._is_held = answer == 1
        return self._is_held

    def holder(self) -> str | None:
        found = self._row("SELECT IS_USED_LOCK(:name)", name=self._name)[0]
        if found is None:
            return None
        try:
            details = self._row(
                "SELECT user, host, command, time FROM information_schema.processlist"
                " WHERE id = :id",
                id=found,
            )
        except DBAPIError:
            # MySQL has announced that it will remove this view.
            details = None
        if details is None:
            return f"connection {found}"
        user, host, command, seconds = details
        return (
            f"connection {found}, client {host}, user {user}, "
            f"in the state {command!r} since {seconds} s"
        )

    def current_heads(self) -> tuple[str, ...]:
        if not self.context._has_version_table():
            return ()
        # Waits for a run that has given up its lock and is about to commit its last row, and sees
        # what is there now, whatever the transaction saw before.
        version = self.context._version
        try:
            rows = self.connection.execute(version.select().with_for_update())
        except DBAPIError as error:
            # MariaDB's word for a row that has changed since the snapshot.
            if mysql_error_number(error.orig) != _ER_CHECKREAD:
                raise
            raise run_again("Another migration run has just changed the version table") from error
        heads = tuple(row[0] for row in rows)
        if self.is_in_transaction_of_caller:
            self.sees_old_rows = set(heads) != set(self.context.get_current_heads())
        else:
            self._end_snapshot()
        return heads

    def abandon(self) -> None:
        if self._is_held:
            self.release(succeeded=False)

    def release(self, succeeded: bool) -> None:
        if self.connection.invalidated:
            # The server session is gone, and with it the lock.
            return
        # Without a quote or backslash that a mode of the server could give another meaning.
        name = f"CONVERT(0x{self._name.encode().hex()} USING utf8mb4)"
        try:
            answer = row_beneath(self.connection, f"SELECT RELEASE_LOCK({name})")[0]
        except driver_error(self.connection) as error:
            # The steps are committed, each by itself, and the lock ends with the connection.
            log.debug("The migration lock was not given up: %s", error)
            return
        if succeeded and answer != 1:
            log.warning(
                "The migration lock %s was lost during the run: the server session was exchanged, "
                "by a reconnecting driver or a proxy, and nothing kept another run out. Let "
                "migrations connect to the server directly.",
                printable(self._name),
            )

    def _row(self, sql: str, **parameters: Any) -> Any:
        return one_row(self.connection, sql, **parameters)

    def _end_snapshot(self) -> None:
        """End what the connection is in: its reads are old, and its metadata locks hinder others.

        Unless the transaction is the caller's. Alembic itself commits it after the first step.
        """
        if not self.is_in_transaction_of_caller:
            end_driver_transaction(self.connection, commit=not self.owns_transaction)
