"""Which command lines are answered before Alembic is loaded: one table.

What the table does not know is upstream's: commands and options that are not in it, abbreviated
options, ``--help`` and ``--version``, and everything that needs ``env.py`` or SQLAlchemy
(``history -i``, a range with ``current`` in it, ``status`` and ``wait`` without the URL of a
PostgreSQL database).
"""

from __future__ import annotations

from alembic_native.status import options

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

#: Command -> (its options, the name of its one positional argument or nothing).
COMMANDS: dict[str, tuple[dict[str, tuple[str, str]], str]] = {
    "heads": ({**_VERBOSE, "--resolve-dependencies": ("resolve_dependencies", FLAG)}, ""),
    "branches": (_VERBOSE, ""),
    "history": ({**_VERBOSE, "-r": ("rev_range", VALUE), "--rev-range": ("rev_range", VALUE)}, ""),
    "show": ({}, "revision"),
    **{
        command: (
            {
                spelling: (option.name, VALUE if option.metavar else FLAG)
                for option in command_options
                for spelling in option.spellings
            },
            "",
        )
        for command, command_options in options.COMMANDS.items()
    },
}
