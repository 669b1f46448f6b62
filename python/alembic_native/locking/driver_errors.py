"""What a database says is wrong, from the error of its driver; each driver has it elsewhere."""

from __future__ import annotations


def sqlstate(error: BaseException | None) -> str:
    """The SQLSTATE as psycopg 3 and asyncpg, psycopg2, or pg8000 give it; empty without one."""
    for name in ("sqlstate", "pgcode"):
        code = getattr(error, name, None)
        if isinstance(code, str):
            return code
    # pg8000 gives the fields of the server's message.
    fields = error.args[0] if error is not None and error.args else None
    return str(fields.get("C", "")) if isinstance(fields, dict) else ""


def mysql_error_number(error: BaseException | None) -> int | None:
    """The number of an error of MySQL or MariaDB."""
    arguments = getattr(error, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else None


def is_sqlite_locked(error: BaseException | None) -> bool:
    """Whether another connection keeps this one from reading or writing the file."""
    # Not by number: Python has them from 3.11 on.
    return "database is locked" in str(error) or "table is locked" in str(error)
