"""Errors of the capabilities as Alembic's command line and its callers know them.

Each is a subclass of the capability's own error and of ``CommandError``, which the command line
prints and for which programs have handlers. Where it has an ``exit_code``, the command line ends
with that instead of Alembic's 255.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.util.exc import CommandError

from alembic_native import settings
from alembic_native.locking import errors as locking
from alembic_native.run import errors as run

#: ``EX_TEMPFAIL`` of ``sysexits.h``: the same command may succeed later.
TRY_AGAIN = 75
#: As for an option that argparse refuses.
WRONG_SETTING = 2
#: As for an exception that nobody catches.
FAILED = 1


class MigrationLockError(locking.MigrationLockError, CommandError):
    """See :class:`alembic_native.locking.errors.MigrationLockError`."""


class MigrationLockTimeout(locking.MigrationLockTimeout, MigrationLockError):
    """See :class:`alembic_native.locking.errors.MigrationLockTimeout`."""

    exit_code = TRY_AGAIN


class MigrationLockUnavailable(locking.MigrationLockUnavailable, MigrationLockError):
    """See :class:`alembic_native.locking.errors.MigrationLockUnavailable`."""


class HeadsMayBeStale(locking.HeadsMayBeStale, MigrationLockError):
    """See :class:`alembic_native.locking.errors.HeadsMayBeStale`."""


class LockWaitTimeout(run.LockWaitTimeout, CommandError):
    """See :class:`alembic_native.run.errors.LockWaitTimeout`."""

    exit_code = TRY_AGAIN


class InvalidSetting(settings.InvalidSetting, CommandError):
    """See :class:`alembic_native.settings.InvalidSetting`."""

    exit_code = WRONG_SETTING


class NotCommitted(run.NotCommitted, CommandError):
    """See :class:`alembic_native.run.errors.NotCommitted`."""

    exit_code = FAILED


_COMMAND_ERRORS: tuple[type[CommandError], ...] = (
    MigrationLockTimeout,
    MigrationLockUnavailable,
    HeadsMayBeStale,
    LockWaitTimeout,
    InvalidSetting,
    NotCommitted,
    MigrationLockError,
)


@contextmanager
def as_command_errors() -> Iterator[None]:
    """Raise the errors of a capability as the classes above, which commands know."""
    try:
        yield
    except (
        locking.MigrationLockError,
        run.LockWaitTimeout,
        run.NotCommitted,
        settings.InvalidSetting,
    ) as error:
        # The capability knows nothing of CommandError.
        if isinstance(error, CommandError):
            raise
        for known in _COMMAND_ERRORS:
            if isinstance(error, known.__mro__[1]):
                raise known(*error.args).with_traceback(error.__traceback__) from error.__cause__
        raise


def exit_code_of(error: BaseException | None) -> int | None:
    """The exit code that an error of this module has of its own, if it has one."""
    return getattr(error, "exit_code", None) if isinstance(error, _COMMAND_ERRORS) else None
