"""What is told of a run's steps while they run: statements and times with ``-v``, a live line.

With ``-v``: a record at level INFO of the logger ``alembic.statements`` for each statement, as it
is sent to the database and before it is; values that are bound to it are left out, and passwords
masked. And one when a revision is done, its transaction included where it has one of its own. They
go where Alembic's own records go, which is the standard error unless ``env.py`` says otherwise::

    INFO  [alembic.runtime.migration] Running upgrade ae10 -> 27c6, customers
    INFO  [alembic.statements] CREATE TABLE customer (
            id INTEGER NOT NULL,
            PRIMARY KEY (id)
    )
    INFO  [alembic.statements] UPDATE alembic_version SET version_num='27c6' WHERE ...
    INFO  [alembic.statements] Took 0.042 s, 1 of 7: upgrade ae10 -> 27c6, customers

On a terminal: a line that ``run/live_line.py`` draws.

With ``--sql`` nothing is told: the statements are the output.

Bound into ``alembic.runtime.migration``: ``MigrationContext.run_migrations``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from alembic_native.run.step_text import text_of
from alembic_native.upstream import verbose_option
from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.command_terminal import may_show_progress
from alembic_native.upstream.committed_runs import steps_of_earlier_tries
from alembic_native.upstream.planning import planned_by

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

    from alembic_native.run.counted_steps import CountedSteps
    from alembic_native.run.secrets import Secrets

log = logging.getLogger("alembic.statements")


BOUND_MODULES = ("alembic.runtime.migration",)


def assignments(migration: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.runtime.migration``."""
    upstream_run = migration.MigrationContext.run_migrations

    def run_migrations(self: MigrationContext, **kw: Any) -> None:
        planner, connection = self._migrations_fn, self.connection
        is_logged = verbose_option.is_given(self.config)
        is_on_terminal = may_show_progress(self.config)
        if planner is None or connection is None or self.as_sql:
            is_logged = is_on_terminal = False
        if not is_logged and not is_on_terminal:
            upstream_run(self, **kw)
            return
        with ExitStack() as stack:
            plan: Any = planner
            done = steps_of_earlier_tries(self, kw)
            if is_logged:
                plan = _logged(plan, self, done, stack)
            if is_on_terminal:
                plan = _on_terminal(plan, self.config, done, stack)
            stack.enter_context(planned_by(self, plan))
            upstream_run(self, **kw)

    run_migrations.__doc__ = upstream_run.__doc__
    return [(migration.MigrationContext, "run_migrations", run_migrations)]


def _logged(planner: Any, context: MigrationContext, done: int, stack: ExitStack) -> Any:
    from alembic_native.run.shown_records import shown
    from alembic_native.upstream.known_secrets import secrets_of

    connection = context.connection
    assert connection is not None
    assert context.config is not None
    statements = StatementLog(secrets_of(context.config), connection.dialect.name, done)
    event.listen(connection, "before_cursor_execute", statements.executing)
    stack.callback(event.remove, connection, "before_cursor_execute", statements.executing)
    stack.enter_context(shown(log))
    return lambda heads, context: statements.of(planner(heads, context))


def _on_terminal(planner: Any, config: Any, done: int, stack: ExitStack) -> Any:
    from alembic_native.run.progress import Progress
    from alembic_native.upstream.switches import is_on

    if not is_on(config, "live_line"):
        return planner
    progress = stack.enter_context(Progress(done))
    return lambda heads, context: progress.of(planner(heads, context))


class StatementLog:
    """The statements of one run's steps. What goes on between steps is not logged.

    ``done`` steps were committed before, by earlier tries of the command.
    """

    def __init__(self, secrets: Secrets, dialect: str, done: int) -> None:
        self._done = done
        self._secrets = secrets
        self._dialect = dialect
        self._is_in_step = False

    def of(self, steps: Iterable[Any]) -> CountedSteps:
        """The same steps. One begins when it is taken, and has ended when the next is asked for."""
        from alembic_native.run.counted_steps import CountedSteps, count_of

        count = count_of(steps)
        return CountedSteps(self._logged(steps, count), count)

    def _logged(self, steps: Iterable[Any], count: int | None) -> Iterator[Any]:
        for number, step in enumerate(steps, self._done + 1):
            begin = time.monotonic()
            self._is_in_step = True
            yield step
            self._is_in_step = False
            place = f"{number} of {self._done + count}" if count else f"step {number}"
            log.info("Took %.3f s, %s: %s", time.monotonic() - begin, place, text_of(step))

    def executing(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """SQLAlchemy's event ``before_cursor_execute``."""
        if self._is_in_step:
            log.info("%s", self._secrets.masked_statement(statement.strip(), self._dialect))
