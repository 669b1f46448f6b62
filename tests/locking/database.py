"""What is in a database after the runs, as one object to compare with what should be."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from tests.locking.projects import Project


def engine_for(url: str) -> sa.Engine:
    """An engine that keeps no connection, with a driver that is not asynchronous."""
    plain = url.replace("+asyncpg", "+psycopg2").replace("+aiosqlite", "")
    return sa.create_engine(plain, poolclass=sa.pool.NullPool)


#: What a run says that cannot see what another one has done.
RUN_AGAIN = "Nothing was changed: run the command again"


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    with engine_for(url).begin() as connection:
        result = connection.execute(sa.text(sql))
        return [tuple(row) for row in result] if result.returns_rows else []


def keeps_snapshots(url: str) -> bool:
    """Whether a MariaDB server refuses to lock a row that has changed since the snapshot.

    It is the default from 11.6 on; older ones do not know the setting.
    """
    found = rows(url, "SHOW VARIABLES LIKE 'innodb_snapshot_isolation'")
    return found == [("innodb_snapshot_isolation", "ON")]


@dataclasses.dataclass(frozen=True)
class State:
    """Heads in the version table, tables made by scripts, and (script, direction) that ran."""

    heads: list[str]
    tables: list[str]
    executed: list[tuple[str, str]]


def state(url: str) -> State:
    names = sa.inspect(engine_for(url)).get_table_names()

    def column_rows(table: str, columns: str) -> list[tuple[Any, ...]]:
        return sorted(rows(url, f"SELECT {columns} FROM {table}")) if table in names else []

    heads = [head for (head,) in column_rows("alembic_version", "version_num")]
    numbered = sorted(
        (name for name in names if name.startswith("table_")), key=lambda name: int(name[6:])
    )
    return State(heads, numbered, column_rows("executed", "revision, direction"))


def upgraded(project: Project, steps: int | None = None) -> State:
    """The state after the first `steps` scripts of a project ran exactly once; all by default."""
    revisions = project.revisions[:steps]
    return State(
        revisions[-1:],
        [f"table_{number}" for number in range(1, len(revisions) + 1)],
        [(revision, "up") for revision in revisions],
    )


@contextlib.contextmanager
def lock_held(url: str) -> Iterator[str]:
    """Hold the migration lock of `alembic_version` as another program would; who holds it."""
    from alembic_native.locking.key import migration_lock_key
    from alembic_native.locking.lock_file import give_up, lock_file, take
    from alembic_native.locking.mysql import lock_name

    if url.startswith("sqlite"):
        taken_file = take(lock_file(url.removeprefix("sqlite:///")), "pid 1, the test")
        assert taken_file is not None
        try:
            yield "pid 1, the test"
        finally:
            give_up(taken_file)
        return
    with engine_for(url).connect() as connection:
        if connection.dialect.name == "postgresql":
            key = migration_lock_key("public", "alembic_version")
            pid = connection.scalar(
                sa.text("SELECT pg_backend_pid() FROM pg_advisory_xact_lock(:key)"), {"key": key}
            )
            connection.execute(sa.text("SELECT set_config('application_name', 'the test', false)"))
            yield f"pid {pid}, client 127.0.0.1, application the test"
        else:
            name = lock_name(connection.engine.url.database, "alembic_version")
            taken, number = connection.execute(
                sa.text("SELECT GET_LOCK(:name, 0), CONNECTION_ID()"), {"name": name}
            ).one()
            assert taken == 1
            yield f"connection {number}, client "


def lock_is_free(url: str) -> bool:
    """Whether the next run on `alembic_version` would get the migration lock at once."""
    from alembic_native.locking.lock_file import give_up, lock_file, take
    from alembic_native.locking.mysql import lock_name

    if url.startswith("sqlite"):
        descriptor = take(lock_file(url.removeprefix("sqlite:///")), "the test")
        if descriptor is not None:
            give_up(descriptor)
        return descriptor is not None
    if url.startswith("postgresql"):
        return rows(url, "SELECT pid FROM pg_locks WHERE locktype = 'advisory'") == []
    name = lock_name(sa.engine.make_url(url).database, "alembic_version")
    return rows(url, f"SELECT IS_FREE_LOCK('{name}')") == [(1,)]
