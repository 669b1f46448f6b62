"""What is bound into ``alembic.runtime.environment``: threads enter it one after the other.

Bound: ``EnvironmentContext.__enter__`` and ``__exit__``.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.runtime.environment import EnvironmentContext

BOUND_MODULES = ("alembic.runtime.environment",)


def assignments(environment: ModuleType) -> list[Assignment]:
    """What takes the place of methods in ``alembic.runtime.environment``."""
    upstream = environment.EnvironmentContext
    upstream_enter, upstream_exit = upstream.__enter__, upstream.__exit__

    def __enter__(self: EnvironmentContext) -> EnvironmentContext:
        from alembic_native.locking import environments
        from alembic_native.locking.settings import read_settings
        from alembic_native.upstream.errors import as_command_errors

        with as_command_errors():
            environments.environment_lock.acquire(
                lambda: read_settings(self.config.get_alembic_option).timeout
            )
        try:
            entered: EnvironmentContext = upstream_enter(self)
        except BaseException:
            # Whatever ends it here, nobody leaves an environment that was not entered.
            environments.environment_lock.release()
            raise
        return entered

    def __exit__(self: EnvironmentContext, *arg: Any, **kw: Any) -> None:
        from alembic_native.locking import environments

        try:
            upstream_exit(self, *arg, **kw)
        finally:
            environments.environment_lock.release()

    return [(upstream, "__enter__", __enter__), (upstream, "__exit__", __exit__)]
