"""The drivers of the matrix, and a fresh database for each."""

from __future__ import annotations

import itertools
import pathlib
import threading

from tests.servers import MariaDBServer, PostgresServer, Server

#: Name of the driver -> what pip calls it, and what SQLAlchemy calls the dialect.
DRIVERS = {
    "sqlite3": (None, "sqlite"),
    "aiosqlite": ("aiosqlite", "sqlite+aiosqlite"),
    "psycopg2": ("psycopg2-binary", "postgresql+psycopg2"),
    "psycopg": ("psycopg[binary]", "postgresql+psycopg"),
    "asyncpg": ("asyncpg", "postgresql+asyncpg"),
    "pg8000": ("pg8000", "postgresql+pg8000"),
    "PyMySQL": ("PyMySQL", "mysql+pymysql"),
    "mysqlclient": ("mysqlclient", "mysql+mysqldb"),
}
#: SQLAlchemy's line -> the drivers that it has no dialect for.
WITHOUT_DIALECT = {"1.4": {"psycopg"}}


def requirements() -> list[str]:
    """Arguments of `pip install` for all of them, and for asyncio in SQLAlchemy."""
    return [*(package for package, _ in DRIVERS.values() if package), "greenlet"]


class Databases:
    """An empty database for each driver and row. For use by several threads."""

    def __init__(self, postgres: PostgresServer, mariadb: MariaDBServer) -> None:
        self._servers: dict[str, Server] = {"postgresql": postgres, "mysql": mariadb}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def create(self, folder: pathlib.Path) -> dict[str, str]:
        """Name of a driver -> SQLAlchemy's URL; SQLite's files lie in `folder`."""
        with self._lock:
            return {name: self._create(dialect, folder) for name, (_, dialect) in DRIVERS.items()}

    def _create(self, dialect: str, folder: pathlib.Path) -> str:
        name = f"row_{next(self._numbers)}"
        kind, _, driver = dialect.partition("+")
        if kind == "sqlite":
            return f"{dialect}:///{folder / name}.db"
        return self._servers[kind].create_database(name, driver)

    def drop(self, urls: dict[str, str]) -> None:
        """Remove what `create` made on the servers."""
        with self._lock:
            for url in urls.values():
                server = self._servers.get(url.partition("+")[0])
                if server:
                    server.drop_database(url.rpartition("/")[2].partition("?")[0])
