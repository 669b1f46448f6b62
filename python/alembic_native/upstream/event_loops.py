"""An asynchronous ``env.py`` runs in a thread of its own where the caller's event loop runs.

Bound into ``alembic.script.base``: ``ScriptDirectory.run_env``. Everything that works in the
caller's thread stays there: an ``env.py`` that is not asynchronous, one that was handed a
connection, and one that is run within SQLAlchemy's ``run_sync()``.
"""

from __future__ import annotations

import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.environment_configuration import configuration_of_environment

if TYPE_CHECKING:
    from alembic.script.base import ScriptDirectory

BOUND_MODULES = ("alembic.script.base",)

#: What an env.py has to hold that runs a loop of its own. The name of a library is not enough.
_ASYNCHRONOUS = re.compile(
    rb"\b(async\s+def|(asyncio|anyio|uvloop|trio)\s*\.\s*[rR]un(ner)?|run_until_complete"
    rb"|async_to_sync|AsyncEngine|create_async_engine|async_engine_from_config)\b"
)


def assignments(script: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.script.base``."""
    upstream_run_env = script.ScriptDirectory.run_env

    def run_env(self: ScriptDirectory) -> None:
        if not _is_in_running_loop() or _has_connection() or not _is_asynchronous(self):
            upstream_run_env(self)
            return
        from alembic_native.run.own_thread import run_in_own_thread

        run_in_own_thread(lambda: upstream_run_env(self))

    run_env.__doc__ = upstream_run_env.__doc__
    return [(script.ScriptDirectory, "run_env", run_env)]


def _is_in_running_loop() -> bool:
    """Whether this is the thread of a loop that runs, and its own stack of calls."""
    # Where nobody has imported it, no loop runs.
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return False
    greenlet = sys.modules.get("greenlet")
    is_in_greenlet = greenlet is not None and greenlet.getcurrent().parent is not None
    # nest_asyncio lets such a loop run tasks from within a task.
    return not is_in_greenlet and not hasattr(loop, "_nest_patched")


def _has_connection() -> bool:
    config = configuration_of_environment()
    if config is None or config.attributes.get("connection") is not None:
        return True
    from alembic_native.upstream.handed_in import handed_in

    return bool(handed_in(config))


def _is_asynchronous(script: ScriptDirectory) -> bool:
    try:
        with open(script.env_py_location, "rb") as file:
            return _ASYNCHRONOUS.search(file.read()) is not None
    except OSError:
        # As byte code alone, say.
        return False
