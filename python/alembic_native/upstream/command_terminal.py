"""Whether a command was given on a command line, and what it may show there."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config


def is_of_command_line(config: Config | None) -> bool:
    """Whether a configuration was made for a command line.

    Programs give options of their own, for -x, but no command.
    """
    return hasattr(getattr(config, "cmd_opts", None), "cmd")


def may_show_progress(config: Config | None) -> bool:
    """Whether the standard error is the terminal of somebody who has not asked for silence.

    Not so in a program that calls the functions of ``alembic.command``.
    """
    if config is None or not is_of_command_line(config) or getattr(config.cmd_opts, "quiet", False):
        return False
    try:
        is_terminal = sys.stderr.isatty()
    except (AttributeError, ValueError):
        # There is none, or it is closed.
        return False
    return is_terminal and os.environ.get("TERM", "dumb") != "dumb"
