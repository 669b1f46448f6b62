"""A run whose work was not committed ends in an error, though ``env.py`` has ended without one.

With ``-v``, and on a terminal, a log record says at the end of each run what came of it.

Bound: ``ScriptDirectory.run_env``, which collects and judges the runs of one ``env.py``;
``MigrationContext.run_migrations`` and ``HeadMaintainer.update_to_step``, which say what is run.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.planning import planned_by

if TYPE_CHECKING:
    from alembic.runtime.migration import HeadMaintainer, MigrationContext
    from alembic.script.base import ScriptDirectory

    from alembic_native.run.outcome import Heads, Outcome, Place

BOUND_MODULES = ("alembic.script.base", "alembic.runtime.migration")

log = logging.getLogger("alembic.run")

#: Where the runs of an env.py are, in its ScriptDirectory, and the one at work, in its context.
_RUNS, _RUN = "_runs_of_env_py", "_run_at_work"


def assignments(script: ModuleType, migration: ModuleType) -> list[Assignment]:
    """What takes the place of methods in ``alembic.script.base`` and ``alembic.runtime``."""
    directory, context_class = script.ScriptDirectory, migration.MigrationContext
    maintainer = migration.HeadMaintainer
    upstream_run_env = directory.run_env
    upstream_run = context_class.run_migrations
    upstream_update_to_step = maintainer.update_to_step

    def run_env(self: ScriptDirectory) -> None:
        outer = self.__dict__.get(_RUNS)
        # What is wrong with the setting is said before env.py runs.
        runs = self.__dict__[_RUNS] = _Runs(_is_required())
        try:
            upstream_run_env(self)
        finally:
            self.__dict__[_RUNS] = outer
            for outcome, context in zip(runs.outcomes, runs.contexts, strict=True):
                if outcome.open_steps and outcome.is_connection_open:
                    _let_go(outcome, context)
                outcome.end()
            if runs.is_summed_up:
                _sum_up(runs.outcomes, self)
        if runs.is_required and runs.outcomes:
            from alembic_native.run.not_committed import check
            from alembic_native.upstream.errors import as_command_errors

            with as_command_errors():
                check(runs.outcomes, self.env_py_location)

    def run_migrations(self: MigrationContext, **kw: Any) -> None:
        runs, planner = _runs_of(self), self._migrations_fn
        if runs is None or planner is None or self.as_sql or self.connection is None:
            upstream_run(self, **kw)
            return
        found: Heads = ()

        def plan(heads: Heads, context: MigrationContext) -> Iterator[Any]:
            nonlocal found
            found = heads
            return _observed(planner(heads, context), heads, context, runs, kw)

        error = None
        try:
            with planned_by(self, plan):
                upstream_run(self, **kw)
        except BaseException as raised:
            error = raised
            raise
        finally:
            run = self.__dict__.pop(_RUN, None)
            if run is not None:
                run.stopped(error)
            del error
        if run is None and runs.outcomes and _is_observable(self):
            _note_nothing_to_do(runs, self, found, kw)

    def update_to_step(self: HeadMaintainer, step: Any) -> None:
        upstream_update_to_step(self, step)
        context = self.context
        run: Outcome | None = getattr(context, "__dict__", {}).get(_RUN)
        if run is not None:
            run.applied(_name(step), tuple(self.heads), context._transaction is not None)

    found = []
    for owner, method, original in (
        (directory, run_env, upstream_run_env),
        (context_class, run_migrations, upstream_run),
        (maintainer, update_to_step, upstream_update_to_step),
    ):
        method.__doc__ = original.__doc__
        found.append((owner, method.__name__, method))
    return found


class _Runs:
    """Those of one env.py that had steps, and what is done with them when it has ended."""

    def __init__(self, is_required: bool) -> None:
        self.outcomes: list[Outcome] = []
        self.contexts: list[MigrationContext] = []
        self.is_required = is_required
        self.is_summed_up = False

    def read(self, config: Any) -> bool:
        """Read whether they are summed up; whether they have to be observed."""
        from alembic_native.upstream import verbose_option
        from alembic_native.upstream.command_terminal import may_show_progress

        self.is_summed_up = verbose_option.is_given(config) or may_show_progress(config)
        return self.is_required or self.is_summed_up


def _is_required() -> bool:
    """Whether the user wants an error where work was not committed."""
    from alembic_native.upstream.environment_configuration import configuration_of_environment
    from alembic_native.upstream.switches import is_on

    config = configuration_of_environment()
    return config is not None and is_on(config, "require_commit")


def _runs_of(context: MigrationContext) -> _Runs | None:
    """Those of the env.py that has configured the context; None if none has."""
    environment = getattr(context, "environment_context", None)
    directory = getattr(environment, "script", None)
    found: _Runs | None = getattr(directory, "__dict__", {}).get(_RUNS)
    return found


def _observed(
    steps: Iterable[Any],
    heads: Heads,
    context: MigrationContext,
    runs: _Runs,
    arguments: dict[str, Any],
) -> Iterator[Any]:
    """The steps. When the first one is taken, what comes after is observed."""
    outcome: Outcome | None = None
    is_first = True
    for step in steps:
        if is_first and _is_observable(context) and runs.read(context.config):
            outcome = _begun(step, steps, heads, context, arguments)
            runs.outcomes.append(outcome)
            runs.contexts.append(context)
            context.__dict__[_RUN] = outcome
        is_first = False
        if outcome is not None:
            outcome.begins(_name(step))
        yield step


def _is_observable(context: MigrationContext) -> bool:
    from sqlalchemy.engine import Connection

    return context.config is not None and isinstance(context.connection, Connection)


def _let_go(outcome: Outcome, context: MigrationContext) -> None:
    """Take the connection from the context, unless somebody else has it, who may yet commit.

    What an ``env.py`` has neither closed nor given away, the context keeps alive, and it would be
    rolled back a moment later.
    """
    context.connection = context.impl.connection = None
    gc.collect()
    context.connection = context.impl.connection = outcome.connection


def _sum_up(outcomes: Iterable[Outcome], directory: ScriptDirectory) -> None:
    from alembic_native.run.shown_records import shown
    from alembic_native.run.summary import summary

    script_heads = directory.get_heads()
    lines = [summary(outcome, script_heads) for outcome in outcomes]
    with shown(log):
        for line in filter(None, lines):
            log.info("%s", line)


def _note_nothing_to_do(
    runs: _Runs, context: MigrationContext, heads: Heads, arguments: dict[str, Any]
) -> None:
    from alembic_native.run.not_committed import note_nothing_to_do

    environment = context.environment_context
    assert environment is not None
    scripts = environment.script.iterate_revisions(heads, "base")
    revisions = {script.revision for script in scripts}
    note_nothing_to_do(runs.outcomes, _place(context, arguments), revisions)


def _begun(
    first: Any,
    steps: Iterable[Any],
    heads: Heads,
    context: MigrationContext,
    arguments: dict[str, Any],
) -> Outcome:
    from alembic_native.run.counted_steps import count_of
    from alembic_native.run.outcome import Outcome

    direction = "upgrade" if first.is_upgrade else "downgrade"
    run = Outcome(
        kind=direction if _revision(first) is not None else "stamp",
        place=_place(context, arguments),
        heads_before=heads,
        planned=count_of(steps),
        in_outer_transaction=context._in_external_transaction,
    )
    assert context.connection is not None
    run.observe(context.connection)
    return run


def _place(context: MigrationContext, arguments: dict[str, Any]) -> Place:
    from alembic_native.run.outcome import Place

    connection = context.connection
    assert connection is not None
    return Place(
        url=connection.engine.url,
        default_schema=context.dialect.default_schema_name,
        schema=context.version_table_schema,
        version_table=context.version_table,
        has_transactional_ddl=context.impl.transactional_ddl,
        arguments=tuple(
            (name, value)
            for name, value in sorted(arguments.items())
            if isinstance(value, (str, int))
        ),
    )


def _name(step: Any) -> str:
    return _revision(step) or str(step)


def _revision(step: Any) -> str | None:
    """The revision that a step runs; None where it runs none."""
    found: str | None = getattr(getattr(step, "revision", None), "revision", None)
    return found
