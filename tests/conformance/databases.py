"""The databases that upstream's suite runs on: empty, and one for each run."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from tests.servers import PostgresServer

DATABASES = ("sqlite", "postgresql")

# What upstream's README.unittests asks for, and the collation of one test: a machine without
# that locale has none of this name.
PREPARATION = (
    "CREATE SCHEMA test_schema",
    "CREATE SCHEMA test_schema_2",
    "CREATE EXTENSION hstore",
    "CREATE COLLATION IF NOT EXISTS \"en_US\" (LOCALE = 'C')",
)


@contextlib.contextmanager
def databases(kind: str) -> Iterator[Callable[[str], str]]:
    """A function that creates a database of this name and returns its URL for SQLAlchemy.

    The server of PostgreSQL's databases runs as long as the `with` block.
    """
    if kind == "sqlite":
        yield lambda _name: "sqlite:///:memory:"
        return
    with PostgresServer() as server:
        for statement in PREPARATION:
            server.execute(statement)

        def create(name: str) -> str:
            server.execute(f"CREATE DATABASE {name} TEMPLATE postgres")
            return server.url("psycopg2", name)

        yield create
