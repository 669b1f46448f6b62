"""The exit code of the command line where an error of ours has one of its own.

Every other ``CommandError`` ends it with 255. Bound into ``alembic.config``:
``CommandLine.run_cmd``.
"""

from __future__ import annotations

from argparse import Namespace
from types import ModuleType
from typing import TYPE_CHECKING

from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.config import CommandLine, Config

BOUND_MODULES = ("alembic.config",)


def assignments(config_module: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.config``."""
    upstream_run_cmd = config_module.CommandLine.run_cmd

    def run_cmd(self: CommandLine, config: Config, options: Namespace) -> None:
        try:
            upstream_run_cmd(self, config, options)
        except SystemExit as exit_:
            from alembic_native.upstream.errors import exit_code_of

            # What Alembic makes of every CommandError.
            code = exit_code_of(exit_.__context__)
            if code is None:
                raise
            raise SystemExit(code) from exit_

    return [(config_module.CommandLine, "run_cmd", run_cmd)]
