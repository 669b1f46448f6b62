"""``migration_lock = required`` where the lock itself is not active: the command ends at once.

Bound into ``alembic.runtime.environment`` in place of the lock: ``EnvironmentContext.__enter__``.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.locking.errors import MigrationLockUnavailable
from alembic_native.locking.settings import read_settings
from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.runtime.environment import EnvironmentContext

BOUND_MODULES = ("alembic.runtime.environment",)


def assignments(environment: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.runtime.environment``."""
    upstream = environment.EnvironmentContext
    upstream_enter = upstream.__enter__

    def __enter__(self: EnvironmentContext) -> EnvironmentContext:
        if _changes_database(self) and read_settings(_option(self)).is_required:
            # This Alembic may lack what the module needs, and only then is it needed.
            from alembic_native.upstream.errors import as_command_errors

            with as_command_errors():
                raise MigrationLockUnavailable(
                    "migration_lock is 'required', and this alembic-native has no lock for the "
                    "installed Alembic. Nothing was changed. `python -m alembic_native` says what "
                    "does not fit; install versions that do."
                )
        entered: EnvironmentContext = upstream_enter(self)
        return entered

    return [(upstream, "__enter__", __enter__)]


def _changes_database(context: EnvironmentContext) -> bool:
    # An upgrade, downgrade or stamp; none of it is sure to be there in this Alembic.
    options = getattr(context, "context_opts", {})
    return "destination_rev" in options and not options.get("as_sql")


def _option(context: EnvironmentContext) -> Callable[[str], Any] | None:
    config = getattr(context, "config", None)
    return getattr(config, "get_alembic_option", getattr(config, "get_main_option", None))
