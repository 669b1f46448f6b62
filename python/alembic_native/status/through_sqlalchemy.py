"""Databases without a native store, by their URL: through SQLAlchemy, and without ``env.py``."""

from __future__ import annotations

import asyncio
import os
from typing import Any
from urllib.parse import unquote

import sqlalchemy
from sqlalchemy import exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from alembic_native.locking.driver_errors import sqlstate
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.findings import VersionRows
from alembic_native.status.run_at_work import run_at_work
from alembic_native.status.version_table import VersionTable, sorted_heads

_POSTGRESQL_PORT = 5432
# What `native.PASSING` means, where a driver tells the code.
_PASSING_SQLSTATES = ("08", "57", "53300", "3D000", "42501", "42P01", "3F000", "55P03", "40")


class SqlalchemyDatabase:
    """Connects anew at each inspection. For one thread."""

    #: Seconds between two inspections of ``wait``.
    pause = 1.0

    def __init__(self, url: str, table: VersionTable) -> None:
        """Connects to nothing yet. Raises ``StatusUnavailable``."""
        try:
            parsed = make_url(url)
            if "@" in (parsed.host or ""):
                # That of a password; what follows it would be printed as the host's name.
                raise exc.ArgumentError("an @ has to be written as %40")
            self._engine = sqlalchemy.create_engine(parsed, poolclass=NullPool)
        except (exc.ArgumentError, ImportError, ValueError) as error:
            # Of a URL that cannot be read SQLAlchemy's text may repeat the password.
            is_known = isinstance(error, (exc.NoSuchModuleError, ImportError))
            raise StatusUnavailable(
                f"SQLAlchemy does not take this database URL{f' ({error})' if is_known else ''}. "
                "Check it, that an @ in the password is written as %40, and that the driver it "
                "names is installed."
            ) from None
        self._table = table
        self.name = display_name(self._engine.url)

    def read(self, _patience: float | None = None, names_run: bool = False) -> list[VersionRows]:
        """Its rows: one element. Raises what SQLAlchemy raises."""
        if self._is_missing_file():
            # To connect would create it.
            return [VersionRows(self.name, (), str(self._table))]
        if self._engine.dialect.is_async:
            return [self._read_asynchronously(names_run)]
        with self._engine.connect() as connection:
            return [self._rows(connection, names_run)]

    def is_passing(self, error: Exception) -> bool:
        """Whether the same may succeed later."""
        return may_pass(error)

    def close(self) -> None:
        self._engine.dispose()

    def _rows(self, connection: Any, names_run: bool) -> VersionRows:
        table = self._table
        column = sqlalchemy.Column("version_num", sqlalchemy.String(32))
        version = sqlalchemy.Table(
            table.name, sqlalchemy.MetaData(), column, schema=table.schema or None
        )
        if is_table_missing(connection, table):
            return VersionRows(self.name, (), str(table))
        heads = sorted_heads(connection.execute(version.select()).scalars(), self.name, table)
        run = run_at_work(connection, table.name, table.schema) if names_run else ""
        return VersionRows(self.name, heads, run_at_work=run)

    def _read_asynchronously(self, names_run: bool) -> VersionRows:
        from sqlalchemy.ext.asyncio import AsyncEngine

        async def read() -> VersionRows:
            async with AsyncEngine(self._engine).connect() as connection:
                return await connection.run_sync(self._rows, names_run)

        return asyncio.run(read())

    def _is_missing_file(self) -> bool:
        url = self._engine.url
        if url.get_backend_name() != "sqlite":
            return False
        path = url.database or ":memory:"
        if url.query.get("uri"):
            path = unquote(path.removeprefix("file:").partition("?")[0]) or ":memory:"
        folder = os.path.dirname(path) or os.curdir
        # Without its folder the file could not be made, either: connecting says so.
        return ":memory:" not in path and os.path.isdir(folder) and not os.path.exists(path)


def is_table_missing(connection: Any, table: VersionTable) -> bool:
    """Whether the database of a connection has no such version table."""
    return not sqlalchemy.inspect(connection).has_table(table.name, table.schema or None)


def display_name(url: URL) -> str:
    """A URL without its driver, its password and its parameters, which may hold one.

    That of PostgreSQL is ``user@host:port/database``, as the native store says it.
    """
    kind = url.get_backend_name()
    port = url.port
    if kind == "postgresql" and url.host:
        port = port or _POSTGRESQL_PORT
    named = URL.create(kind, url.username, None, url.host, port, url.database)
    return named.render_as_string().removeprefix("postgresql://")


def may_pass(error: Exception) -> bool:
    """Whether an error, of SQLAlchemy or of a driver, may be gone later."""
    if isinstance(error, exc.DBAPIError):
        if error.connection_invalidated or isinstance(
            error, (exc.OperationalError, exc.InterfaceError)
        ):
            return True
        return sqlstate(error.orig).startswith(_PASSING_SQLSTATES)
    # Drivers for asyncio raise their own, and the system's, while they connect. One with a file's
    # name is about a file that env.py reads.
    if isinstance(error, OSError):
        return error.filename is None
    if isinstance(error, asyncio.TimeoutError):
        return True
    return sqlstate(error).startswith(_PASSING_SQLSTATES)
