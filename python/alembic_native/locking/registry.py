"""Which lock a database has, by the name of SQLAlchemy's dialect."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from alembic_native.locking import mysql, postgresql, sqlite
from alembic_native.locking.lock import MigrationLock, log

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

#: Makes the lock of a run, or answers None where that database has none.
LockFactory = Callable[["MigrationContext"], "MigrationLock | None"]

_factories: dict[str, LockFactory] = {
    "postgresql": postgresql.make_lock,
    "mysql": mysql.make_lock,
    "mariadb": mysql.make_lock,
    "sqlite": sqlite.make_lock,
}


def register_migration_lock(dialect_name: str, factory: LockFactory) -> None:
    """See :func:`alembic_native.register_migration_lock`."""
    _factories[dialect_name] = factory


def make_lock(context: MigrationContext) -> MigrationLock | None:
    """The lock for a run of ``context``; None, with a debug line, where there is none."""
    factory = _factories.get(context.dialect.name)
    lock = factory(context) if factory else None
    if lock is None:
        log.debug(
            "No migration lock on this database (%s): two runs at once may collide",
            context.dialect.name,
        )
    return lock
