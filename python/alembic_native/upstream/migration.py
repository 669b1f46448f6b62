"""What is bound into ``alembic.runtime.migration``: the rows of the version table.

Bound: of ``HeadMaintainer`` its ``update_to_step``, which asks the core for the row operations of
a step, and the three methods that send them. SQLAlchemy runs them on the connection of ``env.py``,
in its transaction.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native import _core
from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.runtime.migration import HeadMaintainer, MigrationContext

    from alembic_native.upstream.revision_literal import RevisionLiteral

BOUND_MODULES = ("alembic.runtime.migration",)


def assignments(migration: ModuleType) -> list[Assignment]:
    """What takes the place of methods in ``alembic.runtime.migration``."""
    upstream_update_to_step = migration.HeadMaintainer.update_to_step
    log, util = migration.log, migration.util

    def update_to_step(self: HeadMaintainer, step: Any) -> None:
        if type(step) is migration.StampStep:
            planned = _core.stamp_row_operations(
                step.from_, step.to_, step.is_upgrade, step.branch_move, self.heads
            )
        elif type(step) is migration.RevisionStep and hasattr(step.revision_map, "_row_operations"):
            planned = step.revision_map._row_operations(step.revision, step.is_upgrade, self.heads)
        else:
            # A step of somebody's own answers for itself.
            upstream_update_to_step(self, step)
            return
        _log_step(log, planned)
        for operation in planned.operations:
            from_, to = operation.from_, operation.to
            if from_ is None:
                assert to is not None
                self._insert_version(to)
            elif to is None:
                self._delete_version(from_)
            else:
                self._update_version(from_, to)

    def _insert_version(self: HeadMaintainer, version: str) -> None:
        assert version not in self.heads
        self.heads.add(version)
        context = self.context
        context.impl._exec(context._version.insert().values(version_num=_literal(version)))

    def _delete_version(self: HeadMaintainer, version: str) -> None:
        self.heads.remove(version)
        context = self.context
        result = context.impl._exec(
            context._version.delete().where(context._version.c.version_num == _literal(version))
        )
        _expect_one_row(context, result, f"deleting '{version}'")

    def _update_version(self: HeadMaintainer, from_: str, to_: str) -> None:
        assert to_ not in self.heads
        self.heads.remove(from_)
        self.heads.add(to_)
        context = self.context
        result = context.impl._exec(
            context._version.update()
            .values(version_num=_literal(to_))
            .where(context._version.c.version_num == _literal(from_))
        )
        _expect_one_row(context, result, f"updating '{from_}' to '{to_}'")

    def _expect_one_row(context: MigrationContext, result: Any, action: str) -> None:
        if (
            not context.as_sql
            and context.dialect.supports_sane_rowcount
            and result is not None
            and result.rowcount != 1
        ):
            raise util.CommandError(
                f"Online migration expected to match one row when {action} in "
                f"'{context.version_table}'; {result.rowcount} found"
            )

    return [
        (migration.HeadMaintainer, method.__name__, method)
        for method in (update_to_step, _insert_version, _delete_version, _update_version)
    ]


def _literal(version: str) -> RevisionLiteral:
    from alembic_native.upstream.revision_literal import RevisionLiteral

    return RevisionLiteral(version)


def _log_step(log: Any, planned: _core.StepOperations) -> None:
    kind = planned.kind
    *others, last = planned.operations
    from_, to = last.from_, last.to
    if kind == "branch_delete":
        log.debug("branch delete %s", from_)
    elif kind == "branch_insert":
        log.debug("new branch insert %s", to)
    elif kind == "merge":
        log.debug("merge, delete %s, update %s to %s", [one.from_ for one in others], from_, to)
    elif kind == "unmerge":
        log.debug("unmerge, insert %s, update %s to %s", [one.to for one in others], from_, to)
    else:
        log.debug("update %s to %s", from_, to)
