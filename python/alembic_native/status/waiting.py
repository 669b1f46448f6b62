"""Waiting until a database is at the scripts' heads.

Each inspection is read-only and leaves no transaction open; on PostgreSQL they share a connection,
which another one replaces when it is lost.
"""

from __future__ import annotations

import time

from alembic_native.status import wording
from alembic_native.status.inspection import inspect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alembic_native.status.findings import DatabaseFinding
    from alembic_native.status.history import History
    from alembic_native.status.inspection import Database

#: The kinds of an ``Event``: the first, then what changes, then the end.
WAITING = "waiting"
NOT_AT_HEADS, UNREACHABLE = "not_at_heads", "unreachable"
REACHED, TIMED_OUT = "reached", "timed_out"


class Event:
    """What a wait tells: a ``kind``, a line for people, and the findings of this moment, if any.

    ``is_failure``: the end of a wait whose database was out of reach then.
    """

    def __init__(
        self,
        kind: str,
        text: str,
        findings: Sequence[DatabaseFinding] = (),
        is_failure: bool = False,
    ) -> None:
        self.kind = kind
        self.text = text
        self.findings = findings
        self.is_failure = is_failure


class Waited:
    """How a wait ended. ``findings`` are the last ones, None if no database was ever reached.

    ``reason`` says what is missing, and is empty when nothing is. ``is_unreachable``: the database
    was out of reach in the end.
    """

    def __init__(
        self,
        findings: list[DatabaseFinding] | None,
        reason: str = "",
        is_unreachable: bool = False,
    ) -> None:
        self.findings = findings
        self.reason = reason
        self.is_unreachable = is_unreachable


def wait_for_heads(
    history: History, database: Database, timeout: float, tell: Callable[[Event], None]
) -> Waited:
    """Ends when every database is at the heads, or when timed out. Closes ``database``.

    ``tell`` is called once with what is waited for, then with each change; not with the timeout.
    ``timeout`` is in seconds, 0 inspects once. Raises at once what no waiting mends; a signal
    handler that raises ends the wait at once, too.
    """
    end = time.monotonic() + timeout
    tell(Event(WAITING, wording.waiting_for(database.name, history.heads(), timeout)))
    findings: list[DatabaseFinding] | None = None
    told = ""
    try:
        while True:
            patience = max(end - time.monotonic(), 0) if timeout else None
            try:
                findings = inspect(history, database, patience)
                if all(one.is_at_heads for one in findings):
                    tell(Event(REACHED, wording.reached(findings), findings))
                    return Waited(findings)
                event = Event(NOT_AT_HEADS, wording.missing(findings), findings)
            except Exception as error:
                if not database.is_passing(error):
                    raise
                event = Event(UNREACHABLE, wording.failure(error))
            left = end - time.monotonic()
            if left <= 0:
                reason = wording.gave_up(timeout, event.text, findings)
                return Waited(findings, reason, event.kind == UNREACHABLE)
            if event.text != told:
                tell(event)
                told = event.text
            time.sleep(min(database.pause, left))
    finally:
        database.close()
