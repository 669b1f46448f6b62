"""Waiting until a database is at the scripts' heads.

Each look is read-only and leaves no transaction open; on PostgreSQL the looks share a connection,
which another one replaces when it is lost.
"""

from __future__ import annotations

import time

from alembic_native.status import wording
from alembic_native.status.taking import look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic_native.status.findings import DatabaseFinding
    from alembic_native.status.history import History
    from alembic_native.status.taking import Database


class Waited:
    """How a wait ended. ``findings`` are the last ones, None if no database was ever reached.

    ``reason`` says what is missing, and is empty when nothing is.
    """

    def __init__(self, findings: list[DatabaseFinding] | None, reason: str = "") -> None:
        self.findings = findings
        self.reason = reason


def wait_for_heads(
    history: History, database: Database, timeout: float, tell: Callable[[str], None]
) -> Waited:
    """Ends when every database is at the heads, or the time is over. Closes ``database``.

    ``tell`` is called with a line for people: once what is waited for, then each change.
    ``timeout`` is in seconds, 0 is one look. Raises at once what no waiting mends; a signal handler
    that raises ends the wait at once, too.
    """
    end = time.monotonic() + timeout
    tell(wording.waiting_for(database.name, history.heads(), timeout))
    findings: list[DatabaseFinding] | None = None
    told = ""
    try:
        while True:
            patience = max(end - time.monotonic(), 0) if timeout else None
            try:
                findings = look(history, database, patience)
                if all(one.is_at_heads for one in findings):
                    tell(wording.reached(findings))
                    return Waited(findings)
                state = wording.missing(findings)
            except Exception as error:
                if not database.is_passing(error):
                    raise
                state = wording.failure(error)
            left = end - time.monotonic()
            if left <= 0:
                return Waited(findings, wording.gave_up(timeout, state, findings))
            if state != told:
                tell(state)
                told = state
            time.sleep(min(database.pause, left))
    finally:
        database.close()
