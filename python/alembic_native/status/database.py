"""Which way leads to a database with a URL: the native store, or SQLAlchemy."""

from __future__ import annotations

from alembic_native.status.native import NativeDatabase, is_postgresql

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic_native.status.inspection import Database
    from alembic_native.status.version_table import VersionTable


def database_at(url: str, table: VersionTable) -> Database:
    """The database of a URL: PostgreSQL natively, any other through SQLAlchemy."""
    if is_postgresql(url):
        return NativeDatabase(url, table)
    from alembic_native.status.through_sqlalchemy import SqlalchemyDatabase

    return SqlalchemyDatabase(url, table)
