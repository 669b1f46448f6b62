"""``status``, ``wait``, ``lint`` and ``rebase`` on upstream's command line.

Bound into ``alembic.config``: ``CommandLine.register_command``, which gives them their options,
and lets another command of their name take their place.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream import script_commands, status_commands
from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.config import CommandFunction, CommandLine

_OURS = (
    status_commands.status,
    status_commands.wait,
    script_commands.lint,
    script_commands.rebase,
)

BOUND_MODULES = ("alembic.config",)


def assignments(config_module: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.config``."""
    upstream = config_module.CommandLine
    upstream_register_command = upstream.register_command

    def register_command(self: CommandLine, fn: CommandFunction) -> None:
        upstream_register_command(self, fn)
        if fn not in _OURS:
            return
        parser = self.subparsers.choices[fn.__name__]
        names = _add_options(parser, fn.__name__)
        # With the usage, and the exit code, of an option that argparse itself refuses.
        parser.set_defaults(end_with_usage=parser.error)
        # `--quiet` is read from the options by Config, wherever it stood.
        parser.set_defaults(cmd=(fn, [], [name for name in names if name != "quiet"]))
        _give_way(self.subparsers, fn.__name__)

    register_command.__doc__ = upstream_register_command.__doc__
    return [(upstream, "register_command", register_command)]


def _add_options(parser: Any, name: str) -> list[str]:
    """Give the parser of a command its options; their names."""
    if name == "rebase":
        from alembic_native.rebase import options as rebase_options

        return rebase_options.add_options(parser)
    if name == "lint":
        from alembic_native.lint import options as lint_options

        return lint_options.add_options(parser)
    from alembic_native.status.argument_parser import add_options

    return add_options(parser, name)


def _give_way(subparsers: Any, name: str) -> None:
    """Let a command of a name that is added from now on take the place of ours.

    argparse refuses a name that is taken, or lists both: a program that has brought a command of
    this name for years shall find it where it was.
    """
    ours = subparsers.choices[name]
    upstream_add_parser = subparsers.add_parser

    def add_parser(added: str, **settings: Any) -> Any:
        is_taken = subparsers.choices.get(name) is ours
        if is_taken and name in (added, *settings.get("aliases", ())):
            del subparsers.choices[name]
            # What --help lists, for which there is no public way. Without it both are listed.
            listed = getattr(subparsers, "_choices_actions", None)
            if listed is not None:
                listed[:] = [action for action in listed if action.dest != name]
        return upstream_add_parser(added, **settings)

    subparsers.add_parser = add_parser
