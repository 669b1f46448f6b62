"""Reading a command line by the table of ``answered_commands.py``.

A subset of what upstream's ``argparse`` accepts, with the same meaning. Declined are spellings for
which one would have to be ``argparse`` to know: abbreviations, several flags in one word, values
glued to a short option, values that start with a dash.
"""

from __future__ import annotations

from alembic_native.history.declined import Declined
from alembic_native.upstream.answered_commands import FLAG, GENERAL_OPTIONS, LIST, command_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class CommandLine:
    """A command and its options by name, those before the command and its argument included."""

    def __init__(self, command: str, options: dict[str, Any]) -> None:
        self.command = command
        self.options = options


def read_command_line(arguments: Sequence[str]) -> CommandLine:
    """``arguments``: what follows the program's name. Raises ``Declined``."""
    words = list(arguments)
    options: dict[str, Any] = {"name": "alembic"}
    general = _read_options(words, GENERAL_OPTIONS, options)
    table = command_table(words[0]) if words and not general else None
    if table is None:
        raise Declined("not a command that is answered here")
    command = words.pop(0)
    own_options, argument, kind = table
    if _read_options(words, own_options, options):
        raise Declined("an unusual option")
    if argument and words:
        options[argument] = _arguments(words) if kind is LIST else words.pop(0)
        if _read_options(words, own_options, options):
            raise Declined("an unusual option")
    if words or (argument and kind is not LIST and not options.get(argument)):
        raise Declined("more or fewer arguments than expected")
    return CommandLine(command, options)


def _arguments(words: list[str]) -> list[str]:
    """Take the words in front of the first option."""
    count = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    taken, words[:] = words[:count], words[count:]
    return taken


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
