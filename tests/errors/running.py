"""Runs the cases on real servers: each through upstream and through the overlay."""

from __future__ import annotations

import contextlib
import importlib.metadata
import pathlib
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg2
import pymysql

from tests.differential.cli_processes import Result
from tests.differential.cli_processes import Server as Processes
from tests.errors.cases import ASYNC_ENV, PASSWORD, PROJECT, URLS, Case
from tests.servers import MariaDBServer, PostgresServer, Server

_LOADED = (
    *("sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.mysql", "sqlalchemy.dialects.sqlite"),
    *("sqlalchemy.ext.asyncio", "psycopg2", "psycopg", "asyncpg", "pymysql", "mako.template"),
)
#: Distributions whose words are on the page.
_PACKAGES = ("Alembic", "SQLAlchemy", "psycopg2-binary", "psycopg", "asyncpg", "PyMySQL")


@dataclass(frozen=True)
class Outcome:
    """What became of a case, with one database, through upstream and through the overlay."""

    case: Case
    database: str
    folder: pathlib.Path
    upstream: Result
    ours: Result


class Runner:
    """Needs the two servers, of which PostgreSQL's asks `anne` for her password."""

    def __init__(self, postgres: Server, mariadb: Server, folder: pathlib.Path) -> None:
        self.ports = {"postgres": postgres.port, "mariadb": mariadb.port}
        self._folder = folder / "app"
        self._upstream = Processes(*_LOADED, "alembic.config", ALEMBIC_NATIVE="0")
        self._overlay = Processes(*_LOADED)
        role = f"CREATE ROLE anne LOGIN PASSWORD '{PASSWORD}'"
        postgres.execute(f"{role}; GRANT CREATE ON DATABASE postgres TO anne")
        postgres.execute("CREATE DATABASE app OWNER anne")
        mariadb.execute(
            f"CREATE USER anne@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'; "
            "GRANT ALL ON *.* TO anne@'127.0.0.1'"
        )
        self._mariadb = pymysql.connect(host="127.0.0.1", port=mariadb.port, user="root")
        self._postgres = psycopg2.connect(postgres.url(None, "app"))
        self._postgres.autocommit = True

    def versions(self) -> str:
        """Of what has a say in the words of an error, without patch levels."""
        # MariaDB's handshake puts a version of MySQL in front of its own.
        mariadb = self._mariadb.get_server_info().removeprefix("5.5.5-")
        found = {
            "Python": ".".join(platform.python_version_tuple()[:2]),
            **{name: _line(name) for name in _PACKAGES},
            "PostgreSQL": str(self._postgres.info.server_version // 10000),
            "MariaDB": _line_of(mariadb),
        }
        return ", ".join(f"{name} {version}" for name, version in found.items())

    def stop(self) -> None:
        self._upstream.stop()
        self._overlay.stop()
        self._postgres.close()
        self._mariadb.close()

    def run(self, case: Case, database: str) -> Outcome:
        results = []
        for processes in (self._upstream, self._overlay):
            self._lay_out(case, database)
            self._empty(database)
            self._execute(database, case.sql)
            for command in case.commands:
                result, _ = processes.run(self._folder / case.folder, command.split(), {})
            results.append(result)
        return Outcome(case, database, self._folder, *results)

    def _lay_out(self, case: Case, database: str) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        url = URLS[database]
        old, new = case.url
        server = "mariadb" if database == "mariadb" else "postgres"
        url = url.format(password=PASSWORD, **self.ports)
        url = url.replace(old.format(port=self.ports[server]), new) if old else url
        files = {**PROJECT, **case.files}
        if database == "asyncpg":
            files["migrations/env.py"] = ASYNC_ENV
        for name, content in files.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content.replace("{url}", url))

    def _empty(self, database: str) -> None:
        if database == "mariadb":
            self._execute(database, "DROP DATABASE IF EXISTS app; CREATE DATABASE app")
        elif database != "sqlite":
            self._execute(database, "RESET ROLE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            self._execute(database, "ALTER SCHEMA public OWNER TO anne; SET ROLE anne")

    def _execute(self, database: str, sql: str) -> None:
        statements = [one for one in sql.split(";") if one.strip()]
        if database == "sqlite":
            with contextlib.closing(sqlite3.connect(self._folder / "app.db")) as connection:
                connection.executescript(sql)
            return
        if database == "mariadb":
            with self._mariadb.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                cursor.execute("CREATE DATABASE IF NOT EXISTS app")
                cursor.execute("USE app")
            return
        with self._postgres.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def _line(distribution: str) -> str:
    return _line_of(importlib.metadata.version(distribution))


def _line_of(version: str) -> str:
    return ".".join(version.split(".")[:2])


def postgres_server() -> PostgresServer:
    return PostgresServer(hba=["host all anne 127.0.0.1/32 scram-sha-256"])


@contextlib.contextmanager
def runner(folder: pathlib.Path) -> Iterator[Runner]:
    """With servers of its own."""
    with postgres_server() as postgres, MariaDBServer() as mariadb:
        made = Runner(postgres, mariadb, folder)
        try:
            yield made
        finally:
            made.stop()
