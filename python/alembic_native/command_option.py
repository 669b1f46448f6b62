"""An option of a command line, as ``argparse`` and what reads a command line without it take it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Option:
    """An option of the command line; ``metavar`` is empty for one without a value."""

    def __init__(
        self,
        *spellings: str,
        help: str,
        metavar: str = "",
        read: Callable[[str], object] | None = None,
        choices: tuple[str, ...] | None = None,
    ) -> None:
        """``read`` makes the value of a text; raises ``ValueError``. ``choices`` are all values."""
        self.spellings = spellings
        self.help = help
        self.metavar = metavar
        self.read = read
        self.choices = choices

    @property
    def name(self) -> str:
        """The argument that it becomes."""
        return self.spellings[-1].lstrip("-").replace("-", "_")

    def settings(self) -> dict[str, Any]:
        """What ``argparse`` takes beside the spellings."""
        settings: dict[str, Any] = {"help": self.help}
        if self.name == "quiet":
            from argparse import SUPPRESS

            # Else the command's default would undo one that stands before the command.
            settings["default"] = SUPPRESS
        if not self.metavar:
            return {**settings, "action": "store_true"}
        if self.read is not None:
            settings["type"] = self.read
        return {**settings, "metavar": self.metavar, "choices": self.choices}
