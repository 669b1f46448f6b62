"""Statements of the lock on the run's connection, without a trace in its transaction state."""

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


def is_in_transaction(context: MigrationContext) -> bool:
    """Whether anything may have happened in a transaction of the context's connection.

    Not so where SQLAlchemy is in one and the server is not: drivers begin with the first statement.
    Sends no statement; True where a driver does not tell.
    """
    connection = context.connection
    if connection is None or not connection.in_transaction():
        return False
    if context.dialect.name != "postgresql":
        return True
    driver: Any = connection.connection.driver_connection
    if hasattr(driver, "is_in_transaction"):
        return bool(driver.is_in_transaction())
    return getattr(getattr(driver, "info", None), "transaction_status", None) != _IDLE


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
