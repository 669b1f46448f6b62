"""What is bound into ``alembic.runtime.migration`` for the migration lock.

Bound: ``MigrationContext.run_migrations``, ``stamp`` and ``autocommit_block``. Each calls the
method of Alembic of the same name, which does all the work; ``locking/run.py`` says when the lock
is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.planning import planned_by

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from alembic.script.base import ScriptDirectory

    from alembic_native.locking.run import MigrationRun, Planner
    from alembic_native.locking.settings import Settings

BOUND_MODULES = ("alembic.runtime.migration",)


def assignments(migration: ModuleType) -> list[Assignment]:
    """What takes the place of methods in ``alembic.runtime.migration``."""
    upstream = migration.MigrationContext
    upstream_run, upstream_stamp = upstream.run_migrations, upstream.stamp
    upstream_autocommit_block = upstream.autocommit_block

    def run_migrations(self: MigrationContext, **kw: Any) -> None:
        from alembic_native.upstream.errors import as_command_errors

        planner = self._migrations_fn
        with as_command_errors():
            settings = _settings(self)
            if planner is None or not settings.is_on:
                upstream_run(self, **kw)
                return
            with _run(self, settings, planner) as run, planned_by(self, run.plan):
                upstream_run(self, **kw)

    def stamp(self: MigrationContext, script_directory: ScriptDirectory, revision: str) -> None:
        from alembic_native.upstream.errors import as_command_errors

        with as_command_errors():
            settings = _settings(self)
            if not settings.is_on:
                upstream_stamp(self, script_directory, revision)
                return
            with _run(
                self, settings, lambda heads, _: script_directory._stamp_revs(revision, heads)
            ):
                upstream_stamp(self, script_directory, revision)

    @contextmanager
    def autocommit_block(self: MigrationContext) -> Iterator[None]:
        run: MigrationRun | None = self.__dict__.get("_migration_run")
        if run is not None:
            run.keep_lock_beyond_commit()
        with upstream_autocommit_block(self):
            yield

    found = []
    for method, original in (
        (run_migrations, upstream_run),
        (stamp, upstream_stamp),
        (autocommit_block, upstream_autocommit_block),
    ):
        method.__doc__ = original.__doc__
        found.append((upstream, method.__name__, method))
    return found


def _run(context: MigrationContext, settings: Settings, planner: Planner) -> MigrationRun:
    # Imports the locks of every database, for which a program that never migrates has no use.
    from alembic_native.locking.run import MigrationRun

    return MigrationRun(context, settings, planner)


def _settings(context: MigrationContext) -> Settings:
    from alembic_native.locking.settings import Settings, read_settings

    if context.as_sql or context.connection is None:
        return Settings(is_on=False)
    config = context.config
    return read_settings(None if config is None else config.get_alembic_option)
