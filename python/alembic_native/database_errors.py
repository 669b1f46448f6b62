"""What the PostgreSQL version store raises.

Importing this imports neither SQLAlchemy nor Alembic. Every class pickles, holds plain strings
only, and never a password.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = [
    "AuthenticationFailed",
    "ConnectionFailed",
    "ConnectionLost",
    "DatabaseError",
    "InsufficientPrivilege",
    "Interrupted",
    "InvalidConnectionString",
    "InvalidName",
    "LockNotAvailable",
    "QueryCanceled",
    "ReadOnlyTransaction",
    "RowMismatch",
    "StoreClosed",
    "TransactionRollback",
    "UndefinedDatabase",
    "UndefinedTable",
    "UniqueViolation",
    "UsedAfterFork",
    "exception_from_database",
]


class DatabaseError(Exception):
    """The version store could not do what it was asked; the message says what to do.

    `host`, `port`, `database` and `user` say where, as far as it was known; `sqlstate` is
    PostgreSQL's five-character code. Each is empty where there was none.
    """

    def __init__(
        self,
        message: str,
        *,
        host: str = "",
        port: str = "",
        database: str = "",
        user: str = "",
        sqlstate: str = "",
    ) -> None:
        super().__init__(message)
        self.host = host
        self.port = port
        self.database = database
        self.user = user
        self.sqlstate = sqlstate


class InvalidConnectionString(DatabaseError, ValueError):
    """The URL or key=value string cannot be read, or has a parameter that nobody knows."""


class InvalidName(DatabaseError, ValueError):
    """A table, schema or revision name that PostgreSQL cannot take."""


class StoreClosed(DatabaseError):
    """The store was used after `close()`, or after an interrupted wait."""


class UsedAfterFork(DatabaseError):
    """The store was used by a child of the process that made it."""


class RowMismatch(DatabaseError):
    """An update or removal matched another number of rows than one; nothing was changed."""


class ConnectionFailed(DatabaseError):
    """Nobody answered, or the server takes no connection now: it may be worth another try."""


class AuthenticationFailed(DatabaseError):
    """The server refused the user, the password or the certificate."""


class UndefinedDatabase(DatabaseError):
    """The server has no database of that name."""


class ConnectionLost(DatabaseError):
    """The session ended while it was in use; the store never opens another one by itself."""


class InsufficientPrivilege(DatabaseError):
    """The user may not do this."""


class UndefinedTable(DatabaseError):
    """The version table or its schema does not exist."""


class UniqueViolation(DatabaseError):
    """The row is in the version table already."""


class LockNotAvailable(DatabaseError):
    """Another session held a lock for too long."""


class QueryCanceled(DatabaseError):
    """The statement timeout passed, or someone cancelled the statement."""


class TransactionRollback(DatabaseError):
    """Deadlock or serialization failure: nothing was changed, and the same may be tried again."""


class ReadOnlyTransaction(DatabaseError):
    """The server is a standby, or the session was made read-only."""


class Interrupted(DatabaseError):
    """The wait was ended from outside, and the store is closed."""


# By the kinds of the native core; a kind that is not here becomes DatabaseError itself.
CLASSES: Mapping[str, type[DatabaseError]] = {
    "invalid_connection_string": InvalidConnectionString,
    "invalid_name": InvalidName,
    "store_closed": StoreClosed,
    "used_after_fork": UsedAfterFork,
    "row_mismatch": RowMismatch,
    "connection_failed": ConnectionFailed,
    "authentication_failed": AuthenticationFailed,
    "undefined_database": UndefinedDatabase,
    "connection_lost": ConnectionLost,
    "insufficient_privilege": InsufficientPrivilege,
    "undefined_table": UndefinedTable,
    "unique_violation": UniqueViolation,
    "lock_not_available": LockNotAvailable,
    "query_canceled": QueryCanceled,
    "transaction_rollback": TransactionRollback,
    "read_only_transaction": ReadOnlyTransaction,
    "interrupted": Interrupted,
    "database": DatabaseError,
    "internal": DatabaseError,
}


def exception_from_database(kind: str, message: str, fields: Mapping[str, Any]) -> DatabaseError:
    """The exception for an error of the native store; called by the extension module."""
    return CLASSES.get(kind, DatabaseError)(message, **fields)
