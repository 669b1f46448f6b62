"""What ``env.py`` configures of logging ends with its run, where a program has called the command.

Bound into ``alembic.script.base``: ``ScriptDirectory.run_env``. The command line's own run is left
alone: what is logged after it goes where ``env.py`` says.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.command_terminal import is_of_command_line
from alembic_native.upstream.environment_configuration import configuration_of_environment

if TYPE_CHECKING:
    from alembic.script.base import ScriptDirectory

BOUND_MODULES = ("alembic.script.base",)


def assignments(script: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.script.base``."""
    upstream_run_env = script.ScriptDirectory.run_env

    def run_env(self: ScriptDirectory) -> None:
        from alembic_native.upstream.switches import is_on

        config = configuration_of_environment()
        # A setting that means nothing is refused on the command line, too.
        if config is None or not is_on(config, "keep_logging") or is_of_command_line(config):
            upstream_run_env(self)
            return
        from alembic_native.run.kept_logging import keeping_logging

        keeping_logging(lambda: upstream_run_env(self))

    run_env.__doc__ = upstream_run_env.__doc__
    return [(script.ScriptDirectory, "run_env", run_env)]
