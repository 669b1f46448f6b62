"""Errors of the capabilities as Alembic's command line and its callers know them.

Each is a subclass of the capability's own error and of ``CommandError``, which the command line
prints and for which programs have handlers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.util.exc import CommandError

from alembic_native import errors
from alembic_native.locking import errors as locking


class MissingRevision(errors.MissingRevision, CommandError):
    """See :class:`alembic_native.errors.MissingRevision`."""


class MigrationLockError(locking.MigrationLockError, CommandError):
    """See :class:`alembic_native.locking.errors.MigrationLockError`."""


class MigrationLockTimeout(locking.MigrationLockTimeout, MigrationLockError):
    """See :class:`alembic_native.locking.errors.MigrationLockTimeout`."""


class MigrationLockUnavailable(locking.MigrationLockUnavailable, MigrationLockError):
    """See :class:`alembic_native.locking.errors.MigrationLockUnavailable`."""


class HeadsMayBeStale(locking.HeadsMayBeStale, MigrationLockError):
    """See :class:`alembic_native.locking.errors.HeadsMayBeStale`."""


class InvalidSetting(locking.InvalidSetting, MigrationLockError):
    """See :class:`alembic_native.locking.errors.InvalidSetting`."""


_COMMAND_ERRORS: tuple[type[MigrationLockError], ...] = (
    MigrationLockTimeout,
    MigrationLockUnavailable,
    HeadsMayBeStale,
    InvalidSetting,
    MigrationLockError,
)


@contextmanager
def as_command_errors() -> Iterator[None]:
    """Raise the errors of the lock as the classes above, which commands know."""
    try:
        yield
    except locking.MigrationLockError as error:
        # The capability knows nothing of CommandError.
        if isinstance(error, CommandError):
            raise
        for known in _COMMAND_ERRORS:
            if isinstance(error, known.__mro__[1]):
                raise known(*error.args).with_traceback(error.__traceback__) from error.__cause__
        raise
