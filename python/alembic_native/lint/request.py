"""What a command line asks of ``lint``."""

from __future__ import annotations

from alembic_native.lint.errors import WrongOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Request:
    """The options of one run."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """``options`` by the names in ``options.py``. Raises ``WrongOptions``."""
        self.is_strict = bool(options.get("strict"))
        self.exits_zero = bool(options.get("exit_zero"))
        self.shows_statistics = bool(options.get("statistics"))
        self.is_quiet = bool(options.get("quiet"))
        if self.is_strict and self.exits_zero:
            raise WrongOptions("--strict and --exit-zero exclude each other.")
