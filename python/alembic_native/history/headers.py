"""Script headers, read by the rules of the running interpreter.

Imports neither Alembic nor SQLAlchemy.
"""

from __future__ import annotations

import sys

from alembic_native import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: ``-OO`` leaves a module without its docstring.
_STRIPS_DOCSTRINGS = sys.flags.optimize >= 2


def read_header(source: bytes) -> _core.ScriptHeader | None:
    """The header of a script; None where it has to be imported to know."""
    header = _core.read_script_header(source, sys.version_info.minor, _STRIPS_DOCSTRINGS)
    return header if isinstance(header, _core.ScriptHeader) else None


def is_script_name(name: str) -> bool:
    """Whether a file of this name is a script, by upstream's rule; ``.pyc`` and the like aside."""
    return name.endswith(".py") and not name.startswith((".#", "__init__")) and "\n" not in name


def read_version_locations(locations: Iterable[str], is_recursive: bool) -> _core.ScriptTable:
    """The scripts of some folders, read on several threads."""
    return _core.read_version_locations(
        locations, is_recursive, sys.version_info.minor, _STRIPS_DOCSTRINGS
    )
