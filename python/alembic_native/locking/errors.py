"""Why a run was stopped before its first step. The database is unchanged in each case."""

from __future__ import annotations


class MigrationLockError(Exception):
    """The migration lock could not be had, or would not protect the run.

    On the command line, and from ``alembic.command``, it is a ``CommandError`` of Alembic as well.
    """


class MigrationLockTimeout(MigrationLockError):
    """Another run held the lock for as long as this one was willing to wait."""


class MigrationLockUnavailable(MigrationLockError):
    """``migration_lock = required``, and there is no lock for this run."""


class HeadsMayBeStale(MigrationLockError):
    """The transaction sees the database as it was before the lock was taken."""


def run_again(reason: str) -> HeadsMayBeStale:
    """The error for a transaction whose snapshot is older than the lock; ``reason`` says how."""
    return HeadsMayBeStale(
        f"{reason}, and the transaction of this run sees the database as it was before. "
        "Nothing was changed: run the command again. To have it wait instead, let env.py use the "
        "isolation level READ COMMITTED for migrations, or not open a transaction before "
        "context.configure()."
    )
