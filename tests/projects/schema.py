"""What is in a database, as text that compares: its schema and the rows of the version table.

The schema is what `pg_dump --schema-only` and `mariadb-dump --no-data` write, and SQLite's own
table of statements.
"""

from __future__ import annotations

import re
import subprocess

import sqlalchemy as sa

from tests.servers.mariadb import find_mariadb_client
from tests.servers.postgres import find_postgres_program

VERSIONS = "SELECT version_num FROM alembic_version ORDER BY version_num"
STATEMENTS = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"


def dump_schema(url: str) -> str:
    """Everything that is defined in the database, without what differs from call to call."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        return "\n".join(str(sql) for (sql,) in rows(url, STATEMENTS))
    if address.get_backend_name() == "postgresql":
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        text = _output(find_postgres_program("pg_dump"), "--schema-only", plain)
        # Newer releases protect the dump with a word made at random.
        return re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.MULTILINE)
    return _output(
        find_mariadb_client("mariadb-dump"),
        "--no-defaults",
        f"--host={address.host}",
        f"--port={address.port}",
        f"--user={address.username}",
        "--no-data",
        "--skip-comments",
        str(address.database),
    )


def versions(url: str) -> list[str]:
    """The rows of the version table; none where there is no such table."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    if not sa.inspect(engine).has_table("alembic_version"):
        return []
    return [str(version) for (version,) in rows(url, VERSIONS)]


def rows(url: str, sql: str) -> list[tuple[object, ...]]:
    """Run one statement in a transaction of its own; the rows it gave, if it gives any."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        result = connection.execute(sa.text(sql))
        return [tuple(row) for row in result] if result.returns_rows else []


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
