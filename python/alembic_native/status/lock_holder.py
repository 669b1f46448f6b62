"""What is said of a PostgreSQL session that holds the migration lock."""

from __future__ import annotations


def described(
    pid: int | None,
    client: str | None = None,
    application: str | None = None,
    user: str | None = None,
    transaction_since: str | None = None,
) -> str:
    """The holder, by what its server shows of it; a prepared transaction has no ``pid``."""
    if pid is None:
        return "a prepared transaction, see the view pg_prepared_xacts"
    parts = {
        "pid": pid,
        "client": client,
        "application": application,
        "user": user,
        "in a transaction since": transaction_since,
    }
    return ", ".join(f"{name} {value}" for name, value in parts.items() if value)
