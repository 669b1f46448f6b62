"""What ``-v`` logs during an upgrade, downgrade or stamp: each statement, and the time it all took.

A record at level INFO of the logger ``alembic.statements`` for each statement, as it is sent to the
database and before it is; values that are bound to it are left out. And one when a revision is
done, its transaction included where it has one of its own. They go where Alembic's own records go,
which is the standard error unless ``env.py`` says otherwise::

    INFO  [alembic.runtime.migration] Running upgrade ae10 -> 27c6, customers
    INFO  [alembic.statements] CREATE TABLE customer (
            id INTEGER NOT NULL,
            PRIMARY KEY (id)
    )
    INFO  [alembic.statements] UPDATE alembic_version SET version_num='27c6' WHERE ...
    INFO  [alembic.statements] Took 0.042 s: upgrade ae10 -> 27c6, customers

With ``--sql`` nothing is logged: the statements are the output.

Bound into ``alembic.runtime.migration``: ``MigrationContext.run_migrations``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from alembic_native.upstream import verbose_option
from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

log = logging.getLogger("alembic.statements")


BOUND_MODULES = ("alembic.runtime.migration",)


def assignments(migration: ModuleType) -> list[Assignment]:
    """What takes the place of a method in ``alembic.runtime.migration``."""
    upstream_run = migration.MigrationContext.run_migrations

    def run_migrations(self: MigrationContext, **kw: Any) -> None:
        planner, connection = self._migrations_fn, self.connection
        is_given = verbose_option.is_given(self.config)
        if not is_given or planner is None or connection is None or self.as_sql:
            upstream_run(self, **kw)
            return
        statements = StatementLog()
        self._migrations_fn = lambda heads, context: statements.of(planner(heads, context))
        event.listen(connection, "before_cursor_execute", statements.executing)
        try:
            with _shown():
                upstream_run(self, **kw)
        finally:
            event.remove(connection, "before_cursor_execute", statements.executing)
            self._migrations_fn = planner

    run_migrations.__doc__ = upstream_run.__doc__
    return [(migration.MigrationContext, "run_migrations", run_migrations)]


class StatementLog:
    """The statements of one run's steps. What goes on between steps is not logged."""

    def __init__(self) -> None:
        self._is_in_step = False

    def of(self, steps: Iterable[Any]) -> Iterator[Any]:
        """The same steps. One begins when it is taken, and has ended when the next is asked for."""
        for step in steps:
            begin = time.monotonic()
            self._is_in_step = True
            yield step
            self._is_in_step = False
            log.info("Took %.3f s: %s", time.monotonic() - begin, step)

    def executing(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """SQLAlchemy's event ``before_cursor_execute``."""
        if self._is_in_step:
            log.info("%s", statement.strip())


@contextmanager
def _shown() -> Iterator[None]:
    """Whoever gives ``-v`` sees the records, also where ``env.py`` logs less or nothing at all."""
    level, is_disabled = log.level, log.disabled
    log.setLevel(logging.INFO)
    log.disabled = False
    handler = None
    if not _has_handler():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(levelname)-5.5s [%(name)s] %(message)s"))
        log.addHandler(handler)
    try:
        yield
    finally:
        if handler is not None:
            log.removeHandler(handler)
        log.setLevel(level)
        log.disabled = is_disabled


def _has_handler() -> bool:
    """Whether records go anywhere: Alembic gives its logger a handler that drops them."""
    logger: logging.Logger | None = log
    while logger is not None:
        if any(not isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            return True
        logger = logger.parent if logger.propagate else None
    return False
