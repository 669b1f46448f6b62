"""Which way leads to a database: the native store, SQLAlchemy, or ``env.py``."""

from __future__ import annotations

from alembic_native.database_status.native import NativeDatabase, is_postgresql

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic.config import Config

    from alembic_native.database_status.history import History
    from alembic_native.database_status.taking import Database
    from alembic_native.database_status.version_table import VersionTable


def database_at(url: str, table: VersionTable) -> Database:
    """The database of a URL: PostgreSQL natively, any other through SQLAlchemy."""
    if is_postgresql(url):
        return NativeDatabase(url, table)
    from alembic_native.database_status.through_sqlalchemy import SqlalchemyDatabase

    return SqlalchemyDatabase(url, table)


def databases_of_environment(config: Config) -> tuple[History, Database]:
    """The scripts of a configuration and the databases that its ``env.py`` configures."""
    from alembic_native.database_status.history import DirectoryHistory
    from alembic_native.database_status.through_environment import EnvironmentDatabases

    databases = EnvironmentDatabases(config)
    return DirectoryHistory(databases.directory), databases
