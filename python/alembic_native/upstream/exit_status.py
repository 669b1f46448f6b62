"""The exit code of the command line where another run held the migration lock too long: 75.

It is ``EX_TEMPFAIL`` of ``sysexits.h``: the same command may succeed later. Every other
``CommandError`` ends it with 255. Bound into ``alembic.config``: ``CommandLine.run_cmd``.
"""

from __future__ import annotations

from argparse import Namespace
from types import ModuleType
from typing import TYPE_CHECKING

from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.config import CommandLine, Config

TIMED_OUT = 75

BOUND_MODULES = ("alembic.config",)


def assignments(config_module: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.config``."""
    upstream_run_cmd = config_module.CommandLine.run_cmd

    def run_cmd(self: CommandLine, config: Config, options: Namespace) -> None:
        from alembic_native.locking.errors import MigrationLockTimeout

        try:
            upstream_run_cmd(self, config, options)
        except SystemExit as exit_:
            # What Alembic makes of every CommandError.
            if isinstance(exit_.__context__, MigrationLockTimeout):
                raise SystemExit(TIMED_OUT) from exit_
            raise

    return [(config_module.CommandLine, "run_cmd", run_cmd)]
