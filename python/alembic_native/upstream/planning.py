"""The function that plans the steps of a run, exchanged while ``run_migrations`` is at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext


@contextmanager
def planned_by(context: MigrationContext, planner: Any) -> Iterator[None]:
    """Have ``planner`` plan the steps of a context's run; in the end it has its own again."""
    own = context._migrations_fn
    context._migrations_fn = planner
    try:
        yield
    finally:
        context._migrations_fn = own
