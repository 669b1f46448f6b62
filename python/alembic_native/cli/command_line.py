"""Reading a command line by the table of ``decision``.

A subset of what upstream's ``argparse`` accepts, with the same meaning. Declined are spellings for
which one would have to be ``argparse`` to know: abbreviations, several flags in one word, values
glued to a short option, values that start with a dash.
"""

from __future__ import annotations

from alembic_native.cli.decision import COMMANDS, FLAG, GENERAL_OPTIONS, LIST, NeedsUpstream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class CommandLine:
    """A command, its positional arguments, and its options by name.

    ``get`` gives None for a value or list, and False for a flag, that was not given.
    """

    def __init__(self, command: str, positional: list[str], options: dict[str, Any]) -> None:
        self.command = command
        self.positional = positional
        self._options = options

    def get(self, name: str) -> Any:
        return self._options.get(name)


def read_command_line(arguments: Sequence[str]) -> CommandLine:
    """``arguments``: what follows the program's name. Raises ``NeedsUpstream``."""
    words = list(arguments)
    options: dict[str, Any] = {"name": "alembic"}
    general = _read_options(words, GENERAL_OPTIONS, options)
    if general or not words or words[0] not in COMMANDS:
        raise NeedsUpstream
    command = words.pop(0)
    own_options, least, greatest = COMMANDS[command]
    positional: list[str] = []
    # Positional arguments stand together: argparse takes them all at the first one.
    for are_allowed in (True, False):
        if _read_options(words, own_options, options):
            raise NeedsUpstream
        while words and not words[0].startswith("-"):
            if not are_allowed or words[0] == "":
                raise NeedsUpstream
            positional.append(words.pop(0))
    if words or not least <= len(positional) <= greatest:
        raise NeedsUpstream
    return CommandLine(command, positional, options)


def _read_options(
    words: list[str], table: Mapping[str, tuple[str, str]], options: dict[str, Any]
) -> bool:
    """Take options from the front of ``words``; True when one is left that the table lacks."""
    while words and words[0].startswith("-"):
        spelling, has_value, value = words[0].partition("=")
        if spelling not in table or (has_value and not spelling.startswith("--")):
            return True
        name, kind = table[spelling]
        words.pop(0)
        if kind is FLAG:
            if has_value:
                return True
            options[name] = True
            continue
        if not has_value:
            if not words or words[0].startswith("-"):
                return True
            value = words.pop(0)
        if kind is LIST:
            options.setdefault(name, []).append(value)
        else:
            options[name] = value
    return False
