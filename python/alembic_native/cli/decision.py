"""Which command lines are answered here: one table.

What the table does not know is upstream's: commands and options that are not in it, abbreviated
options, ``--help`` and ``--version``, and everything that needs ``env.py`` or SQLAlchemy
(``history -i``, ``revision --autogenerate``, ``--sql``, a range with ``current`` in it, ``status``
and ``wait`` without the URL of a PostgreSQL database). Further
reasons show later, in the configuration (``revision_environment``, ``sourceless``, post-write
hooks), in the scripts (a header that is not certain) and in every mistake: whatever raises
:class:`NeedsUpstream`, or any other exception, before something was printed leads to upstream,
which then finds the mistake itself and says so in its own words.
"""

from __future__ import annotations

from alembic_native.database_status import options

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
_MESSAGE = {"-m": ("message", VALUE), "--message": ("message", VALUE)}
_NEW_REVISION = {
    **_MESSAGE,
    "--branch-label": ("branch_label", VALUE),
    "--rev-id": ("rev_id", VALUE),
}

#: Command -> (its options, least and greatest number of its positional arguments).
COMMANDS: dict[str, tuple[dict[str, tuple[str, str]], int, float]] = {
    "heads": ({**_VERBOSE, "--resolve-dependencies": ("resolve_dependencies", FLAG)}, 0, 0),
    "branches": (_VERBOSE, 0, 0),
    "history": (
        {**_VERBOSE, "-r": ("rev_range", VALUE), "--rev-range": ("rev_range", VALUE)},
        0,
        0,
    ),
    "show": ({}, 1, 1),
    "revision": (
        {
            **_NEW_REVISION,
            "--head": ("head", VALUE),
            "--splice": ("splice", FLAG),
            "--version-path": ("version_path", VALUE),
            "--depends-on": ("depends_on", LIST),
        },
        0,
        0,
    ),
    "merge": (_NEW_REVISION, 1, float("inf")),
    **{
        command: (
            {
                spelling: (option.name, VALUE if option.metavar else FLAG)
                for option in command_options
                for spelling in option.spellings
            },
            0,
            0,
        )
        for command, command_options in options.COMMANDS.items()
    },
}


class NeedsUpstream(Exception):
    """This has to be done by upstream's own command line; nothing has been printed yet."""
