"""The two commands, for any way to the scripts and the database, and any output."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress

from alembic_native.status import exit_codes, printing
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.exit_codes import exit_code
from alembic_native.status.inspection import inspect, scan_schemas
from alembic_native.status.native import NativeDatabase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import NoReturn

    from alembic_native.status.history import History
    from alembic_native.status.inspection import Database
    from alembic_native.status.request import Request
    from alembic_native.status.waiting import Event

    Tell = Callable[[str], None]


def run_status(request: Request, history: History, database: Database, tell: Tell) -> int:
    """Inspect once and ``tell`` the report; the exit code. Raises what inspecting raises."""
    has_multiple_heads = len(history.heads()) > 1 and not request.allow_multiple_heads
    try:
        if request.all_schemas and isinstance(database, NativeDatabase):
            schemas = scan_schemas(history, database, request.schema_pattern)
            if request.schema_pattern and not schemas:
                raise StatusUnavailable(
                    f"No schema that matches {request.schema_pattern!r} has a table "
                    f"{database.table.name}."
                )
            show = printing.schemas_as_json if request.json else printing.schemas_table
            text = show(schemas, history.heads(), database)
            code = exit_code(schemas, request.check, has_multiple_heads)
        else:
            databases = inspect(history, database, names_run=True)
            print_ = printing.table_as_json if request.json else printing.table
            text = print_(databases, history.heads())
            code = exit_code(databases, request.check, has_multiple_heads)
    finally:
        database.close()
    tell(text)
    return code


def run_wait(request: Request, history: History, database: Database, tell: Tell) -> int:
    """Wait and ``tell`` what changes; the exit code. Raises what no waiting mends."""
    from alembic_native.status.waiting import TIMED_OUT, Event, wait_for_heads

    tell_event = event_teller(request, tell, history)
    with _ended_by_sigterm():
        waited = wait_for_heads(history, database, request.timeout, tell_event)
    if not waited.reason:
        return exit_codes.FINE
    tell_event(Event(TIMED_OUT, waited.reason, waited.findings or (), waited.is_unreachable))
    return exit_code(waited.findings or (), check=False) or exit_codes.PENDING


def event_teller(
    request: Request, tell: Tell, history: History | None = None
) -> Callable[[Event], None]:
    """How what a wait tells is told: a line for people, or a JSON document.

    ``--quiet`` is not about failures: those go to stderr then.
    """

    def tell_event(event: Event) -> None:
        if request.quiet and event.is_failure:
            print(event.text, file=sys.stderr, flush=True)
        heads = () if history is None else history.heads()
        tell(printing.event_as_json(event, heads) if request.json else event.text)

    return tell_event


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
