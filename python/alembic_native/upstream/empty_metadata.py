"""A warning where autogenerate drops tables, and ``target_metadata`` has none.

Most often no module with models was imported in ``env.py``. The script is written as ever; where
none is, as by ``alembic check``, nothing is said. Bound: ``RevisionContext.run_autogenerate``,
which sees the metadata, and ``RevisionContext.generate_scripts``, which writes the script.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.autogenerate.api import RevisionContext
    from alembic.runtime.migration import MigrationContext
    from alembic.script.base import Script

#: Set where the metadata of a RevisionContext has no table.
_IS_EMPTY = "_metadata_is_empty"

BOUND_MODULES = ("alembic.autogenerate.api", "alembic.util")


def assignments(api: ModuleType, util: ModuleType) -> list[Assignment]:
    """What takes the place of methods in ``alembic.autogenerate.api``."""
    owner = api.RevisionContext
    upstream_run_autogenerate = owner.run_autogenerate
    upstream_generate_scripts = owner.generate_scripts

    def run_autogenerate(
        self: RevisionContext, rev: Any, migration_context: MigrationContext
    ) -> None:
        upstream_run_autogenerate(self, rev, migration_context)
        if _is_empty(migration_context.opts.get("target_metadata")):
            self.__dict__[_IS_EMPTY] = True

    def generate_scripts(self: RevisionContext) -> Iterator[Script | None]:
        dropped = _dropped_tables(self.generated_revisions) if _IS_EMPTY in vars(self) else []
        if dropped:
            env_py = self.script_directory.env_py_location
            tables = "1 table" if len(dropped) == 1 else f"{len(dropped)} tables"
            util.warn(
                f"target_metadata has no table, so the new script drops {tables} "
                f"({', '.join(dropped[:5])}{', ...' if len(dropped) > 5 else ''}). "
                f"Import the modules of your models in {env_py} before it names their metadata."
            )
        scripts: Iterator[Script | None] = upstream_generate_scripts(self)
        return scripts

    run_autogenerate.__doc__ = upstream_run_autogenerate.__doc__
    generate_scripts.__doc__ = upstream_generate_scripts.__doc__
    return [
        (owner, "run_autogenerate", run_autogenerate),
        (owner, "generate_scripts", generate_scripts),
    ]


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
