"""What a migration lock has to do. One object serves one run, in the thread of that run."""

from __future__ import annotations

import abc
import logging
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import Connection
    from sqlalchemy.exc import DBAPIError

#: Beneath "alembic", whose level and handlers the logging section of every alembic.ini sets.
log = logging.getLogger("alembic.migration_lock")


class MigrationLock(abc.ABC):
    """A lock on the version table of one run.

    Derive from it and give :func:`alembic_native.register_migration_lock` a function that makes
    one. ``try_acquire`` and ``release`` have to be there; statements run on ``connection``, which
    is the one that the migration scripts use.
    """

    #: Whether nothing but the run's own reading of the heads has happened in the connection's
    #: transaction, so that ending it in the database takes nothing from anybody. Set before
    #: ``prepare`` is called.
    owns_transaction = False

    #: Whether the run may not go on without the lock. Set before ``prepare`` is called.
    is_required = False

    #: Whether the caller's transaction sees less than is in the table. When ``current_heads`` has
    #: set it, steps that remain are not run.
    sees_old_rows = False

    def __init__(self, context: MigrationContext) -> None:
        self.context = context

    @property
    def connection(self) -> Connection:
        """The run's connection."""
        connection = self.context.connection
        assert connection is not None
        return connection

    @property
    def is_in_transaction_of_caller(self) -> bool:
        """Whether the connection was in a transaction when ``env.py`` configured the context.

        Such a transaction is never committed or rolled back, and neither does Alembic.
        """
        return bool(self.context._in_external_transaction)

    @abc.abstractmethod
    def try_acquire(self, patience: float) -> bool:
        """Take the lock if it is free, and say whether it was taken.

        May wait for up to ``patience`` seconds, provided that waiting hinders nobody who works on
        the database; need not wait at all.
        """

    @abc.abstractmethod
    def release(self, succeeded: bool) -> None:
        """Give up the lock that ``try_acquire`` has taken, after the run.

        The transaction may be unusable when the run did not succeed. An exception is not raised
        further then: the run's own says more.
        """

    def prepare(self) -> None:  # noqa: B027
        """Called once, before the lock is tried."""

    def holder(self) -> str | None:
        """Who holds the lock, for people to read; None when that is not known."""
        return None

    def check_wait(self) -> None:  # noqa: B027
        """Called now and then while waiting; raises ``MigrationLockError`` if it would not end."""

    def longest_pause(self) -> float:
        """Seconds for which the connection may be idle while waiting. Called when a wait begins."""
        return math.inf

    def abandon(self) -> None:  # noqa: B027
        """Called instead of ``release`` when the wait ends with an exception.

        It may be an interrupt that came just after the lock was taken.
        """

    def current_heads(self) -> tuple[str, ...]:
        """The heads in the version table now that the lock is held."""
        return self.context.get_current_heads()

    def keep_beyond_commit(self) -> None:  # noqa: B027
        """Called when the run's transaction is about to be committed and the run goes on."""

    def is_busy(self, error: DBAPIError) -> bool:  # noqa: ARG002
        """Whether the heads could not be read only because another run is at work."""
        return False
