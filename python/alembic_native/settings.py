"""What a project may configure: where a setting is found, and what its text may be.

A setting stands in ``alembic.ini`` (``[alembic]``) or ``pyproject.toml`` (``[tool.alembic]``). An
environment variable, ``ALEMBIC_`` and its name in capitals, wins over both files.
"""

from __future__ import annotations

import os
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    #: Gives a setting of a project by its name, or None; ``Config.get_alembic_option`` is one.
    Option = Callable[[str], Any]

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
_SECONDS = {"": 1.0, "ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_DURATION = r"(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*)"


class InvalidSetting(Exception):
    """A setting has a value that means nothing."""


class Setting(namedtuple("Setting", ("value", "where"))):
    """A setting as it was found: None where it is not there, and where it was looked for."""

    __slots__ = ()


def read(option: Option | None, name: str) -> Setting:
    """A setting of the project that ``option`` belongs to, or of no project."""
    variable = f"ALEMBIC_{name.upper()}"
    from_environment = os.environ.get(variable, "").strip()
    if from_environment:
        return Setting(from_environment, f"the environment variable {variable}")
    return Setting(option(name) if option else None, name)


def as_switch(setting: Setting, default: bool, *further: str) -> bool | str:
    """Whether it is on; or which of the ``further`` words it is. Raises ``InvalidSetting``."""
    if setting.value is None:
        return default
    word = str(setting.value).strip().lower()
    if word in further:
        return word
    if word not in _SWITCHES:
        *words, last = (repr(one) for one in ("on", "off", *further))
        allowed = f"{', '.join(words)} or {last}"
        raise InvalidSetting(f"{setting.where} is {str(setting.value)!r}, and has to be {allowed}.")
    return _SWITCHES[word]


def as_seconds(setting: Setting, default: float, zero: str) -> float:
    """How many seconds it is: a number of seconds, or one with the unit ms, s, min or h.

    ``zero`` says to people what 0 means. Raises ``InvalidSetting``.
    """
    import math
    import re

    if setting.value is None:
        return default
    found = re.fullmatch(_DURATION, str(setting.value).strip().lower(), re.ASCII)
    seconds = math.inf
    if found is not None and found[2] in _SECONDS:
        seconds = float(found[1]) * _SECONDS[found[2]]
    if seconds == math.inf:
        raise InvalidSetting(
            f"{setting.where} is {str(setting.value)!r}, and has to be a number of seconds, or a "
            f"number with a unit (ms, s, min, h): {zero}."
        )
    return seconds


def as_count(setting: Setting, default: int) -> int:
    """Which whole number from 0 it is. Raises ``InvalidSetting``."""
    if setting.value is None:
        return default
    text = str(setting.value).strip()
    if not (text.isascii() and text.isdecimal()):
        raise InvalidSetting(
            f"{setting.where} is {str(setting.value)!r}, and has to be a whole number, 0 or more."
        )
    return int(text)
