"""What a project may configure about the migration lock.

In ``alembic.ini`` (``[alembic]``) or ``pyproject.toml`` (``[tool.alembic]``)::

    migration_lock = off
    migration_lock_timeout = 60s

The lock is on unless a project says off; with ``required`` there is no run without it. The timeout
is 15 minutes unless it is set.

The environment variables ``ALEMBIC_MIGRATION_LOCK`` and ``ALEMBIC_MIGRATION_LOCK_TIMEOUT`` win over
both files.
"""

from __future__ import annotations

from dataclasses import dataclass

from alembic_native import settings

DEFAULT_TIMEOUT = 900.0
_REQUIRED = "required"


@dataclass(frozen=True)
class Settings:
    """Whether runs take the lock, how many seconds they wait, whether they may go without it."""

    is_on: bool = True
    timeout: float = DEFAULT_TIMEOUT
    is_required: bool = False


def read_settings(option: settings.Option | None) -> Settings:
    """The settings of a project, whose ``option`` gives one by its name or None.

    Without a project the defaults. Raises ``InvalidSetting``.
    """
    lock = settings.as_switch(settings.read(option, "migration_lock"), True, _REQUIRED)
    timeout = settings.read(option, "migration_lock_timeout")
    return Settings(
        is_on=bool(lock),
        timeout=settings.as_seconds(timeout, DEFAULT_TIMEOUT, "0 does not wait at all"),
        is_required=lock == _REQUIRED,
    )
