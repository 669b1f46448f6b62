"""A warning of settings that look true and are false.

Of ``sourceless`` and ``recursive_version_locations`` in the .ini file Alembic compares the text
with ``true``: ``True`` or ``yes`` is false. It stays so, and is said, once a process.

Bound into ``alembic.script.base``: ``ScriptDirectory.from_config``.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script.base import ScriptDirectory

BOUND_MODULES = ("alembic.script.base", "alembic.util")

#: What was warned of: file, name and value.
_warned: set[tuple[str, str, str]] = set()


def assignments(base: ModuleType, util: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.script.base``."""
    upstream_from_config = base.ScriptDirectory.from_config.__func__

    def from_config(cls: type[ScriptDirectory], config: Config) -> ScriptDirectory:
        from alembic_native.history.configuration import COMPARED_WITH_TRUE, is_surely_meant

        section, options = config.config_ini_section, config.file_config
        for name in COMPARED_WITH_TRUE:
            if not options.has_option(section, name):
                continue
            value = options.get(section, name)
            key = (str(config.config_file_name), name, value)
            if is_surely_meant(value) or key in _warned:
                continue
            _warned.add(key)
            where = _where(config, section, name)
            util.warn(
                f"{name} = {value}{where} is taken for false: Alembic knows no other word for "
                f"true than 'true'. Write {name} = true, or false."
            )
        directory: ScriptDirectory = upstream_from_config(cls, config)
        return directory

    from_config.__doc__ = upstream_from_config.__doc__
    return [(base.ScriptDirectory, "from_config", classmethod(from_config))]


def _where(config: Any, section: str, name: str) -> str:
    """``" (file, line 3)"``, as much of it as is known."""
    file = config.config_file_name
    if file is None:
        return ""
    try:
        with open(file, encoding="locale") as opened:
            lines = opened.read().splitlines()
    except (OSError, UnicodeError):
        return f" ({file})"
    found = _line(lines, section, name) or _line(lines, "DEFAULT", name)
    return f" ({file}, line {found})" if found else f" ({file})"


def _line(lines: list[str], section: str, name: str) -> int | None:
    """The number of the line that sets an option in a section, from 1."""
    current = None
    for number, line in enumerate(lines, start=1):
        header = re.match(r"\[(.+)\]", line)
        if header:
            current = header[1]
        elif current == section and re.match(rf"{name}\s*[=:]", line.strip(), re.IGNORECASE):
            return number
    return None
