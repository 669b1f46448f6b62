"""``alembic_native.status`` and ``alembic_native.wait``."""

from __future__ import annotations

from alembic_native.status.database import database_at
from alembic_native.status.errors import StatusUnavailable, WaitTimeout
from alembic_native.status.inspection import inspect
from alembic_native.status.options import seconds
from alembic_native.status.report import Status, status_of
from alembic_native.status.version_table import VersionTable
from alembic_native.status.waiting import Event, wait_for_heads
from alembic_native.upstream.project import config_of, history_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL

    from alembic_native.status.history import History
    from alembic_native.status.inspection import Database
    from alembic_native.upstream.project import Project


def status(
    project: Project, url: str | URL | None, table: str | None, schema: str | None
) -> Status:
    """See :func:`alembic_native.status`."""
    history, database = _opened(project, url, table, schema)
    try:
        return status_of(history.heads(), inspect(history, database, names_run=True))
    finally:
        database.close()


def wait(
    project: Project,
    url: str | URL | None,
    table: str | None,
    schema: str | None,
    timeout: float,
    tell: Callable[[str], None] | None,
) -> Status:
    """See :func:`alembic_native.wait`."""
    limit = seconds(timeout)
    history, database = _opened(project, url, table, schema)

    def tell_text(event: Event) -> None:
        if tell is not None:
            tell(event.text)

    waited = wait_for_heads(history, database, limit, tell_text)
    seen = None if waited.findings is None else status_of(history.heads(), waited.findings)
    if waited.reason or seen is None:
        raise WaitTimeout(waited.reason, seen)
    return seen


def _opened(
    project: Project, url: str | URL | None, table: str | None, schema: str | None
) -> tuple[History, Database]:
    if url is None:
        if table or schema:
            raise StatusUnavailable(
                "The version table is named by env.py, unless url=... is given."
            )
        from alembic_native.upstream.environment_databases import databases_of_environment

        return databases_of_environment(config_of(project))
    text = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    return history_of(project), database_at(text, VersionTable(table, schema))
