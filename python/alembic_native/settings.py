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
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_WITH_UNIT = r"(\d+(?:\.\d*)?|\.\d+)\s*(ms|s|min|h)"


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
    text = str(setting.value).strip().lower()
    found = re.fullmatch(_WITH_UNIT, text, re.ASCII)
    try:
        seconds = float(found[1]) * _SECONDS[found[2]] if found else float(text)
    except ValueError:
        # Refused with the numbers that mean nothing.
        seconds = -1.0
    if not 0 <= seconds < math.inf:
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
