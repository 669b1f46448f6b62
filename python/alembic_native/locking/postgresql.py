"""PostgreSQL: advisory locks on the run's own connection.

A run that is one transaction takes ``pg_try_advisory_xact_lock`` in it: the lock goes with the
transaction, however that ends, and a transaction pooler cannot part the two. A run of several
transactions takes a lock of the session instead, as does one that is about to commit within a
script (``autocommit_block()``). When such a run ends inside a transaction, that transaction gets
the lock before the session gives it up, so that nobody reads the heads before they are committed.

Databases that speak PostgreSQL's protocol without its advisory locks have no lock here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from alembic_native.locking.errors import MigrationLockError, run_again
from alembic_native.locking.key import effective_schema, migration_lock_key
from alembic_native.locking.lock import MigrationLock, log
from alembic_native.locking.statements import end_driver_transaction, one_row

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
_TAKE_FOR_TRANSACTION = "SELECT pg_try_advisory_xact_lock(CAST(:key AS bigint))"
_TAKE_FOR_SESSION = "SELECT pg_try_advisory_lock(CAST(:key AS bigint)), pg_backend_pid()"
_GIVE_UP = "SELECT pg_advisory_unlock(CAST(:key AS bigint)), pg_backend_pid()"
_IS_HELD = f"SELECT 1 FROM pg_locks l WHERE {_THIS_LOCK} AND l.pid = pg_backend_pid() LIMIT 1"
#: Transactions get their numbers in turn. True only if none was at work when the snapshot was
#: taken, and this one, which has written nothing yet, now gets the next number.
_NOBODY_COMMITTED_SINCE = """
SELECT CASE WHEN txid_snapshot_xmin(s) = txid_snapshot_xmax(s)
             AND txid_current_if_assigned() IS NULL
            THEN txid_current() = txid_snapshot_xmax(s) ELSE false END
FROM txid_current_snapshot() AS s
"""
_HOLDER = f"""
SELECT l.pid, host(a.client_addr), a.application_name, a.usename,
       to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'),
       to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS TZ'),
       pg_backend_pid() = ANY (pg_blocking_pids(l.pid))
FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE {_THIS_LOCK} LIMIT 1
"""


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
        self._key = migration_lock_key(schema, context.version_table)
        self._is_held = False
        self._is_of_session = False
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
        if self._is_of_session:
            self._is_held = self._take_for_session()
        else:
            self._is_held = self._row(_TAKE_FOR_TRANSACTION, key=self._key)[0]
            if self._is_held and not self._has_lock():
                # Each statement is committed on its own: the isolation level is AUTOCOMMIT.
                self._is_of_session = True
                self._is_held = self._take_for_session()
        self._had_to_wait = self._had_to_wait or not self._is_held
        if self._may_renew_snapshot or not self._is_held:
            self._leave_transaction()
        return self._is_held

    def holder(self) -> str | None:
        row = self._find_holder()
        if row is None:
            return None
        pid, address, application, user, connected, transaction = row[:6]
        if pid is None:
            return "a prepared transaction: see the view pg_prepared_xacts"
        if connected is None:
            # A role sees little of the sessions of others.
            return f"pid {pid}, application {application or '(no name)'}, user {user}"
        return (
            f"pid {pid}, client {address or 'on a local socket'}, "
            f"application {application or '(no name)'}, user {user or '(not known)'}, "
            f"connected since {connected}, in a transaction since {transaction or '(in none)'}"
        )

    def check_wait(self) -> None:
        row = self._find_holder()
        if row is None or not row[6]:
            self._checks_in_the_way = 0
            return
        self._checks_in_the_way += 1
        # The transaction of this very statement is in the way only until it has been left.
        if not self.owns_transaction or self._checks_in_the_way == 3:
            raise MigrationLockError(
                "This run waits for the migration lock, and the run that holds it waits for the "
                f"transaction of this one: {self.holder()}. Nothing was changed. Do not read or "
                "write tables in env.py on the connection of the migrations before "
                "context.run_migrations(), and run the command again."
            )

    def current_heads(self) -> tuple[str, ...]:
        heads = self.context.get_current_heads()
        if self._keeps_snapshot and not self._may_renew_snapshot:
            self._refuse_old_snapshot(heads)
        return heads

    def abandon(self) -> None:
        if self._is_held and self._is_of_session:
            self._give_up_in_any_state()

    def keep_beyond_commit(self) -> None:
        if not self._is_of_session:
            self._is_of_session = True
            self._take_for_session()

    def release(self, succeeded: bool) -> None:
        if succeeded:
            self._release_after_success()
        elif self._is_of_session:
            self._give_up_in_any_state()

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

    def _leave_transaction(self) -> None:
        # An index that the holder builds concurrently waits for each transaction that had a
        # snapshot at the wrong moment, until that transaction ends.
        if self.owns_transaction and self.connection.in_transaction():
            end_driver_transaction(self.connection, commit=False)
            # What a listener sets for each transaction (SET LOCAL ROLE) has ended with it.
            self.connection.dispatch.begin(self.connection)

    def _parts_of_key(self) -> dict[str, int]:
        unsigned = self._key % 2**64
        return {"high": unsigned >> 32, "low": unsigned % 2**32}

    def _has_lock(self) -> bool:
        return self._row(_IS_HELD, **self._parts_of_key()) is not None

    def _find_holder(self) -> Any:
        return self._ask(_HOLDER, **self._parts_of_key())

    def _take_for_session(self) -> bool:
        try:
            is_taken, self._backend = self._row(_TAKE_FOR_SESSION, key=self._key)
        except BaseException:
            # Interrupted between the server's answer and here: it may have been taken.
            self._give_up_in_any_state()
            raise
        return bool(is_taken)

    def _release_after_success(self) -> None:
        if not self._is_of_session:
            if not self._has_lock():
                log.warning(
                    "The migration lock was lost during the run: a script ended the transaction "
                    "by itself (COMMIT or ROLLBACK), and from there on nothing kept another run "
                    "out. Use autocommit_block() in that script, or transaction_per_migration in "
                    "env.py."
                )
            return
        if self.connection.in_transaction():
            self._row(_TAKE_FOR_TRANSACTION, key=self._key)
        self._give_up()

    def _give_up(self) -> None:
        was_held, backend = self._row(_GIVE_UP, key=self._key)
        if self._is_held and not (was_held and backend == self._backend):
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

    def _give_up_in_any_state(self) -> None:
        if self.connection.invalidated:
            # The server session is gone, and with it the lock.
            return
        for _ in range(2):
            try:
                self._give_up()
                return
            except Exception as error:
                # Most often a failed transaction, in which nothing more can be done.
                log.debug("The migration lock was not given up: %s", error)
            try:
                end_driver_transaction(self.connection, commit=False)
            except Exception as error:
                log.debug("The connection is gone, and with it the migration lock: %s", error)
                return

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
                if _sqlstate(error) != "40001":
                    raise
                raise changed from error
        elif not self._row(_NOBODY_COMMITTED_SINCE)[0]:
            # There is no row whose change would show.
            raise run_again("Another transaction may have written to the empty version table")


def _sqlstate(error: DBAPIError) -> str | None:
    """The SQLSTATE, under the name that psycopg 3 and asyncpg, or psycopg2, give it."""
    for name in ("sqlstate", "pgcode"):
        state: str | None = getattr(error.orig, name, None)
        if state:
            return state
    return None
