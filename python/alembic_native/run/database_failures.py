"""What a database or its driver refused, by the codes and words of the drivers, and what to do."""

from __future__ import annotations

import enum
import re
from typing import Any

from alembic_native.locking.driver_errors import sqlstate


class Failure(enum.Enum):
    """Kinds of failures that call for different things to be done."""

    NOT_REACHED = enum.auto()
    UNKNOWN_HOST = enum.auto()
    TIMEOUT = enum.auto()
    PASSWORD_REFUSED = enum.auto()
    NO_SUCH_ROLE = enum.auto()
    NO_SUCH_DATABASE = enum.auto()
    NO_SUCH_FILE = enum.auto()
    TOO_MANY_CONNECTIONS = enum.auto()
    STARTING = enum.auto()
    NOT_ENCRYPTED = enum.auto()
    CONNECTION_LOST = enum.auto()
    ALREADY_EXISTS = enum.auto()
    MISSING = enum.auto()
    NOT_ALLOWED = enum.auto()
    LOCKED = enum.auto()
    DEADLOCK = enum.auto()
    ROWS_IN_THE_WAY = enum.auto()
    NOT_IN_A_TRANSACTION = enum.auto()
    AFTER_A_FAILURE = enum.auto()
    READ_ONLY = enum.auto()


_F = Failure

#: https://www.postgresql.org/docs/current/errcodes-appendix.html
_SQLSTATES = {
    "08001": _F.NOT_REACHED,
    "08006": _F.CONNECTION_LOST,
    "28P01": _F.PASSWORD_REFUSED,
    "3D000": _F.NO_SUCH_DATABASE,
    "53300": _F.TOO_MANY_CONNECTIONS,
    "57P01": _F.CONNECTION_LOST,
    "57P03": _F.STARTING,
    "42P07": _F.ALREADY_EXISTS,
    "42710": _F.ALREADY_EXISTS,
    "42701": _F.ALREADY_EXISTS,
    "42P06": _F.ALREADY_EXISTS,
    "42P01": _F.MISSING,
    "42703": _F.MISSING,
    "42704": _F.MISSING,
    "3F000": _F.MISSING,
    "42501": _F.NOT_ALLOWED,
    "55P03": _F.LOCKED,
    "40P01": _F.DEADLOCK,
    "23502": _F.ROWS_IN_THE_WAY,
    "23503": _F.ROWS_IN_THE_WAY,
    "23505": _F.ROWS_IN_THE_WAY,
    "23514": _F.ROWS_IN_THE_WAY,
    "25001": _F.NOT_IN_A_TRANSACTION,
    "25P02": _F.AFTER_A_FAILURE,
    "25006": _F.READ_ONLY,
}
#: https://mariadb.com/kb/en/mariadb-error-code-reference/; from 2000 on those of clients.
_MYSQL = {
    1040: _F.TOO_MANY_CONNECTIONS,
    1044: _F.NOT_ALLOWED,
    1045: _F.PASSWORD_REFUSED,
    1049: _F.NO_SUCH_DATABASE,
    1050: _F.ALREADY_EXISTS,
    1054: _F.MISSING,
    1060: _F.ALREADY_EXISTS,
    1061: _F.ALREADY_EXISTS,
    1062: _F.ROWS_IN_THE_WAY,
    1091: _F.MISSING,
    1138: _F.ROWS_IN_THE_WAY,
    1142: _F.NOT_ALLOWED,
    1146: _F.MISSING,
    1205: _F.LOCKED,
    1213: _F.DEADLOCK,
    1227: _F.NOT_ALLOWED,
    1290: _F.READ_ONLY,
    1451: _F.ROWS_IN_THE_WAY,
    1452: _F.ROWS_IN_THE_WAY,
    2002: _F.NOT_REACHED,
    2003: _F.NOT_REACHED,
    2005: _F.UNKNOWN_HOST,
    2006: _F.CONNECTION_LOST,
    2013: _F.CONNECTION_LOST,
}
#: Words of libpq, of Python's sockets and of SQLite, which give no code; the first that fits.
_TEXTS = (
    (r"password authentication failed|no password supplied", _F.PASSWORD_REFUSED),
    (r"database \S+ does not exist", _F.NO_SUCH_DATABASE),
    (r"(?:FATAL: +|^)role \S+ does not exist", _F.NO_SUCH_ROLE),
    (r"could not translate host name|failed to resolve host|Name or service not known"
     r"|nodename nor servname|Temporary failure in name resolution", _F.UNKNOWN_HOST),
    (r"Connection refused|Is the server running|Connect call failed|Can't connect", _F.NOT_REACHED),
    (r"no pg_hba\.conf entry.*no encryption|does not support SSL|SSL (?:is )?required"
     r"|require_secure_transport", _F.NOT_ENCRYPTED),
    (r"connection timeout expired|timeout expired|timed out", _F.TIMEOUT),
    (r"the database system is starting up", _F.STARTING),
    (r"server closed the connection|connection already closed|terminating connection",
     _F.CONNECTION_LOST),
    (r"unable to open database file", _F.NO_SUCH_FILE),
    (r"(?:table|index|view|trigger) .* already exists|duplicate column name", _F.ALREADY_EXISTS),
    (r"no such (?:table|column|index)", _F.MISSING),
    (r"database (?:table )?is locked", _F.LOCKED),
    (r"constraint failed", _F.ROWS_IN_THE_WAY),
    (r"attempt to write a readonly database", _F.READ_ONLY),
)  # fmt: skip

#: Modules whose exceptions are those of a database.
_DRIVERS = (
    *("psycopg", "psycopg2", "asyncpg", "pg8000"),
    *("pymysql", "MySQLdb", "mysql", "mariadb", "aiomysql", "asyncmy"),
    *("sqlite3", "aiosqlite", "oracledb", "pyodbc"),
)

_ADVICE = {
    _F.NOT_REACHED: "No server answers at {server}. Start it, or correct host and port{url}. In a "
    "container, localhost is the container itself.",
    _F.UNKNOWN_HOST: "No host has that name. Correct it{url}; an @ in a password is written as "
    "%40. Within a network of containers the name is that of the service.",
    _F.TIMEOUT: "{server} has not answered in time: check host, port and firewall{url}.",
    _F.PASSWORD_REFUSED: "Correct user or password{url}. Characters such as @ : / % of a password "
    "are percent-encoded in a URL, and in alembic.ini each % is written twice.",
    _F.NO_SUCH_ROLE: "The server has no such user: create it, or correct the user{url}.",
    _F.NO_SUCH_DATABASE: "Create the database {database}, or correct its name{url}. Alembic "
    "creates tables, not databases.",
    _F.NO_SUCH_FILE: "SQLite creates the file, but not its folder, and has to be allowed to write "
    "there. The path {database} is taken from the current folder unless it is absolute.",
    _F.TOO_MANY_CONNECTIONS: "All connections of the server are taken: try again later, close "
    "some, or raise the server's limit.",
    _F.STARTING: "Try again when the server is up. `alembic-native wait` waits for it.",
    _F.NOT_ENCRYPTED: "Server and client do not agree on encryption: see sslmode (or ssl) of the "
    "driver, and pg_hba.conf of the server.",
    _F.CONNECTION_LOST: "The server ended the connection, or broke down: its log says why. Look "
    "at `alembic current` before you run the command again.",
    _F.MISSING: "Something that the statement names is not there: another revision creates it "
    "(is it among the ancestors of this one?), or it is in a schema that is not searched.",
    _F.NOT_ALLOWED: "The database user{user} lacks a privilege: grant it, or run the migrations "
    "as the owner of the tables.",
    _F.LOCKED: "Another session holds a lock that the statement needs: try again when it is done.",
    _F.DEADLOCK: "Another session and this one waited for each other: run the command again.",
    _F.ROWS_IN_THE_WAY: "There are rows that the statement does not allow: mend them first, in "
    "this script or in one before it.",
    _F.NOT_IN_A_TRANSACTION: "Such a statement takes a connection that is in no transaction: put "
    "it into `with op.get_context().autocommit_block():`.",
    _F.AFTER_A_FAILURE: "A statement before this one has failed, and the script went on: look for "
    "a `try` around it. A statement that may fail needs `with op.get_bind().begin_nested():`.",
    _F.READ_ONLY: "The database takes no changes: it is a standby, or open for reading only.",
}


def is_database_error(error: BaseException) -> bool:
    """Whether it is SQLAlchemy's for an error of a driver: with ``orig`` and ``statement``."""
    return hasattr(error, "orig") and hasattr(error, "statement")


def failure_of(error: BaseException) -> Failure | None:
    """The kind of an error of SQLAlchemy, of a driver or of a socket; None if it is not known."""
    origin: Any = getattr(error, "orig", None) or error
    is_drivers = origin is not error or _is_of_driver(origin) or isinstance(error, OSError)
    if not is_drivers:
        return None
    code = sqlstate(origin)
    if code in _SQLSTATES:
        return _SQLSTATES[code]
    number = origin.args[0] if getattr(origin, "args", None) else None
    if isinstance(number, int) and not isinstance(origin, OSError) and number in _MYSQL:
        return _MYSQL[number]
    try:
        text = str(origin)[:2_000]
    except Exception:
        return None
    for pattern, kind in _TEXTS:
        if re.search(pattern, text, re.IGNORECASE):
            return kind
    return Failure.TIMEOUT if isinstance(origin, TimeoutError) else None


def advice_for(failure: Failure, database: Any, source_of_url: str) -> str:
    """What to do, in a sentence or two; empty where the place of the error says it all.

    ``database`` is SQLAlchemy's URL, or None; ``source_of_url`` says where it was configured.
    """
    host = getattr(database, "host", None)
    port = getattr(database, "port", None)
    server = f"{host}:{port}" if host and port else host or "the configured place"
    user = getattr(database, "username", None)
    return _ADVICE.get(failure, "").format(
        server=server,
        database=getattr(database, "database", None) or "that the URL names",
        user=f" {user}" if user else "",
        url=f" in {source_of_url}" if source_of_url else " in the database's URL",
    )


def _is_of_driver(error: BaseException) -> bool:
    return any(one.__module__.partition(".")[0] in _DRIVERS for one in type(error).__mro__)
