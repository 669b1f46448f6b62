"""A run whose work was not committed ends in an error, though ``env.py`` has ended without one.

With ``-v``, and on a terminal, a log record says at the end what came of each run of the command;
a try that is started over because of a lock has none of its own.

Bound: ``ScriptDirectory.run_env``, which collects and judges the runs of one ``env.py``;
``MigrationContext.run_migrations`` and ``HeadMaintainer.update_to_step``, which say what is run.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.environment_configuration import configuration_of_environment
from alembic_native.upstream.lock_waits import retries_of
from alembic_native.upstream.planning import planned_by

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.migration import HeadMaintainer, MigrationContext
    from alembic.script.base import ScriptDirectory

    from alembic_native.run.outcome import Heads, Outcome, Place

BOUND_MODULES = ("alembic.script.base", "alembic.runtime.migration")

log = logging.getLogger("alembic.run")

#: Where the runs of an env.py are, in its ScriptDirectory, and the one at work, in its context.
_RUNS, _RUN = "_runs_of_env_py", "_run_at_work"
#: Whether the methods below are bound.
_is_bound = False
#: What is collected for somebody; None while nobody has asked for it.
_collected: list[Outcome] | None = None


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
        runs = self.__dict__[_RUNS] = _Runs(configuration_of_environment())
        error = None
        try:
            upstream_run_env(self)
        except BaseException as raised:
            error = raised
            raise
        finally:
            self.__dict__[_RUNS] = outer
            runs.end()
            if not runs.is_started_over(error):
                runs.sum_up(self, error)
            del error
        if runs.is_required and not all(outcome.is_whole for outcome in runs.outcomes):
            from alembic_native.run.not_committed import check
            from alembic_native.upstream.errors import as_command_errors

            with as_command_errors():
                check(runs.outcomes, self.env_py_location)

    def run_migrations(self: MigrationContext, **kw: Any) -> None:
        runs, planner = _runs_of(self), self._migrations_fn
        is_noted = _collected is not None or (runs is not None and runs.is_wanted)
        if not is_noted or planner is None or self.connection is None:
            upstream_run(self, **kw)
            return
        found: Heads = ()

        def plan(heads: Heads, context: MigrationContext) -> Iterator[Any]:
            nonlocal found
            found = heads
            return _noted(planner(heads, context), heads, context, runs, kw)

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
        if run is None and runs is not None and runs.outcomes and _is_observable(self):
            _note_nothing_to_do(runs, self, found, kw)

    def update_to_step(self: HeadMaintainer, step: Any) -> None:
        upstream_update_to_step(self, step)
        context = self.context
        run: Outcome | None = getattr(context, "__dict__", {}).get(_RUN)
        if run is not None:
            run.applied(step, tuple(self.heads), context._transaction is not None)

    found = []
    for owner, method, original in (
        (directory, run_env, upstream_run_env),
        (context_class, run_migrations, upstream_run),
        (maintainer, update_to_step, upstream_update_to_step),
    ):
        method.__doc__ = original.__doc__
        found.append((owner, method.__name__, method))
    global _is_bound
    _is_bound = True
    return found


@contextmanager
def collected_runs() -> Iterator[list[Outcome] | None]:
    """Those that had steps, in order, of the commands within; None where nobody notes them."""
    global _collected
    if not _is_bound:
        yield None
        return
    # env.py may run a command of its own.
    outer = _collected
    found = _collected = []
    try:
        yield found
    finally:
        _collected = outer
        for outcome in found:
            outcome.end()


def steps_of_earlier_tries(context: MigrationContext, arguments: dict[str, Any]) -> int:
    """How many steps the tries before this one have committed, of a run that starts over."""
    retries = retries_of(context.config)
    if retries is None or not retries.outcomes or not _is_observable(context):
        return 0
    place = _place(context, arguments)
    return sum(len(one.committed_steps) for one in retries.outcomes if one.place == place)


class _Runs:
    """Those of one env.py that had steps, and what is done with them when it has ended."""

    def __init__(self, config: Config | None) -> None:
        from alembic_native.upstream import verbose_option
        from alembic_native.upstream.command_terminal import may_show_progress
        from alembic_native.upstream.switches import is_on

        self.outcomes: list[Outcome] = []
        self._contexts: list[MigrationContext] = []
        #: Whether the user wants an error where work was not committed.
        self.is_required = config is not None and is_on(config, "require_commit")
        self._is_summed_up = verbose_option.is_given(config) or may_show_progress(config)
        self._retries = retries_of(config)

    @property
    def is_wanted(self) -> bool:
        return self.is_required or self._is_summed_up

    def add(self, outcome: Outcome, context: MigrationContext) -> None:
        """One whose first step is about to begin."""
        for earlier in self._earlier():
            if earlier.place == outcome.place:
                outcome.continues(earlier)
                break
        self.outcomes.append(outcome)
        self._contexts.append(context)

    def end(self) -> None:
        """env.py has ended."""
        for outcome, context in zip(self.outcomes, self._contexts, strict=True):
            if outcome.open_steps and outcome.is_connection_open:
                _let_go(outcome, context)
            outcome.end()

    def is_started_over(self, error: BaseException | None) -> bool:
        """Whether the command is, after what env.py has ended with; then its runs are kept."""
        if self._retries is None or not self._retries.starts_over_after(error):
            return False
        self._retries.outcomes = [*self._earlier(), *self.outcomes]
        return True

    def sum_up(self, directory: ScriptDirectory, error: BaseException | None) -> None:
        """Log what the runs of all tries came to, if that is wanted."""
        if not self._is_summed_up:
            return
        # If all is well, what an earlier try has not done was done by others meanwhile.
        earlier = [one for one in self._earlier() if error is not None or one.committed_steps]
        if earlier or self.outcomes:
            _sum_up([*earlier, *self.outcomes], directory)

    def _earlier(self) -> list[Outcome]:
        """Those of the tries before this one that no later one has taken up."""
        kept = self._retries.outcomes if self._retries is not None else ()
        return [one for one in kept if not one.is_continued]


def _runs_of(context: MigrationContext) -> _Runs | None:
    """Those of the env.py that has configured the context; None if none has."""
    environment = getattr(context, "environment_context", None)
    directory = getattr(environment, "script", None)
    found: _Runs | None = getattr(directory, "__dict__", {}).get(_RUNS)
    return found


def _noted(
    steps: Iterable[Any],
    heads: Heads,
    context: MigrationContext,
    runs: _Runs | None,
    arguments: dict[str, Any],
) -> Iterator[Any]:
    """The steps. When the first one is taken, what comes after is observed."""
    outcome: Outcome | None = None
    for step in steps:
        if outcome is None:
            outcome = _begun(steps, heads, context, runs, arguments)
        outcome.begins(step)
        yield step
        outcome.passed()


def _begun(
    steps: Iterable[Any],
    heads: Heads,
    context: MigrationContext,
    runs: _Runs | None,
    arguments: dict[str, Any],
) -> Outcome:
    from alembic_native.run.counted_steps import count_of
    from alembic_native.run.outcome import Outcome

    outcome = Outcome(
        place=_place(context, arguments),
        heads_before=heads,
        planned=count_of(steps),
        in_outer_transaction=context._in_external_transaction,
        is_script=context.as_sql,
    )
    context.__dict__[_RUN] = outcome
    if _is_observable(context):
        if runs is not None:
            runs.add(outcome, context)
        assert context.connection is not None
        outcome.observe(context.connection)
    if _collected is not None:
        _collected.append(outcome)
    return outcome


def _is_observable(context: MigrationContext) -> bool:
    from sqlalchemy.engine import Connection

    return not context.as_sql and isinstance(context.connection, Connection)


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


def _place(context: MigrationContext, arguments: dict[str, Any]) -> Place:
    from alembic_native.run.outcome import Place

    return Place(
        # Something may stand in for a connection.
        url=getattr(getattr(context.connection, "engine", None), "url", None),
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
