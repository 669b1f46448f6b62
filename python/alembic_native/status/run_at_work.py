"""Which migration run is at work, without taking its lock: through SQLAlchemy.

The lock is that of ``locking/``. What may not be seen is not known, and no reason to fail.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from alembic_native.locking.key import migration_lock_key
from alembic_native.locking.mysql import lock_name
from alembic_native.status.lock_holder import described

_POSTGRESQL_HOLDER = """
SELECT pid FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1
  AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND CAST(classid AS bigint) = :high AND CAST(objid AS bigint) = :low
LIMIT 1
"""
_POSTGRESQL_SESSION = """
SELECT host(client_addr), application_name, usename,
       to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS TZ')
FROM pg_catalog.pg_stat_activity WHERE pid = :pid
"""
_MYSQL_SESSION = "SELECT user, host, time FROM information_schema.processlist WHERE id = :id"


def run_at_work(connection: Connection, version_table: str, schema: str | None) -> str:
    """Who holds the lock of a version table; empty where nobody does, or where it is not known."""
    if connection.dialect.name == "postgresql":
        return _on_postgresql(connection, version_table, schema)
    if connection.dialect.name in ("mysql", "mariadb"):
        return _on_mysql(connection, version_table, schema)
    return ""


def _on_postgresql(connection: Connection, version_table: str, schema: str | None) -> str:
    found = _row(connection, "SELECT CAST(current_schema() AS text)")
    key = migration_lock_key(schema or (found and found[0]), version_table)
    holder = _row(connection, _POSTGRESQL_HOLDER, high=key % 2**64 >> 32, low=key % 2**32)
    if holder is None:
        return ""
    session = _row(connection, _POSTGRESQL_SESSION, pid=holder[0])
    return described(holder[0], *(session or ()))


def _on_mysql(connection: Connection, version_table: str, schema: str | None) -> str:
    found = _row(connection, "SELECT DATABASE()")
    name = lock_name(schema or (found and found[0]), version_table)
    holder = _row(connection, "SELECT IS_USED_LOCK(:name)", name=name)
    if holder is None or holder[0] is None:
        return ""
    session = _row(connection, _MYSQL_SESSION, id=holder[0])
    if session is None:
        return f"connection {holder[0]}"
    user, client, seconds = session
    return f"connection {holder[0]}, client {client}, user {user}, busy or idle since {seconds} s"


def _row(connection: Connection, sql: str, **parameters: Any) -> Any:
    """The first row of a query; None without one, and where the query is refused.

    A refusal ends no transaction but one of its own.
    """
    begin = connection.begin_nested if connection.in_transaction() else connection.begin
    try:
        with begin():
            return connection.execute(text(sql), parameters).first()
    except DBAPIError:
        # No privilege, no such view, or a statement outside a transaction.
        return None
