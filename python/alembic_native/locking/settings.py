"""What a project may configure about the migration lock.

In ``alembic.ini`` (``[alembic]``) or ``pyproject.toml`` (``[tool.alembic]``)::

    migration_lock = off               # default: on; required: no run without a lock
    migration_lock_timeout = 60        # seconds; default: 900

The environment variables ``ALEMBIC_MIGRATION_LOCK`` and ``ALEMBIC_MIGRATION_LOCK_TIMEOUT`` win over
both files.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alembic_native.locking.errors import InvalidSetting

DEFAULT_TIMEOUT = 900.0
_REQUIRED = "required"

_SWITCHES = {
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
    """Whether runs take the lock, how many seconds they wait, whether they may go without it."""

    is_on: bool = True
    timeout: float = DEFAULT_TIMEOUT
    is_required: bool = False


def read_settings(option: Callable[[str], Any] | None) -> Settings:
    """The settings of a project, whose ``option`` gives one by its name or None.

    Without a project the defaults. Raises ``InvalidSetting``.
    """
    return Settings(
        **_switch(*_read(option, "migration_lock")),
        timeout=_seconds(*_read(option, "migration_lock_timeout")),
    )


def _read(option: Callable[[str], Any] | None, name: str) -> tuple[Any, str]:
    """A setting, None where it is not there, and where it was found."""
    variable = f"ALEMBIC_{name.upper()}"
    from_environment = os.environ.get(variable, "").strip()
    if from_environment:
        return from_environment, f"the environment variable {variable}"
    return option(name) if option else None, name


def _switch(value: Any, where: str) -> dict[str, bool]:
    if value is None:
        return {}
    word = str(value).strip().lower()
    if word == _REQUIRED:
        return {"is_required": True}
    if word not in _SWITCHES:
        raise InvalidSetting(f"{where} is {str(value)!r}, and has to be 'on', 'off' or 'required'.")
    return {"is_on": _SWITCHES[word]}


def _seconds(value: Any, where: str) -> float:
    if value is None:
        return DEFAULT_TIMEOUT
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        # No number: refused with the numbers that mean nothing.
        seconds = -1.0
    if not 0 <= seconds < math.inf:
        raise InvalidSetting(
            f"{where} is {str(value)!r}, and has to be a number of seconds: 0 does not wait at all."
        )
    return seconds
