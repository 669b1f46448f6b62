"""Upstream's script directory of a configuration, for programs that ask again and again."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from alembic.config import Config

_one_at_a_time = threading.Lock()


def directory_of(config: Config) -> ScriptDirectory:
    """``ScriptDirectory.from_config``, whose ``prepend_sys_path`` is there once, not once a call.

    Raises ``CommandError``.
    """
    with _one_at_a_time:
        before = list(sys.path)
        directory = ScriptDirectory.from_config(config)
        count = len(sys.path) - len(before)
        if sys.path[count:] == before and set(sys.path[:count]) <= set(before):
            sys.path[:] = before
    return directory
