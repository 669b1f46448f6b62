"""What a command line asks of ``lint``."""

from __future__ import annotations

from alembic_native.lint.dialects import JUDGED, version_number
from alembic_native.lint.errors import LintFailed, WrongOptions
from alembic_native.lint.options import FORMATS, PATHS
from alembic_native.lint.rules import RULES, is_explained

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Request:
    """The options of one run. What is not given is None, empty, or False."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """``options`` by the names in ``options.py``. Raises ``WrongOptions``."""
        self.paths: list[str] = list(options.get(PATHS) or ())
        self.base: str | None = options.get("base")
        self.dialect: str | None = options.get("dialect")
        chosen = options.get("format")
        self.format: str = FORMATS[0] if chosen is None else chosen
        self.explained: str | None = options.get("explain")
        self.writes_heads = bool(options.get("write_heads"))
        self.is_strict = bool(options.get("strict"))
        self.exits_zero = bool(options.get("exit_zero"))
        self.shows_statistics = bool(options.get("statistics"))
        self.is_quiet = bool(options.get("quiet"))
        if self.base == "":
            raise WrongOptions("--base is empty. Name a branch, a tag or a commit.")
        if self.dialect is not None and self.dialect not in JUDGED:
            raise WrongOptions(f"--dialect: {self.dialect!r} is not one of {', '.join(JUDGED)}.")
        if self.format not in FORMATS:
            raise WrongOptions(f"--format: {self.format!r} is not one of {', '.join(FORMATS)}.")
        try:
            self.server_version = version_number(options.get("server_version"))
        except LintFailed as error:
            raise WrongOptions(f"--server-version: {error}") from error
        if self.is_strict and self.exits_zero:
            raise WrongOptions("--strict and --exit-zero exclude each other.")
        if self.shows_statistics and self.format != FORMATS[0]:
            raise WrongOptions(f"--statistics goes with the format text, not with {self.format}.")
        if self.explained is not None and not is_explained(self.explained):
            raise WrongOptions(
                f"--explain: there is no rule {self.explained}, only {', '.join(RULES)}."
            )
        if self.explained is not None and self.writes_heads:
            raise WrongOptions("--explain and --write-heads exclude each other.")
