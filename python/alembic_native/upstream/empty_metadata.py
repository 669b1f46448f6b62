"""A warning where autogenerate drops every table, since ``target_metadata`` has none.

Most often no module with models was imported in ``env.py``. The script is written as ever. Bound:
``RevisionContext.run_autogenerate``.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.autogenerate.api import RevisionContext
    from alembic.runtime.migration import MigrationContext

BOUND_MODULES = ("alembic.autogenerate.api", "alembic.util")


def assignments(api: ModuleType, util: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.autogenerate.api``."""
    upstream_run_autogenerate = api.RevisionContext.run_autogenerate

    def run_autogenerate(
        self: RevisionContext, rev: Any, migration_context: MigrationContext
    ) -> None:
        upstream_run_autogenerate(self, rev, migration_context)
        if not _is_empty(migration_context.opts.get("target_metadata")):
            return
        dropped = _dropped_tables(self.generated_revisions)
        if dropped:
            env_py = self.script_directory.env_py_location
            util.warn(
                f"target_metadata has no table, so autogenerate drops all {len(dropped)} of the "
                f"database ({', '.join(dropped[:5])}{', ...' if len(dropped) > 5 else ''}). "
                f"Import the modules of your models in {env_py} before it names their metadata."
            )

    run_autogenerate.__doc__ = upstream_run_autogenerate.__doc__
    return [(api.RevisionContext, "run_autogenerate", run_autogenerate)]


def _is_empty(metadata: Any) -> bool:
    """Whether one MetaData, or each of several, has no table."""
    several = metadata if isinstance(metadata, (list, tuple)) else [metadata]
    return all(getattr(one, "tables", None) == {} for one in several)


def _dropped_tables(scripts: Any) -> list[str]:
    """Their names in alphabetical order: Alembic's is that of a set."""
    from alembic.operations.ops import DropTableOp

    return sorted(
        operation.table_name
        for script in scripts
        for operations in script.upgrade_ops_list
        for operation in operations.ops
        if isinstance(operation, DropTableOp)
    )
