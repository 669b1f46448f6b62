"""Statements of the lock on the run's connection, without a trace in its transaction state.

Before the first script they go through SQLAlchemy. After it, beneath: a script may have left
SQLAlchemy's transactions and savepoints in a state in which it refuses every statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import Connection

#: ``transaction_status`` of psycopg2 and psycopg 3 before the first statement of a transaction.
_IDLE = 0


def one_row(connection: Connection, sql: str, **parameters: Any) -> Any:
    """The first row of a query, or None."""
    with _own_transaction_if_none(connection):
        return connection.execute(text(sql), parameters).first()


def row_beneath(connection: Connection, sql: str) -> Any:
    """The first row of a query without parameters, sent by the driver to its server session.

    It runs in the transaction that the server session is in. One that the driver begins for it
    alone is rolled back. Raises ``driver_error(connection)``.
    """
    pooled = connection.connection
    begins = not connection.in_transaction() and is_idle(pooled.driver_connection) is not False
    cursor = pooled.cursor()
    try:
        cursor.execute(sql)
        return cursor.fetchone()
    finally:
        cursor.close()
        if begins:
            pooled.rollback()


def driver_error(connection: Connection) -> type[Exception]:
    """What the connection's driver raises for errors of the database."""
    error: type[Exception] = connection.dialect.dbapi.Error  # type: ignore[union-attr]
    return error


def is_in_transaction(context: MigrationContext) -> bool:
    """Whether anything may have happened in a transaction of the context's connection.

    Not so where SQLAlchemy is in one and the server is not: drivers begin with the first statement.
    Sends no statement; True where a driver does not tell.
    """
    connection = context.connection
    if connection is None or not connection.in_transaction():
        return False
    return not is_idle(connection.connection.driver_connection)


def is_idle(driver: Any) -> bool | None:
    """Whether a driver is in no transaction; None where it does not tell, or otherwise."""
    if hasattr(driver, "is_in_transaction"):
        # asyncpg.
        return not driver.is_in_transaction()
    status = getattr(getattr(driver, "info", None), "transaction_status", None)
    return None if status is None else bool(status == _IDLE)


def end_driver_transaction(connection: Connection, commit: bool) -> None:
    """End the transaction in the database; SQLAlchemy's object for it stays, and goes on."""
    pooled = connection.connection
    if commit:
        pooled.commit()
    else:
        pooled.rollback()


@contextmanager
def _own_transaction_if_none(connection: Connection) -> Iterator[None]:
    # Else the statement would begin one that env.py does not expect to find.
    if connection.in_transaction():
        yield
    else:
        with connection.begin():
            yield
