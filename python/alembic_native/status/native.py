"""PostgreSQL through the native store: no ``env.py``, no SQLAlchemy."""

from __future__ import annotations

from alembic_native import database_errors
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.findings import VersionRows
from alembic_native.status.lock_holder import described

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from alembic_native._postgres import PostgresVersionStore, SchemaHeads
    from alembic_native.status.version_table import VersionTable

#: Errors that may be gone later: no server or database yet, a restart, a table that is
#: being created, granted or locked.
PASSING = (
    database_errors.ConnectionFailed,
    database_errors.ConnectionLost,
    database_errors.InsufficientPrivilege,
    database_errors.LockNotAvailable,
    database_errors.QueryCanceled,
    database_errors.TransactionRollback,
    database_errors.UndefinedDatabase,
    database_errors.UndefinedTable,
)

_LONGEST_STATEMENT = 30.0
_SHORTEST_LIMIT = 1.0
# Of the time that is left; the rest is for what follows on the same connection.
_SHARE_OF_A_STATEMENT = 0.5
_USUAL_CONNECT_TIMEOUT = 10.0
#: The store takes no longer one.
_LONGEST_PATIENCE = 86400.0


def is_postgresql(url: str) -> bool:
    """Whether the native store is the one to ask: PostgreSQL's URLs, and ``key=value`` pairs."""
    scheme, separator, _ = url.partition("://")
    if not separator:
        return "=" in url
    return scheme.partition("+")[0] in ("postgresql", "postgres")


class NativeDatabase:
    """Keeps its connection from one inspection to the next, and opens another one after an error.

    For one thread.
    """

    #: Seconds between two inspections of ``wait``: 200 a minute, each one statement or two.
    pause = 0.3

    def __init__(self, url: str, table: VersionTable) -> None:
        """Connects to nothing yet. Raises ``InvalidConnectionString``, ``StatusUnavailable``."""
        self._module = _store_module()
        self._url = url
        self.table = table
        self._store: PostgresVersionStore | None = None
        self._statement_limit = 0.0
        #: Where it is, as far as the URL says.
        self.name: str = self._module.display(url)

    def read(self, patience: float | None = None, names_run: bool = False) -> list[VersionRows]:
        """Its rows: one element. Raises ``DatabaseError``.

        ``patience`` is how many seconds the answer may take; None for what is usual.
        """
        store = self._opened(patience)
        try:
            heads = store.current_heads()
            is_missing = not heads and not store.table_exists()
        except BaseException:
            self.close()
            raise
        missing = str(self.table) if is_missing else ""
        return [VersionRows(self.name, heads, missing, self._run_at_work() if names_run else "")]

    def schemas(self, pattern: str) -> tuple[SchemaHeads, ...]:
        """Every schema that has the table. Raises ``DatabaseError``."""
        return self._opened(None).scan_schemas(pattern)

    def is_passing(self, error: Exception) -> bool:
        """Whether the same may succeed later."""
        return isinstance(error, PASSING)

    def close(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            store.close()

    def _run_at_work(self) -> str:
        from alembic_native.locking.key import migration_lock_key

        store = self._opened(None)
        try:
            schema = self.table.schema or store.current_schema()
            holder = store.advisory_lock_holder(migration_lock_key(schema, self.table.name))
        except database_errors.DatabaseError:
            # What may not be seen is not known, and no reason to fail.
            return ""
        if holder is None:
            return ""
        return described(
            holder.pid, holder.client, holder.application, holder.user, holder.transaction_since
        )

    def _opened(self, patience: float | None) -> PostgresVersionStore:
        limit = None
        if patience is not None:
            limit = min(max(patience, _SHORTEST_LIMIT), _LONGEST_PATIENCE)
        if limit is not None and limit < self._statement_limit:
            # The server keeps the limit that the connection began with.
            self.close()
        if self._store is None:
            self._statement_limit = _LONGEST_STATEMENT
            if limit is not None and limit < _LONGEST_STATEMENT:
                self._statement_limit = max(limit * _SHARE_OF_A_STATEMENT, _SHORTEST_LIMIT)
            self._store = self._module.PostgresVersionStore(
                self._url,
                version_table=self.table.name,
                version_table_schema=self.table.schema,
                # Else what the URL, the environment or the store says.
                connect_timeout=limit if limit and limit < _USUAL_CONNECT_TIMEOUT else None,
                statement_timeout=self._statement_limit,
                patience=limit,
            )
            self.name = self._store.describe()
        return self._store


def _store_module() -> ModuleType:
    from alembic_native.native_core import POSTGRES, NativeCoreMissing, require_native_core

    try:
        require_native_core("The URL of a PostgreSQL database", POSTGRES)
    except NativeCoreMissing as error:
        raise StatusUnavailable(f"{error} Or leave out the URL to go through env.py.") from error
    from alembic_native import _postgres

    return _postgres
