"""What a project may configure about statements that wait for a lock.

In ``alembic.ini`` (``[alembic]``) or ``pyproject.toml`` (``[tool.alembic]``)::

    lock_timeout = 5s        # default: none; a statement that waits longer is cut
    lock_retries = 10        # how often the command starts over then
    lock_watch = 5s          # after how long it is looked who is in the way; off: never

The environment variables ``ALEMBIC_LOCK_TIMEOUT``, ``ALEMBIC_LOCK_RETRIES`` and
``ALEMBIC_LOCK_WATCH`` win over both files.
"""

from __future__ import annotations

from typing import NamedTuple

from alembic_native import settings

DEFAULT_RETRIES = 10
DEFAULT_WATCH = 5.0
#: The databases that say who is in the way.
WATCHED = ("postgresql", "mysql", "mariadb")
_SWITCHES = {"on": DEFAULT_WATCH, "true": DEFAULT_WATCH, "yes": DEFAULT_WATCH}
_SWITCHED_OFF = ("off", "false", "no")


class Settings(NamedTuple):
    """Seconds, or None for never; and how often a command may start over."""

    timeout: float | None = None
    retries: int = DEFAULT_RETRIES
    watch: float | None = DEFAULT_WATCH


def read_settings(option: settings.Option | None) -> Settings:
    """The settings of a project, whose ``option`` gives one by its name or None.

    Without a project the defaults. Raises ``InvalidSetting``.
    """
    timeout = settings.read(option, "lock_timeout")
    return Settings(
        timeout=settings.as_seconds(timeout, 0.0, "0 is no limit") or None,
        retries=settings.as_count(settings.read(option, "lock_retries"), DEFAULT_RETRIES),
        watch=_watch(settings.read(option, "lock_watch")),
    )


def _watch(setting: settings.Setting) -> float | None:
    word = str(setting.value).strip().lower()
    if word in _SWITCHED_OFF:
        return None
    if word in _SWITCHES:
        return _SWITCHES[word]
    return settings.as_seconds(setting, DEFAULT_WATCH, "0 or 'off' never looks") or None
