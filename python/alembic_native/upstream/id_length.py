"""Ids that the version table has no room for stop a run before its first step.

PostgreSQL and MySQL refuse an id that is longer than the column when the script has run, or cut it
off. The column is asked for only if a step writes an id that is longer than Alembic makes it.

Bound into ``alembic.runtime.migration``: ``MigrationContext.run_migrations`` and ``stamp``.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.planning import planned_by

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from alembic.script.base import ScriptDirectory

BOUND_MODULES = ("alembic.runtime.migration",)

#: The width of the column in the version tables that Alembic makes.
USUAL_LENGTH = 32

_DIALECTS = ("postgresql", "mysql", "mariadb")


def assignments(migration: ModuleType) -> list[Assignment]:
    """What takes the place of methods in ``alembic.runtime.migration``."""
    upstream = migration.MigrationContext
    upstream_run, upstream_stamp = upstream.run_migrations, upstream.stamp

    def run_migrations(self: MigrationContext, **kw: Any) -> None:
        planner: Any = self._migrations_fn
        if planner is None or not _is_checked(self):
            upstream_run(self, **kw)
            return
        with planned_by(self, lambda heads, context: _checked(planner(heads, context), context)):
            upstream_run(self, **kw)

    def stamp(self: MigrationContext, script_directory: ScriptDirectory, revision: str) -> None:
        directory: Any = script_directory
        if _is_checked(self):
            directory = _CheckedDirectory(self, script_directory)
        upstream_stamp(self, directory, revision)

    found = []
    for method, original in ((run_migrations, upstream_run), (stamp, upstream_stamp)):
        method.__doc__ = original.__doc__
        found.append((upstream, method.__name__, method))
    return found


class _CheckedDirectory:
    """A script directory whose steps of a stamp are checked."""

    def __init__(self, context: MigrationContext, directory: ScriptDirectory) -> None:
        self._context = context
        self._directory = directory

    def __getattr__(self, name: str) -> Any:
        return getattr(self._directory, name)

    def _stamp_revs(self, revision: Any, heads: Any) -> Iterable[Any]:
        return _checked(self._directory._stamp_revs(revision, heads), self._context)


def _is_checked(context: MigrationContext) -> bool:
    return (
        not context.as_sql and context.connection is not None and context.dialect.name in _DIALECTS
    )


def _checked(steps: Iterable[Any], context: MigrationContext) -> Iterable[Any]:
    """The steps. Raises ``CommandError`` where one of them writes an id that is too long.

    Only a list is read ahead: a generator of somebody's own may do its work as it is read.
    """
    if not isinstance(steps, (list, tuple)):
        return steps
    ids = dict.fromkeys(id_ for step in steps for id_ in getattr(step, "to_revisions", ()))
    long_ids = [id_ for id_ in ids if len(id_) > USUAL_LENGTH]
    if not long_ids:
        return steps
    length = _column_length(context)
    too_long = [id_ for id_ in long_ids if length is not None and len(id_) > length]
    if too_long:
        from alembic.util.exc import CommandError

        table = context.version_table
        if context.version_table_schema:
            table = f"{context.version_table_schema}.{table}"
        longest = max(len(id_) for id_ in too_long)
        change = (
            f"ALTER TABLE {table} ALTER COLUMN version_num TYPE VARCHAR({longest})"
            if context.dialect.name == "postgresql"
            else f"ALTER TABLE {table} MODIFY version_num VARCHAR({longest}) NOT NULL"
        )
        named = ", ".join(f"{id_} ({len(id_)} characters)" for id_ in too_long)
        raise CommandError(
            f"The column version_num of {table} has room for {length} characters, which is not "
            f"enough for {named}. No script was run. Give the script a shorter id, or make "
            f"the column wider: {change}"
        )
    return steps


def _column_length(context: MigrationContext) -> int | None:
    """The width of the version table's column, in characters; None where it has none or the
    database does not say."""
    from sqlalchemy import inspect
    from sqlalchemy.exc import NoSuchTableError

    column: Any = context._version.c.version_num
    kind = column.type
    try:
        columns = inspect(context.connection).get_columns(
            context.version_table, schema=context.version_table_schema
        )
    except NoSuchTableError:
        # It will be made like this.
        pass
    else:
        kind = next((one["type"] for one in columns if one["name"] == column.name), None)
    length: int | None = getattr(kind, "length", None)
    return length
