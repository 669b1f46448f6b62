"""One migration run whose statements are followed, by the events of its connection."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from alembic_native.run.lock_waits.settings import WATCHED, Settings
from alembic_native.run.lock_waits.sight import Sight
from alembic_native.run.lock_waits.steps import Statement, Steps
from alembic_native.run.lock_waits.watch import Watch

if TYPE_CHECKING:
    from types import ModuleType

    from sqlalchemy.engine import Connection

Listener = Callable[..., None]


class WatchedRun:
    """To be entered before the first statement that is to be followed."""

    def __init__(self, connection: Connection, settings: Settings, steps: Steps) -> None:
        self._connection: Connection | None = connection
        #: What of it is looked at when the run has ended: it belongs to whoever has opened it.
        self._reference = weakref.ref(connection)
        self._engine = connection.engine
        self._dialect = connection.dialect.name
        self._steps = steps
        self._session = 0
        self._driver: object = None
        self._watch: Watch | None = None
        first = self._first_look(settings)
        if first is not None and settings.watch is not None:
            self._watch = Watch(steps, self._look, first, settings.watch)

    def __enter__(self) -> WatchedRun:
        for name, listener in self._listeners():
            event.listen(self._connection, name, listener)
        return self

    def __exit__(self, _: object, __: BaseException | None, ___: object) -> None:
        for name, listener in self._listeners():
            event.remove(self._connection, name, listener)
        if self._watch is not None:
            self._watch.end()
        self._connection = self._driver = None

    def of(self, steps: Iterable[Any]) -> Iterable[Any]:
        """The same steps, each followed when it runs."""
        if self._watch is not None:
            assert self._connection is not None
            # Without a session it is looked for by its statement. mysqlclient does not tell it in
            # another thread while a statement is under way.
            with contextlib.suppress(Exception):
                self._driver = self._connection.connection.driver_connection
                self._session = _server(self._dialect).session_of(self._driver)
            self._watch.start()
        return self._steps.of(steps)

    def _first_look(self, settings: Settings) -> float | None:
        """How old a statement is when it is looked at first, in seconds; None for never."""
        return settings.watch if self._dialect in WATCHED else None

    def _listeners(self) -> list[tuple[str, Listener]]:
        return [
            ("before_cursor_execute", self._steps.before_cursor_execute),
            ("after_cursor_execute", self._steps.after_cursor_execute),
        ]

    def _look(self, statement: Statement) -> Sight:
        from alembic_native.run.lock_waits.second_connection import (
            NoSecondConnection,
            ask,
            may_be_had,
        )

        server, driver = _server(self._dialect), self._driver
        if driver is None or not may_be_had(self._engine):
            return Sight()
        try:
            sight: Sight = ask(
                self._engine,
                lambda query: server.look(query, self._session, statement.text),
                driver,
            )
        except NoSecondConnection:
            # Nor will there be one later.
            self._driver = None
            return Sight()
        return sight


def _server(dialect: str) -> ModuleType:
    """What knows the views of a server. Imported by a run that has steps, and for that server."""
    if dialect == "postgresql":
        from alembic_native.run.lock_waits import postgresql

        return postgresql
    from alembic_native.run.lock_waits import mysql

    return mysql
