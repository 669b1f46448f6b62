"""What ``env.py`` configures of logging ends with its run, where a program has called the command.

Bound into ``alembic.script.base``: ``ScriptDirectory.run_env``. The command line's own run is left
alone: what is logged after it goes where ``env.py`` says.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.environment_configuration import configuration_of_environment

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script.base import ScriptDirectory

BOUND_MODULES = ("alembic.script.base",)


def assignments(script: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.script.base``."""
    upstream_run_env = script.ScriptDirectory.run_env

    def run_env(self: ScriptDirectory) -> None:
        config = configuration_of_environment()
        # A setting that means nothing is refused on the command line, too.
        if config is None or not _is_on(config) or _is_of_command_line(config):
            upstream_run_env(self)
            return
        from alembic_native.run.kept_logging import keeping_logging

        keeping_logging(lambda: upstream_run_env(self))

    run_env.__doc__ = upstream_run_env.__doc__
    return [(script.ScriptDirectory, "run_env", run_env)]


def _is_of_command_line(config: Config) -> bool:
    # Programs give options of their own, for -x, but no command.
    return hasattr(config.cmd_opts, "cmd")


def _is_on(config: Config) -> bool:
    from alembic_native import settings
    from alembic_native.upstream.errors import as_command_errors

    with as_command_errors():
        setting = settings.read(config.get_alembic_option, "keep_logging")
        return bool(settings.as_switch(setting, default=True))
