"""Who blocks a session of MySQL or MariaDB.

Of the statements of others only the first word is shown: the rest may hold data. MariaDB does not
say who holds the lock of a table; then all who are in a transaction are named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic_native.run.lock_waits.sight import Sight, listed
from alembic_native.run.lock_waits.steps import first_word

if TYPE_CHECKING:
    from alembic_native.run.lock_waits.second_connection import Query

_STATE = "SELECT state FROM information_schema.processlist WHERE id = {id}"
#: Each is there on one of the servers: rows and tables of MySQL, rows of MariaDB.
_BLOCKERS = (
    "SELECT DISTINCT blocking_pid FROM sys.innodb_lock_waits WHERE waiting_pid = {id}",
    "SELECT DISTINCT blocking_pid FROM sys.schema_table_lock_waits"
    " WHERE waiting_pid = {id} AND blocking_pid <> {id}",
    "SELECT DISTINCT b.trx_mysql_thread_id FROM information_schema.innodb_lock_waits AS w"
    " JOIN information_schema.innodb_trx AS r ON r.trx_id = w.requesting_trx_id"
    " JOIN information_schema.innodb_trx AS b ON b.trx_id = w.blocking_trx_id"
    " WHERE r.trx_mysql_thread_id = {id}",
)
_IN_TRANSACTION = (
    "SELECT trx_mysql_thread_id FROM information_schema.innodb_trx"
    " WHERE trx_mysql_thread_id NOT IN (0, {id}, CONNECTION_ID()) ORDER BY trx_started"
)
_SESSIONS = """
SELECT p.id, p.user, p.host, p.command, p.time, p.info, CAST(t.trx_started AS char)
FROM information_schema.processlist AS p
LEFT JOIN information_schema.innodb_trx AS t ON t.trx_mysql_thread_id = p.id
WHERE p.id IN ({ids}) ORDER BY t.trx_started
"""


def session_of(driver: Any) -> int:
    """The number of a driver's connection in the server; 0 if it does not tell."""
    if hasattr(driver, "thread_id"):
        return int(driver.thread_id())
    return int(getattr(driver, "connection_id", 0))


def look(query: Query, session: int, _statement: str) -> Sight:
    """What there is to see of a statement of ``session``."""
    blockers: list[int] = []
    for sql in _BLOCKERS:
        blockers += [one for (one,) in _rows_if_any(query, sql.format(id=session))]
    is_certain = bool(blockers)
    if not blockers and _waits_for_a_table(query, session):
        blockers = [one for (one,) in _rows_if_any(query, _IN_TRANSACTION.format(id=session))]
    if not blockers:
        return Sight()
    ids = ", ".join(str(int(one)) for one in dict.fromkeys(blockers))
    text = listed([_described(*row) for row in _rows_if_any(query, _SESSIONS.format(ids=ids))])
    if text and not is_certain:
        text = f"a lock of the table is held by one of those in a transaction: {text}"
    return Sight(text)


def _waits_for_a_table(query: Query, session: int) -> bool:
    states = _rows_if_any(query, _STATE.format(id=session))
    return any("metadata lock" in (state or "") for (state,) in states)


def _rows_if_any(query: Query, sql: str) -> list[Any]:
    """Empty where this server lacks the view, or the user may not read it."""
    try:
        return query(sql)
    except Exception:
        return []


def _described(
    number: int,
    user: str,
    host: str,
    command: str,
    seconds: int | None,
    statement: str | None,
    since: str | None,
) -> str:
    parts = [f"connection {number}", f"client {host}", f"user {user}"]
    parts.append(f"in the state {command!r} since {seconds or 0} s")
    if since:
        parts.append(f"in a transaction since {since}")
    word = first_word(statement or "")
    if word:
        parts.append(f"statement {word}")
    return ", ".join(parts)
