"""The options of ``status`` and ``wait`` on upstream's command line.

Bound into ``alembic.config``: of ``CommandLine`` its ``register_command``, which gives the two
their options, and its ``_generate_args``, after which another command of their name takes their
place.
"""

from __future__ import annotations

import argparse
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.status.options import COMMANDS, Option
from alembic_native.upstream import status_commands
from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.config import CommandFunction, CommandLine

_OURS = (status_commands.status, status_commands.wait)

_EXIT_CODES = {
    "status": "exit codes: 0; 1 with --check if revisions are pending; 2 for wrong options; 3 if "
    "the database holds a revision that no script has; 4 if --all-schemas could not read a schema; "
    "255 on failure",
    "wait": "exit codes: 0 at the heads; 1 when the time is over; 2 for wrong options; 3 if the "
    "time is over and the database holds a revision that no script has; 130 after Ctrl-C; 143 "
    "after SIGTERM; 255 on failure",
}


BOUND_MODULES = ("alembic.config",)


def assignments(config_module: ModuleType) -> list[Assignment]:
    """What takes the place of methods in ``alembic.config``."""
    upstream = config_module.CommandLine
    upstream_generate_args = upstream._generate_args
    upstream_register_command = upstream.register_command

    def _generate_args(self: CommandLine, prog: str | None) -> None:
        upstream_generate_args(self, prog)
        _give_way(self.subparsers)

    def register_command(self: CommandLine, fn: CommandFunction) -> None:
        upstream_register_command(self, fn)
        if fn in _OURS:
            _add_options(self.subparsers.choices[fn.__name__], fn)

    register_command.__doc__ = upstream_register_command.__doc__
    return [
        (upstream, "_generate_args", _generate_args),
        (upstream, "register_command", register_command),
    ]


def _give_way(subparsers: Any) -> None:
    """Let a command that is added from now on take the place of ours."""
    ours = {name for name, parser in subparsers.choices.items() if _is_ours(parser)}
    upstream_add_parser = subparsers.add_parser

    def add_parser(name: str, **settings: Any) -> Any:
        # argparse refuses a name that is taken, or lists both: a program that has brought a
        # command of this name for years shall find it where it was.
        for taken in ours.intersection((name, *settings.get("aliases", ()))):
            ours.remove(taken)
            del subparsers.choices[taken]
            subparsers._choices_actions[:] = [
                action for action in subparsers._choices_actions if action.dest != taken
            ]
        return upstream_add_parser(name, **settings)

    subparsers.add_parser = add_parser


def _is_ours(parser: argparse.ArgumentParser) -> bool:
    return (parser.get_default("cmd") or (None,))[0] in _OURS


def _add_options(parser: argparse.ArgumentParser, command: Any) -> None:
    options = COMMANDS[command.__name__]
    parser.description = command.__doc__.partition("\n")[0]
    parser.epilog = _EXIT_CODES[command.__name__]
    exclusive = parser.add_mutually_exclusive_group()
    for option in options:
        group = exclusive if option.name in ("url", "url_env") else parser
        group.add_argument(*option.spellings, **_settings(option))
    # With the usage, and the exit code, of an option that argparse itself refuses.
    parser.set_defaults(end_with_usage=parser.error)
    # `--quiet` is read from the options by Config, wherever it stood.
    names = [option.name for option in options if option.name != "quiet"]
    parser.set_defaults(cmd=(command, [], names))


def _settings(option: Option) -> dict[str, Any]:
    settings: dict[str, Any] = {"help": option.help}
    if option.name == "quiet":
        # Else the command's default would undo `alembic --quiet status`.
        settings["default"] = argparse.SUPPRESS
    if option.read is not None:
        settings["type"] = option.read
    if option.metavar:
        return {**settings, "metavar": option.metavar}
    return {**settings, "action": "store_true"}
