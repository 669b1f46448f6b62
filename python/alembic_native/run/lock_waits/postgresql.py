"""Who blocks a session of PostgreSQL, and how far the index is that it builds.

Of the statements of others only the first word is asked for: the rest may hold data.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from alembic_native.printable import printable
from alembic_native.run.lock_waits.sight import Sight, listed

if TYPE_CHECKING:
    from alembic_native.run.lock_waits.second_connection import Query

#: So many characters of a statement tell it from others; the server keeps about 1000 bytes.
_COMPARED = 200
_AT_WORK = """
SELECT pid FROM pg_stat_activity
WHERE state = 'active' AND pid <> pg_backend_pid() AND datname = current_database()
  AND usename = session_user AND {condition} LIMIT 2
"""
_NEEDED = """
SELECT mode, CASE WHEN relation IS NOT NULL THEN CAST(CAST(relation AS regclass) AS text) END
FROM pg_locks WHERE pid = {pid} AND NOT granted LIMIT 1
"""
_BLOCKERS = """
SELECT b.pid, a.application_name, a.usename, a.state, a.wait_event_type,
       to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS TZ'),
       substring(a.query FROM '^[[:space:]]*([A-Za-z]+)')
FROM (SELECT DISTINCT unnest(pg_blocking_pids({pid})) AS pid) AS b
LEFT JOIN pg_stat_activity AS a ON a.pid = b.pid
ORDER BY a.xact_start NULLS LAST, b.pid
"""
_INDEX = """
SELECT phase, blocks_done, blocks_total, tuples_done, tuples_total, lockers_done, lockers_total
FROM pg_stat_progress_create_index WHERE pid = {pid}
"""


def session_of(driver: Any) -> int:
    """The process of the server that a driver's connection was opened to; 0 if it does not tell."""
    if hasattr(driver, "get_server_pid"):
        # asyncpg.
        return int(driver.get_server_pid())
    return int(getattr(getattr(driver, "info", None), "backend_pid", 0))


def look(query: Query, session: int, statement: str) -> Sight:
    """What there is to see of a statement of ``session``.

    Behind a pooler the driver does not know the session: then it is the only one of this user that
    is at work on such a statement.
    """
    found = query(_AT_WORK.format(condition=f"pid = {session}"))
    if not found:
        digest = hashlib.md5(statement[:_COMPARED].encode(), usedforsecurity=False).hexdigest()
        condition = f"md5(left(query, {_COMPARED})) = '{digest}'"
        found = query(_AT_WORK.format(condition=condition))
    if len(found) != 1:
        return Sight()
    ((pid,),) = found
    blockers = [_described(*row) for row in query(_BLOCKERS.format(pid=pid))]
    text = listed(blockers)
    if text:
        text += "".join(_needed(*row) for row in query(_NEEDED.format(pid=pid)))
    return Sight(text, _progress(query, pid, statement))


def _described(
    pid: int,
    application: str | None,
    user: str | None,
    state: str | None,
    waits_for: str | None,
    since: str | None,
    statement: str | None,
) -> str:
    if not pid:
        return "a prepared transaction: see the view pg_prepared_xacts"
    parts = [f"pid {pid}", f"application {application or '(no name)'}"]
    if user:
        parts.append(f"user {user}")
    if state:
        parts.append(state)
    if waits_for == "Lock":
        parts.append("waits for a lock itself")
    if since:
        parts.append(f"in a transaction since {since}")
    if statement:
        kind = "statement" if state == "active" else "last statement"
        parts.append(f"{kind} {statement.upper()}")
    return ", ".join(parts)


def _needed(mode: str, relation: str | None) -> str:
    return f" (needed: {mode} on {printable(relation)})" if relation else ""


def _progress(query: Query, session: int, statement: str) -> str:
    words = statement.upper()
    if "INDEX" not in words and "CONSTRAINT" not in words and "KEY" not in words:
        return ""
    try:
        rows = query(_INDEX.format(pid=session))
    except Exception:
        # PostgreSQL has this view from version 12 on. The question is the last one.
        return ""
    if not rows:
        return ""
    phase, *counts = rows[0]
    shares = [
        f"{100 * done // total} % of {total} {name}"
        for name, done, total in zip(
            ("blocks", "rows", "transactions waited for"), counts[::2], counts[1::2], strict=True
        )
        if total
    ]
    return ", ".join([f"building the index: {phase}", *shares])
