"""What a project may configure about the migration lock.

In ``alembic.ini`` (``[alembic]``) or ``pyproject.toml`` (``[tool.alembic]``)::

    migration_lock = off               # default: on
    migration_lock_timeout = 60        # seconds; default: 900

The environment variable ``ALEMBIC_MIGRATION_LOCK`` (``on`` or ``off``) wins over both files.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alembic_native.locking.errors import InvalidSetting

VARIABLE = "ALEMBIC_MIGRATION_LOCK"
DEFAULT_TIMEOUT = 900.0

_WORDS = {
    "on": True,
    "true": True,
    "yes": True,
    "1": True,
    "off": False,
    "false": False,
    "no": False,
    "0": False,
}


@dataclass(frozen=True)
class Settings:
    """Whether runs take the lock, and how many seconds they wait for it."""

    is_on: bool = True
    timeout: float = DEFAULT_TIMEOUT


def read_settings(option: Callable[[str], Any] | None) -> Settings:
    """The settings of a project, whose ``option`` gives one by its name or None.

    Without a project the defaults. Raises ``InvalidSetting``.
    """
    read = option or (lambda _: None)
    is_on = _switch(read("migration_lock"), "migration_lock")
    timeout = _seconds(read("migration_lock_timeout"))
    from_environment = os.environ.get(VARIABLE, "").strip()
    if from_environment:
        is_on = _switch(from_environment, f"the environment variable {VARIABLE}")
    return Settings(is_on, timeout)


def _switch(value: Any, where: str) -> bool:
    if value is None:
        return True
    answer = _WORDS.get(str(value).strip().lower())
    if answer is None:
        raise InvalidSetting(f"{where} is {str(value)!r}, and has to be 'on' or 'off'.")
    return answer


def _seconds(value: Any) -> float:
    if value is None:
        return DEFAULT_TIMEOUT
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = -1.0
    if not 0 <= seconds < math.inf:
        raise InvalidSetting(
            f"migration_lock_timeout is {str(value)!r}, and has to be a number of seconds: "
            "0 does not wait at all."
        )
    return seconds
