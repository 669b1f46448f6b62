"""The options of the two commands as ``argparse`` takes them, and how they end."""

from __future__ import annotations

from alembic_native.status.options import COMMANDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser

DESCRIPTIONS = {
    "status": "Show what a database has, what the scripts have, and what is to be run.",
    "wait": "Wait until a database is at the heads of the scripts.",
}

_EXIT_CODES = {
    "status": "exit codes: 0; 1 with --check if revisions are pending; 2 for wrong options; 3 if "
    "the database holds a revision that no script has; 4 if --all-schemas could not read a schema; "
    "5 with --check if the scripts have several heads; 130 after Ctrl-C; 255 on failure",
    "wait": "exit codes: 0 at the heads; 1 when timed out; 2 for wrong options; 3 if timed out and "
    "the database holds a revision that no script has; 130 after Ctrl-C; 143 after SIGTERM; 255 on "
    "failure",
}


def add_options(parser: ArgumentParser, command: str) -> list[str]:
    """Give the parser of a command its description and its options; their names."""
    parser.description = DESCRIPTIONS[command]
    parser.epilog = _EXIT_CODES[command]
    exclusive = parser.add_mutually_exclusive_group()
    for option in COMMANDS[command]:
        group = exclusive if option.name in ("url", "url_env") else parser
        group.add_argument(*option.spellings, **option.settings())
    return [option.name for option in COMMANDS[command]]
