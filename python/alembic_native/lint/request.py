"""What a command line asks of ``lint``."""

from __future__ import annotations

from alembic_native.lint.errors import WrongOptions
from alembic_native.lint.options import DIALECTS, FORMATS, PATHS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Request:
    """The options of one run; None and empty where something was not given."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """``options`` by the names in ``options.py``. Raises ``WrongOptions``."""
        self.paths: tuple[str, ...] = tuple(options.get(PATHS) or ())
        self.base: str | None = options.get("base")
        self.dialect: str | None = options.get("dialect")
        self.format: str = options.get("format") or "text"
        self.explain: str | None = options.get("explain")
        self.is_strict = bool(options.get("strict"))
        self.exits_zero = bool(options.get("exit_zero"))
        self.shows_statistics = bool(options.get("statistics"))
        self.writes_heads = bool(options.get("write_heads"))
        self.is_quiet = bool(options.get("quiet"))
        version: str | None = options.get("server_version")
        self.server_version = None if version is None else server_version(version)
        if self.dialect is not None and self.dialect not in DIALECTS:
            raise WrongOptions(f"--dialect is one of {', '.join(DIALECTS)}.")
        if self.format not in FORMATS:
            raise WrongOptions(f"--format is one of {', '.join(FORMATS)}.")
        if self.base == "":
            raise WrongOptions("--base is empty: give a branch, or a commit.")
        if self.is_strict and self.exits_zero:
            raise WrongOptions("--strict and --exit-zero exclude each other.")


def server_version(text: str) -> int:
    """``16``, ``16.2``, ``8.0.36`` or ``10.11`` as 1600, 1602, 800 and 1011.

    Raises ``WrongOptions``.
    """
    numbers = text.strip().split(".")
    if not 1 <= len(numbers) <= 3 or not all(
        one.isascii() and one.isdigit() and len(one) <= 3 for one in numbers
    ):
        raise WrongOptions(f"{text!r} is no version of a database: write 16, or 8.0.")
    return int(numbers[0]) * 100 + (int(numbers[1]) if len(numbers) > 1 else 0)
