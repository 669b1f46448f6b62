"""What the driver of a connection knows about its transaction, without a statement.

SQLAlchemy's idea of a transaction is not the server's: a driver in autocommit mode has none, a
script may send COMMIT as text, and MySQL commits with every DDL statement.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from alembic_native.locking.statements import is_idle

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

#: ``SERVER_STATUS_IN_TRANS`` of the protocol of MySQL.
_MYSQL_IN_TRANSACTION = 1
#: ``transaction_status`` of psycopg2 and psycopg 3 after a statement that has failed.
_FAILED = 3

#: What never commits, by the first word, whatever the database.
_ROWS = ("select", "insert", "update", "delete", "merge", "replace", "with", "savepoint", "release")
#: What does not commit where DDL is part of a transaction.
_DDL = ("create", "alter", "drop", "comment", "grant", "revoke")
_HARMLESS = _ROWS + _DDL
_LONGEST_BEGINNING = 40
_COMMIT = re.compile(r"\s*(?:commit|end)\s*(?:work|transaction)?\s*;?\s*$", re.IGNORECASE)
_ROLLBACK = re.compile(r"\b(rollback|abort)\b", re.IGNORECASE)


def is_open(connection: Connection) -> bool | None:
    """Whether there is a transaction with work in it, after a statement that changed rows.

    None where the driver does not tell.
    """
    driver: Any = connection.connection.driver_connection
    tells = _tells(driver)
    if tells is not None:
        return tells
    autocommit = getattr(driver, "autocommit", None)
    if not isinstance(autocommit, bool):
        ask = getattr(driver, "get_autocommit", None)
        autocommit = None if ask is None else bool(ask())
    return None if autocommit is None else not autocommit


def is_committed_by(
    connection: Connection, statement: str, has_transactional_ddl: bool
) -> bool | None:
    """Whether ``statement``, which has just run, has committed what was done before it.

    None where it is not certain: it may have, or it may have rolled it back.
    """
    # Asked for each statement: the driver only where the first word leaves it open.
    harmless = _HARMLESS if has_transactional_ddl else _ROWS
    if statement[:_LONGEST_BEGINNING].lstrip("( \t\r\n").lower().startswith(harmless):
        return False
    tells = _tells(connection.connection.driver_connection)
    if tells is None or (not tells and _ROLLBACK.search(statement)):
        return None
    return not tells


def commits(statement: str) -> bool:
    """Whether a statement is a COMMIT, and no more."""
    return _COMMIT.match(statement) is not None


def has_failed(connection: Connection) -> bool:
    """Whether a statement has failed in the transaction, so that a COMMIT rolls it back.

    False where the driver does not tell.
    """
    info = getattr(connection.connection.driver_connection, "info", None)
    return bool(getattr(info, "transaction_status", None) == _FAILED)


def _tells(driver: Any) -> bool | None:
    """Whether the driver's connection is in a transaction; None where it does not tell."""
    idle = is_idle(driver)
    if idle is not None:
        return not idle
    if isinstance(getattr(driver, "in_transaction", None), bool):
        # sqlite3, aiosqlite, MySQL's own connector.
        return bool(driver.in_transaction)
    if isinstance(getattr(driver, "server_status", None), int):
        # PyMySQL. A table of an engine without transactions opens none.
        return bool(driver.server_status & _MYSQL_IN_TRANSACTION)
    return None
