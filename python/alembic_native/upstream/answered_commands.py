"""Which command lines are answered before Alembic is loaded: one table.

What the table does not know is upstream's: commands and options that are not in it, abbreviated
options, ``--help`` and ``--version``, and everything that needs ``env.py`` or SQLAlchemy
(``history -i``, a range with ``current`` in it, ``status`` and ``wait`` without the URL of a
PostgreSQL database, an ``upgrade`` that may have something to do).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_native.command_option import Option

FLAG = "flag"
VALUE = "value"
LIST = "list"

#: Options before the command: spelling -> (name, kind).
GENERAL_OPTIONS = {
    "-c": ("config", LIST),
    "--config": ("config", LIST),
    "-n": ("name", VALUE),
    "--name": ("name", VALUE),
    "-x": ("x", LIST),
    "--raiseerr": ("raiseerr", FLAG),
    "-q": ("quiet", FLAG),
    "--quiet": ("quiet", FLAG),
}

_VERBOSE = {"-v": ("verbose", FLAG), "--verbose": ("verbose", FLAG)}

#: Commands that ask a database.
DATABASE_COMMANDS = ("status", "wait")
_NOTHING = ""


def command_table(command: str) -> tuple[dict[str, tuple[str, str]], str, str] | None:
    """The options of a command, the name of its positional argument, and the kind of that.

    The name is empty where it has none. None for a command that is not answered.
    """
    if command == "heads":
        resolve = {"--resolve-dependencies": ("resolve_dependencies", FLAG)}
        return {**_VERBOSE, **resolve}, _NOTHING, VALUE
    if command == "branches":
        return _VERBOSE, _NOTHING, VALUE
    if command == "history":
        a_range = ("rev_range", VALUE)
        return {**_VERBOSE, "-r": a_range, "--rev-range": a_range}, _NOTHING, VALUE
    if command in ("show", "upgrade"):
        return {}, "revision", VALUE
    if command == "lint":
        from alembic_native.lint import options as lint_options

        return _of_table(lint_options.OPTIONS), lint_options.PATHS, LIST
    if command in DATABASE_COMMANDS:
        from alembic_native.status import options as status_options

        return _of_table(status_options.COMMANDS[command]), _NOTHING, VALUE
    return None


def _of_table(options: Iterable[Option]) -> dict[str, tuple[str, str]]:
    return {
        spelling: (option.name, VALUE if option.metavar else FLAG)
        for option in options
        for spelling in option.spellings
    }
