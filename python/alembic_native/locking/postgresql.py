"""PostgreSQL: advisory locks on the run's own connection.

A run that is one transaction takes ``pg_try_advisory_xact_lock`` in it: the lock goes with the
transaction, however that ends, and a transaction pooler cannot part the two. A run of several
transactions takes a lock of the session instead, as does one that is about to commit within a
script (``autocommit_block()``). When such a run ends inside a transaction, that transaction gets
the lock before the session gives it up, so that nobody reads the heads before they are committed.

A setting of the transaction, made by the statement that takes the lock, lives exactly as long as a
lock of the transaction does: it shows whether the lock is still there, to every role. The views
``pg_locks`` and ``pg_stat_activity`` serve messages only: a role may not be allowed to see them.

Databases that speak PostgreSQL's protocol without its advisory locks have no lock here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from alembic_native.locking.driver_errors import sqlstate
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

#: What their ``version()`` contains.
OTHERS = (
    "CockroachDB",
    "CrateDB",
    "Materialize",
    "QuestDB",
    "Redshift",
    "RisingWave",
    "-YB-",
    "Yugabyte",
)

_THIS_LOCK = (
    "l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND l.classid::bigint = :high AND l.objid::bigint = :low"
)
#: Transactions get their numbers in turn. True only if none was at work when the snapshot was
#: taken, and this one, which has written nothing yet, now gets the next number.
_NOBODY_COMMITTED_SINCE = """
SELECT CASE WHEN txid_snapshot_xmin(s) = txid_snapshot_xmax(s)
             AND txid_current_if_assigned() IS NULL
            THEN txid_current() = txid_snapshot_xmax(s) ELSE false END
FROM txid_current_snapshot() AS s
"""
_HOLDER = f"""
SELECT l.pid, pg_backend_pid() = ANY (pg_blocking_pids(l.pid))
FROM pg_locks l WHERE {_THIS_LOCK} LIMIT 1
"""
_SESSION = """
SELECT host(client_addr), application_name, usename,
       to_char(backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'),
       to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS TZ')
FROM pg_stat_activity WHERE pid = :pid
"""
_SHORTEST_IDLE_TIMEOUT = """
SELECT min(EXTRACT(epoch FROM CAST(nullif(current_setting(name, true), '0') AS interval)))
FROM (VALUES ('idle_session_timeout'), ('idle_in_transaction_session_timeout')) AS known (name)
"""
_SHORTEST_PAUSE = 0.01
#: SQLSTATE of every statement in a transaction in which one has failed.
_IN_FAILED_TRANSACTION = "25P02"
_SERIALIZATION_FAILURE = "40001"


def make_lock(context: MigrationContext) -> MigrationLock | None:
    """The lock of a version table; None where the server only speaks PostgreSQL's protocol."""
    assert context.connection is not None
    options = context.connection.get_execution_options()
    version, current_schema = one_row(
        context.connection, "SELECT version(), CAST(current_schema() AS text)"
    )
    if any(name in version for name in OTHERS):
        return None
    schema = effective_schema(context.version_table_schema, options.get("schema_translate_map"))
    return PostgresLock(context, schema or current_schema)


class PostgresLock(MigrationLock):
    """The advisory lock for ``context.version_table`` in ``schema``."""

    def __init__(self, context: MigrationContext, schema: str | None) -> None:
        super().__init__(context)
        self._schema = schema
        key = migration_lock_key(schema, context.version_table)
        self._parts_of_key = {"high": key % 2**64 >> 32, "low": key % 2**32}
        mark = f"'alembic_native.lock_{key % 2**64:016x}'"
        number = f"CAST({key} AS bigint)"
        self._is_marked = f"coalesce(current_setting({mark}, true) = 'held', false)"
        self._take_for_transaction = (
            f"SELECT coalesce(CASE WHEN pg_try_advisory_xact_lock({number})"
            f" THEN set_config({mark}, 'held', true) END = 'held', false)"
        )
        self._take_for_session = f"pg_try_advisory_lock({number}), pg_backend_pid()"
        self._give_up_session = f"SELECT pg_advisory_unlock({number}), pg_backend_pid()"
        #: Also while a statement that takes it is under way.
        self._is_held = False
        self._is_of_session = False
        #: Whether nothing kept other runs out for a while.
        self._was_lost = False
        self._backend: int | None = None
        self._keeps_snapshot = False
        self._had_to_wait = False
        self._checks_in_the_way = 0

    def prepare(self) -> None:
        isolation = self._ask("SELECT current_setting('transaction_isolation')")[0]
        self._keeps_snapshot = isolation in ("repeatable read", "serializable")
        is_one_transaction = self.is_in_transaction_of_caller or (
            self.context.impl.transactional_ddl and not self.context._transaction_per_migration
        )
        self._is_of_session = not is_one_transaction or self._may_renew_snapshot

    def try_acquire(self, patience: float) -> bool:  # noqa: ARG002
        if not self._is_of_session:
            is_taken = self._row(self._take_for_transaction)[0]
            # Else each statement is committed on its own: the isolation level is AUTOCOMMIT.
            self._is_of_session = is_taken and not self._row(f"SELECT {self._is_marked}")[0]
            self._is_held = is_taken and not self._is_of_session
        if self._is_of_session:
            self._is_held = True
            self._is_held, self._backend = self._row(f"SELECT {self._take_for_session}")
        self._had_to_wait = self._had_to_wait or not self._is_held
        if self._may_renew_snapshot or not self._is_held:
            self._leave_transaction()
        return self._is_held

    def holder(self) -> str | None:
        found = self._find_holder()
        if found is None:
            return None
        pid, _ = found
        if pid is None:
            return "a prepared transaction: see the view pg_prepared_xacts"
        session = self._question(_SESSION, pid=pid)
        if session is None:
            return f"pid {pid}"
        address, application, user, connected, transaction = session
        if connected is None:
            # A role sees little of the sessions of others.
            return f"pid {pid}, application {application or '(no name)'}, user {user}"
        return (
            f"pid {pid}, client {address or 'on a local socket'}, "
            f"application {application or '(no name)'}, user {user or '(not known)'}, "
            f"connected since {connected}, in a transaction since {transaction or '(in none)'}"
        )

    def check_wait(self) -> None:
        found = self._find_holder()
        if found is None or not found[1]:
            self._checks_in_the_way = 0
            return
        self._checks_in_the_way += 1
        # The transaction of this very statement is in the way only until it has been left.
        if not self.owns_transaction or self._checks_in_the_way == 3:
            raise MigrationLockError(
                "This run waits for the migration lock, and the run that holds it waits for the "
                f"transaction of this one: {printable(self.holder() or f'pid {found[0]}')}. "
                "Nothing was changed. Do not read or write tables in env.py on the connection of "
                "the migrations before context.run_migrations(), and run the command again."
            )

    def longest_pause(self) -> float:
        found = self._question(_SHORTEST_IDLE_TIMEOUT)
        if found is None or not found[0]:
            return math.inf
        # Room for a machine that is busy, and for a server that is asked in between.
        return max(float(found[0]) / 4, _SHORTEST_PAUSE)

    def current_heads(self) -> tuple[str, ...]:
        heads = self.context.get_current_heads()
        if self._keeps_snapshot and not self._may_renew_snapshot:
            self._refuse_old_snapshot(heads)
        return heads

    def abandon(self) -> None:
        if self._is_held:
            self.release(succeeded=False)

    def keep_beyond_commit(self) -> None:
        connection = self.connection
        if (
            self._is_of_session
            or self.is_in_transaction_of_caller
            or connection.invalidated
            or not connection.in_transaction()
        ):
            # Nothing is committed, or nothing changes for the lock.
            return
        self._is_of_session = True
        try:
            is_marked, is_taken, self._backend = row_beneath(
                connection, f"SELECT {self._is_marked}, {self._take_for_session}"
            )
        except driver_error(connection) as error:
            # A failed transaction: its commit is a rollback, and the lock goes with it.
            self._is_of_session = False
            if sqlstate(error) != _IN_FAILED_TRANSACTION:
                raise
            return
        self._is_of_session = is_taken
        self._was_lost = self._was_lost or not is_marked

    def release(self, succeeded: bool) -> None:
        if self.connection.invalidated:
            # The server session is gone, and with it the lock.
            return
        if self._is_of_session:
            self._give_up_lock_of_session(succeeded)
        elif succeeded:
            self._was_lost = self._was_lost or self._transaction_has_ended()
        if succeeded and self._was_lost:
            log.warning(
                "The migration lock was lost during the run, and for a while nothing kept another "
                "run out: a script ended the transaction by itself (COMMIT, ROLLBACK, or an error "
                "that it did not pass on), or gave up all locks of the session. Use "
                "autocommit_block() in that script, or transaction_per_migration in env.py."
            )

    @property
    def _may_renew_snapshot(self) -> bool:
        return self._keeps_snapshot and self.owns_transaction

    def _row(self, sql: str, **parameters: Any) -> Any:
        return one_row(self.connection, sql, **parameters)

    def _ask(self, sql: str, **parameters: Any) -> Any:
        """A row that may be asked for while others work: no transaction is left open for it."""
        row = self._row(sql, **parameters)
        self._leave_transaction()
        return row

    def _question(self, sql: str, **parameters: Any) -> Any:
        """A row that the run can do without; None where there is none, or none for this role."""
        try:
            if self.owns_transaction or not self.connection.in_transaction():
                return self._ask(sql, **parameters)
            with self.connection.begin_nested():
                return self._row(sql, **parameters)
        except DBAPIError as error:
            # No privilege on a view or function, as a rule.
            if error.connection_invalidated:
                raise
            log.debug("Not known, because of an error: %s", printable(str(error)))
            self._leave_transaction()
            return None

    def _leave_transaction(self) -> None:
        # An index that the holder builds concurrently waits for each transaction that had a
        # snapshot at the wrong moment, until that transaction ends.
        if self.owns_transaction and self.connection.in_transaction():
            end_driver_transaction(self.connection, commit=False)
            # What a listener sets for each transaction (SET LOCAL ROLE) has ended with it.
            self.connection.dispatch.begin(self.connection)

    def _find_holder(self) -> Any:
        return self._question(_HOLDER, **self._parts_of_key)

    def _transaction_has_ended(self) -> bool:
        """Whether the transaction that took the lock is over; False where that is not known."""
        try:
            return not row_beneath(self.connection, f"SELECT {self._is_marked}")[0]
        except driver_error(self.connection) as error:
            # A failed transaction, or no connection any more: nothing will be committed.
            log.debug("Whether the migration lock was lost is not known: %s", error)
            return False

    def _give_up_lock_of_session(self, succeeded: bool) -> None:
        is_in_transaction = self.connection.in_transaction()
        try:
            if is_in_transaction:
                row_beneath(self.connection, self._take_for_transaction)
            was_held, backend = row_beneath(self.connection, self._give_up_session)
        except driver_error(self.connection) as error:
            if sqlstate(error) != _IN_FAILED_TRANSACTION:
                if succeeded and is_in_transaction:
                    # The transaction cannot be committed any more, by this very statement.
                    raise
                log.debug("The connection is gone, and with it the migration lock: %s", error)
                return
            if self.connection.in_nested_transaction():
                # Whoever made the savepoint may go on from there.
                log.warning(
                    "The migration lock stays with server session %s until its connection is "
                    "closed: the run failed within a savepoint.",
                    self._backend,
                )
                return
            # Nothing but a rollback can follow.
            end_driver_transaction(self.connection, commit=False)
            was_held, backend = row_beneath(self.connection, self._give_up_session)
        if self._backend in (None, backend):
            self._was_lost = self._was_lost or not was_held
            return
        log.warning(
            "The migration lock was taken in server session %s and could not be given up in "
            "session %s: the sessions were exchanged during the run. A pooler in transaction "
            "mode (PgBouncer) does that. The run was not protected, and the lock stays until "
            "session %s ends: SELECT pg_terminate_backend(%s) ends it. Let migrations connect "
            "to PostgreSQL directly, or use neither transaction_per_migration nor "
            "autocommit_block().",
            self._backend,
            backend,
            self._backend,
            self._backend,
        )

    def _refuse_old_snapshot(self, heads: tuple[str, ...]) -> None:
        if self._had_to_wait:
            raise run_again("Another migration run had the lock until now")
        changed = run_again("Another migration run has just changed the version table")
        if not self.context._has_version_table():
            # Looks names up as they are now, not as they were in the snapshot.
            found = self._row(
                "SELECT to_regclass(quote_ident(:schema) || '.' || quote_ident(:name)) IS NULL",
                schema=self._schema or "",
                name=self.context.version_table,
            )
            if not found[0]:
                raise changed
        elif heads:
            version = self.context._version
            try:
                self.connection.execute(version.select().with_for_update())
            except DBAPIError as error:
                # Another run has changed the row since.
                if sqlstate(error.orig) != _SERIALIZATION_FAILURE:
                    raise
                raise changed from error
        elif not self._row(_NOBODY_COMMITTED_SINCE)[0]:
            # There is no row whose change would show.
            raise run_again("Another transaction may have written to the empty version table")
