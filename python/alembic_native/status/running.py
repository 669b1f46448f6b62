"""The two commands, for any way to the scripts and the database, and any output."""

from __future__ import annotations

from contextlib import contextmanager, suppress

from alembic_native.status import exit_codes, printing
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.exit_codes import exit_code
from alembic_native.status.native import NativeDatabase
from alembic_native.status.taking import look, sweep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import NoReturn

    from alembic_native.status.history import History
    from alembic_native.status.request import Request
    from alembic_native.status.taking import Database

    Tell = Callable[[str], None]


def run_status(request: Request, history: History, database: Database, tell: Tell) -> int:
    """Look once and ``tell`` the report; the exit code. Raises what looking raises."""
    try:
        if request.all_schemas and isinstance(database, NativeDatabase):
            schemas = sweep(history, database, request.schema_pattern)
            if request.schema_pattern and not schemas:
                raise StatusUnavailable(
                    f"No schema that matches {request.schema_pattern!r} has a table "
                    f"{database.table.name}."
                )
            show = printing.schemas_as_json if request.json else printing.schemas_table
            text = show(schemas, history.heads(), database)
            code = exit_code(schemas, request.check)
        else:
            databases = look(history, database)
            print_ = printing.table_as_json if request.json else printing.table
            text = print_(databases, history.heads())
            code = exit_code(databases, request.check)
    finally:
        database.close()
    tell(text)
    return code


def run_wait(request: Request, history: History, database: Database, tell: Tell) -> int:
    """Wait and ``tell`` what changes; the exit code. Raises what no waiting mends."""
    from alembic_native.status.waiting import wait_for_heads

    try:
        with _ended_by_sigterm():
            waited = wait_for_heads(history, database, request.timeout, tell)
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    if not waited.reason:
        return exit_codes.FINE
    tell(waited.reason)
    return exit_code(waited.findings or (), check=False) or exit_codes.PENDING


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM has a handler in here: the first process of a container ignores it without."""
    import signal

    is_ours = False
    # Somebody's own handler stays, and other threads than the main one may not set any.
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        with suppress(ValueError):
            signal.signal(signal.SIGTERM, _terminate)
            is_ours = True
    try:
        yield
    finally:
        if is_ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(exit_codes.TERMINATED)
