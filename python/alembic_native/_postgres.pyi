"""The version table on PostgreSQL, through libpqxx: the native core's own session.

Nothing here imports SQLAlchemy or Alembic, and importing this module opens no connection. Errors
are those of :mod:`alembic_native.database_errors`.
"""

from types import TracebackType
from typing import final

from alembic_native.database_errors import DatabaseError

@final
class SchemaHeads:
    """What one schema holds, as `PostgresVersionStore.scan_schemas` found it."""

    @property
    def schema(self) -> str: ...
    @property
    def heads(self) -> tuple[str, ...]:
        """Sorted; empty when the table is empty or could not be read."""

    @property
    def error(self) -> DatabaseError | None:
        """Why the table could not be read: no privilege, locked, dropped after it was found."""

@final
class LockHolder:
    """Who holds an advisory lock, as far as the session's role may see it."""

    @property
    def pid(self) -> int | None:
        """Of the server session; None for a prepared transaction."""

    @property
    def client(self) -> str | None:
        """Its address; None on a local socket."""

    @property
    def application(self) -> str | None: ...
    @property
    def user(self) -> str | None: ...
    @property
    def transaction_since(self) -> str | None:
        """Date, time and zone; None outside a transaction."""

@final
class PostgresVersionStore:
    """The version table of one database, on a connection that is opened here and not shared.

    A context manager that closes itself. Any number of threads may use one store; their calls run
    one after the other, and the GIL is released while they wait. A lost connection stays lost:
    every later call raises `ConnectionLost`. After `fork()` the child must open a store of its own.

    Ctrl-C, or any signal handler that raises, ends a waiting call of the main thread at once: the
    statement is cancelled on the server and the store is closed.
    """

    def __init__(
        self,
        url: str,
        *,
        version_table: str = "alembic_version",
        version_table_schema: str | None = None,
        connect_timeout: float | None = None,
        statement_timeout: float | None = 30.0,
        patience: float | None = None,
    ) -> None:
        """Connect, within ``patience`` seconds in all, names looked up and every address tried.

        `url` is SQLAlchemy's URL with any driver, libpq's URL, or `key=value` pairs; PG* variables,
        `~/.pgpass` and service files count as with any libpq program. Without
        `version_table_schema` the table is searched for along the search path.

        `connect_timeout` holds for each address tried, in seconds; `None` leaves it to the URL, the
        service file or PGCONNECT_TIMEOUT, else 10. `statement_timeout` holds for each statement;
        `None` leaves it to the server.

        Raises `InvalidConnectionString`, `InvalidName`, `ConnectionFailed`, `AuthenticationFailed`,
        `UndefinedDatabase`; `ValueError` for a timeout that is not above 0.
        """

    def table_exists(self) -> bool:
        """Whether the version table exists."""

    def current_heads(self) -> tuple[str, ...]:
        """The rows of the version table, sorted; empty when there is no table."""

    def scan_schemas(self, pattern: str = "") -> tuple[SchemaHeads, ...]:
        """Every schema that has a version table of this name, sorted by name, with its heads.

        In `pattern`, `*` stands for any characters and `?` for one. A schema that cannot be read
        is reported by its entry's `error` and does not stop the others. `version_table_schema` is
        not considered.
        """

    def current_schema(self) -> str | None:
        """The schema in which a name without one is created."""

    def advisory_lock_holder(self, key: int) -> LockHolder | None:
        """Who has the lock of `pg_advisory_lock(key)`, which is not taken. Raises
        `InsufficientPrivilege` where the role may not see `pg_locks`.
        """

    def describe(self) -> str:
        """`user@host:port/database` as the connection found them; never the password."""

    def close(self) -> None:
        """End the connection, after a call of another thread; nothing to do when closed."""

    def __enter__(self) -> PostgresVersionStore: ...
    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...

@final
class VersionReading:
    """The rows of `alembic_version`, read in a thread of its own while the caller does other work.

    The reading begins when it is made. Dropped early, it ends its connection by itself.
    """

    def __init__(self, url: str, *, patience: float) -> None:
        """`url` as for `PostgresVersionStore`; `patience` in seconds, for connecting in all, for
        each address and for each statement.

        Raises `InvalidConnectionString`, `DatabaseError` where no thread can be started, and
        `ValueError` for a patience that is not above 0.
        """

    def heads(self) -> tuple[str, ...]:
        """Wait for them, sorted; empty when there is no table.

        Raises what `PostgresVersionStore` and its `current_heads` raise, and `StoreClosed` when it
        is called again.
        """

def build_versions() -> dict[str, str]:
    """`libpqxx` as this module was built with, `libpq` as it runs with."""

def display(url: str) -> str:
    """`user@host:port/database` of a connection string, without what it leaves to the environment.

    Never the password. Raises `InvalidConnectionString`. Connects to nothing.
    """
