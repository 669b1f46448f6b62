"""What people are told about a database, one printable line each."""

from __future__ import annotations

from alembic_native.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_native.status.findings import DatabaseFinding

_NAMED = 10


def ids(revisions: Iterable[str]) -> str:
    """Ids, or that there are none."""
    return printable(", ".join(revisions)) or "none"


def heads(database: DatabaseFinding) -> str:
    """The heads of a database, or why there are none."""
    if database.missing_table:
        return f"none (there is no table {printable(database.missing_table)})"
    return ids(database.heads)


def waiting_for(database: str, script_heads: tuple[str, ...], timeout: float) -> str:
    name = printable(database) or "the database"
    limit = f", at most {timeout:g} s" if timeout else ""
    return f"Waiting for {name} to be at {ids(script_heads)}{limit}."


def reached(findings: list[DatabaseFinding]) -> str:
    return " ".join(f"{printable(one.database)} is at {heads(one)}." for one in findings)


def missing(findings: list[DatabaseFinding]) -> str:
    """What keeps the databases from the heads."""
    return " ".join(_missing(one) for one in findings if not one.is_at_heads)


def _missing(database: DatabaseFinding) -> str:
    name = printable(database.database)
    if database.unknown:
        return f"{name}: {unknown(database.unknown)}"
    count = len(database.pending)
    first = database.pending[0]
    revisions = "1 revision is" if count == 1 else f"{count} revisions are"
    return (
        f"{name} is at {heads(database)}: {revisions} still to run, next "
        f"{printable(first.revision)} ({first_line(first.message)})."
    )


def unknown(revisions: tuple[str, ...]) -> str:
    """That a database holds revisions which no script has, and why that usually is."""
    named = ids(revisions)
    subject = f"revision {named}, which" if len(revisions) == 1 else f"revisions {named}, which"
    return (
        f"the database holds {subject} these scripts do not know: it is ahead of them, or on "
        "another line. Usually the code was rolled back and the database was not: deploy the code "
        "that has the revision, or downgrade with that code first."
    )


def multiple_heads(script_heads: tuple[str, ...]) -> str:
    """That the scripts have several heads, and what to do."""
    return (
        f"The scripts have {len(script_heads)} heads ({ids(script_heads)}), so `alembic upgrade "
        "head` fails: join them with `alembic merge heads`, or run `alembic upgrade heads` if they "
        "are meant."
    )


def failure(error: Exception) -> str:
    """An error on one line; what SQLAlchemy adds is left out."""
    cause = getattr(error, "orig", None) or error
    return printable(" ".join(str(cause).split())) or type(cause).__name__


def gave_up(timeout: float, state: str, findings: list[DatabaseFinding] | None) -> str:
    """Why a wait ended without the heads."""
    after = _gave_up_after(timeout)
    pending = [one.revision for finding in findings or () for one in finding.pending]
    if not pending:
        return after + state
    more = f" and {len(pending) - _NAMED} more" if len(pending) > _NAMED else ""
    return f"{after}{state} Still missing: {ids(pending[:_NAMED])}{more}."


def no_answer(timeout: float) -> str:
    """Why a wait ended while the database was being inspected."""
    return (
        f"{_gave_up_after(timeout)}The database has not answered: env.py takes long, the server is "
        "out of reach, or something holds the version table, as a migration that changes it does."
    )


def _gave_up_after(timeout: float) -> str:
    return f"Gave up after {timeout:g} s. " if timeout else ""


def first_line(message: str) -> str:
    lines = message.splitlines()
    return printable(lines[0]) if lines else "no message"
