"""What is bound into Alembic for statements that wait for a lock.

Bound: ``ScriptDirectory.run_env``, which is called again when such a statement was cut, and
``MigrationContext.run_migrations``, whose statements are followed. Each calls the method of Alembic
of the same name, which does all the work.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.environment_configuration import configuration_of_environment
from alembic_native.upstream.planning import planned_by

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script.base import ScriptDirectory
    from sqlalchemy.engine import Connection

    from alembic_native.run.lock_waits.retries import Retries
    from alembic_native.run.lock_waits.settings import Settings
    from alembic_native.run.lock_waits.watched_run import WatchedRun

BOUND_MODULES = ("alembic.script.base", "alembic.runtime.migration")

#: The attribute of a configuration that holds the tries of its command.
_RETRIES = "_lock_retries"


def retries_of(config: Config | None) -> Retries | None:
    """The tries of the command at work; None where it is not started over."""
    found: Retries | None = None if config is None else vars(config).get(_RETRIES)
    return found


def assignments(script: ModuleType, migration: ModuleType) -> list[Assignment]:
    """What takes the place of methods in ``alembic.script.base`` and ``runtime.migration``."""
    upstream_run_env = script.ScriptDirectory.run_env
    upstream_run = migration.MigrationContext.run_migrations

    def run_env(self: ScriptDirectory) -> None:
        from alembic_native.upstream.errors import as_command_errors

        config = configuration_of_environment()
        with as_command_errors():
            settings = None if config is None else _settings(config)
        if config is None or settings is None or settings.timeout is None:
            upstream_run_env(self)
            return
        from alembic_native.run.lock_waits.retries import Retries

        retries, outer = Retries(settings), retries_of(config)
        vars(config)[_RETRIES] = retries
        try:
            with as_command_errors():
                retries.run(lambda: upstream_run_env(self))
        finally:
            vars(config)[_RETRIES] = outer

    def run_migrations(self: MigrationContext, **kw: Any) -> None:
        from alembic_native.upstream.errors import as_command_errors

        planner = self._migrations_fn
        with as_command_errors():
            follow = _follower(self)
        if planner is None or follow is None:
            upstream_run(self, **kw)
            return
        with contextlib.ExitStack() as end:

            def plan(heads: Any, context: MigrationContext) -> Iterable[Any]:
                steps = planner(heads, context)
                if isinstance(steps, (list, tuple)) and not steps:
                    return steps
                return follow(end).of(steps)

            if follow.is_limited:
                follow(end)
            with planned_by(self, plan):
                upstream_run(self, **kw)

    run_env.__doc__ = upstream_run_env.__doc__
    run_migrations.__doc__ = upstream_run.__doc__
    return [
        (script.ScriptDirectory, "run_env", run_env),
        (migration.MigrationContext, "run_migrations", run_migrations),
    ]


class _Follower:
    """Begins to follow the statements of a run when it is called, once."""

    def __init__(
        self,
        connection: Connection,
        settings: Settings,
        limited_by: Retries | None,
        target: str,
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._limited_by = limited_by
        self._target = target
        self._run: WatchedRun | None = None

    @property
    def is_limited(self) -> bool:
        return self._limited_by is not None

    def __call__(self, end: contextlib.ExitStack) -> WatchedRun:
        if self._run is None:
            self._run = end.enter_context(self._made())
        return self._run

    def _made(self) -> WatchedRun:
        timeout = self._settings.timeout
        if self._limited_by is None or timeout is None:
            from alembic_native.run.lock_waits.steps import Steps
            from alembic_native.run.lock_waits.watched_run import WatchedRun

            steps = Steps(self._connection.dialect.name)
            return WatchedRun(self._connection, self._settings, steps)
        from alembic_native.run.lock_waits.limited_run import LimitedRun

        run = LimitedRun(self._connection, self._settings, timeout, self._target)
        self._limited_by.runs.append(run)
        return run


def _follower(context: MigrationContext) -> _Follower | None:
    """None where the statements of a run are neither limited nor watched."""
    from sqlalchemy.engine import Connection

    from alembic_native.run.lock_waits.settings import WATCHED
    from alembic_native.upstream.handed_in import handed_in

    connection, config = context.connection, context.config
    if context.as_sql or not isinstance(connection, Connection):
        return None
    retries = retries_of(config)
    # A connection that the caller handed in is left as it is, and so is a command that only reads:
    # upgrade, downgrade and stamp have a target.
    if (
        config is None
        or "destination_rev" not in context.opts
        or any(one is connection for one in handed_in(config))
    ):
        retries = None
    settings = _settings(config)
    is_watched = settings.watch is not None and connection.dialect.name in WATCHED
    if retries is None and not is_watched:
        return None
    return _Follower(connection, settings, retries, str(context.opts.get("destination_rev", "")))


def _settings(config: Config | None) -> Settings:
    from alembic_native.run.lock_waits.settings import read_settings

    return read_settings(None if config is None else config.get_alembic_option)
