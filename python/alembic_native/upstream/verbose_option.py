"""``-v`` after ``alembic upgrade``, ``downgrade`` and ``stamp``, which upstream refuses.

Bound into ``alembic.config``: ``CommandLine.register_command``, which adds the option to these
three commands. ``statement_log.py`` does what it says. For the other commands ``-v`` stays what it
is.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.config import CommandFunction, CommandLine, Config

#: What the option is called among the parsed ones. Not ``verbose``, which a program that gives
#: these commands an option of its own may use.
DESTINATION = "log_statements"


BOUND_MODULES = ("alembic.config", "alembic.command")


def assignments(config_module: ModuleType, command: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.config``."""
    commands = (command.upgrade, command.downgrade, command.stamp)
    upstream_register = config_module.CommandLine.register_command

    def register_command(self: CommandLine, fn: CommandFunction) -> None:
        upstream_register(self, fn)
        if fn not in commands:
            return
        parser = self.subparsers.choices[fn.__name__]
        parser.add_argument(
            "-v",
            "--verbose",
            dest=DESTINATION,
            action="store_true",
            help="Log each statement, and the time each revision takes.",
        )
        # A subclass that adds a -v of its own has none to collide with under upstream. There is no
        # public way to say so for a parser that is there.
        options = getattr(parser, "_optionals", None)
        if options is not None:
            options.conflict_handler = "resolve"

    register_command.__doc__ = upstream_register.__doc__
    return [(config_module.CommandLine, "register_command", register_command)]


def is_given(config: Config | None) -> bool:
    """Whether the option was on the command line that a configuration was made for."""
    return bool(getattr(getattr(config, "cmd_opts", None), DESTINATION, False))
