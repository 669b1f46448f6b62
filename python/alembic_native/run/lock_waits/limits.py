"""How long a statement of a run may wait for a lock: set in the database session, by dialect.

On PostgreSQL each transaction begins with ``SET LOCAL lock_timeout``. What a script sets itself
later in the transaction holds, and a session without a transaction (AUTOCOMMIT) keeps what it has.
MySQL, MariaDB and SQLite know a limit of the session alone. It gets back what it had when the run
ends, since a pool may hand it to others; unless a script has set something else meanwhile.
"""

from __future__ import annotations

import abc
import logging
import math
from typing import TYPE_CHECKING, Any

from alembic_native.printable import printable
from alembic_native.run.lock_waits.committed_work import is_in_autocommit
from alembic_native.run.lock_waits.watch import log

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


_LARGEST_INTEGER = 2**31 - 1
#: Seconds: a year.
_LONGEST_OF_MYSQL = 31536000


class Limit(abc.ABC):
    """The limit of one run, in seconds, on its connection. Its statements go beneath SQLAlchemy,
    whose transactions they leave alone."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        #: An error is told once, and not when the connection may be gone by the end of a run.
        self._error_level = logging.WARNING

    @abc.abstractmethod
    def begin(self) -> None:
        """The run begins."""

    def transaction_begins(self, *_: object) -> None:  # noqa: B027
        """SQLAlchemy's event: a transaction begins, in which nothing was sent yet."""

    def statement_begins(self, *_: object) -> None:  # noqa: B027
        """SQLAlchemy's event: a statement is about to be sent."""

    def end(self) -> None:  # noqa: B027
        """The run has ended, whichever way."""

    def _send(self, sql: str) -> Any:
        """The first row, if there is one. No error is raised: the run will meet it, too."""
        try:
            cursor = self._connection.connection.cursor()
            try:
                cursor.execute(sql)
                return cursor.fetchone() if cursor.description else None
            finally:
                cursor.close()
        except Exception as error:
            # The driver's, whichever that is.
            log.log(self._error_level, "lock_timeout cannot be set: %s", printable(str(error)))
            self._error_level = logging.DEBUG
            return None


class PostgresLimit(Limit):
    """``lock_timeout`` of each transaction."""

    _is_to_be_set = False

    def begin(self) -> None:
        self._is_to_be_set = True

    def transaction_begins(self, *_: object) -> None:
        self._is_to_be_set = True

    def statement_begins(self, *_: object) -> None:
        if self._is_to_be_set:
            self._is_to_be_set = False
            if not is_in_autocommit(self._connection):
                self._send(f"SET LOCAL lock_timeout = {milliseconds(self._seconds)}")


class MySQLLimit(Limit):
    """``lock_wait_timeout`` (tables) and ``innodb_lock_wait_timeout`` (rows) of the session.

    They are whole seconds: a part of one counts as one.
    """

    _NAMES = ("lock_wait_timeout", "innodb_lock_wait_timeout")
    _before: Any = None

    def begin(self) -> None:
        self._before = self._send("SELECT " + ", ".join(f"@@SESSION.{one}" for one in self._NAMES))
        if self._before is not None:
            number = self._whole_seconds
            self._send("SET " + ", ".join(f"SESSION {one} = {number}" for one in self._NAMES))

    def end(self) -> None:
        if self._before is None or self._connection.invalidated:
            return
        number = self._whole_seconds
        self._error_level = logging.DEBUG
        self._send(
            "SET "
            + ", ".join(
                f"SESSION {one} = IF(@@SESSION.{one} = {number}, {int(before)}, @@SESSION.{one})"
                for one, before in zip(self._NAMES, self._before, strict=True)
            )
        )

    @property
    def _whole_seconds(self) -> int:
        return min(max(1, math.ceil(self._seconds)), _LONGEST_OF_MYSQL)


class SQLiteLimit(Limit):
    """``busy_timeout`` of the connection."""

    _before: Any = None

    def begin(self) -> None:
        self._before = self._send("PRAGMA busy_timeout")
        if self._before is not None:
            self._send(f"PRAGMA busy_timeout = {self._milliseconds}")

    def end(self) -> None:
        if self._before is None or self._connection.invalidated:
            return
        self._error_level = logging.DEBUG
        if self._send("PRAGMA busy_timeout") == (self._milliseconds,):
            self._send(f"PRAGMA busy_timeout = {int(self._before[0])}")

    @property
    def _milliseconds(self) -> int:
        return milliseconds(self._seconds)


class Unlimited(Limit):
    """A database of which no such limit is known."""

    def begin(self) -> None:
        log.warning(
            "lock_timeout is not known for this database (%s), and does nothing",
            self._connection.dialect.name,
        )


def milliseconds(seconds: float) -> int:
    """What servers take: at least one, since 0 is no limit to them."""
    return min(max(1, round(seconds * 1000)), _LARGEST_INTEGER)


def limit_for(connection: Connection, seconds: float) -> Limit:
    """The limit for a connection's database."""
    kinds: dict[str, type[Limit]] = {
        "postgresql": PostgresLimit,
        "mysql": MySQLLimit,
        "mariadb": MySQLLimit,
        "sqlite": SQLiteLimit,
    }
    return kinds.get(connection.dialect.name, Unlimited)(connection, seconds)
