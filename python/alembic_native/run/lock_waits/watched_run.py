"""One migration run whose statements are followed, by the events of its connection."""

from __future__ import annotations

import contextlib
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
        self._connection = connection
        self._steps = steps
        self._session = 0
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

    def of(self, steps: Iterable[Any]) -> Iterable[Any]:
        """The same steps, each followed when it runs."""
        if self._watch is not None:
            # Without it the session is looked for by its statement.
            with contextlib.suppress(Exception):
                driver = self._connection.connection.driver_connection
                self._session = _server(self._connection.dialect.name).session_of(driver)
            self._watch.start()
        return self._steps.of(steps)

    def _first_look(self, settings: Settings) -> float | None:
        """How old a statement is when it is looked at first, in seconds; None for never."""
        return settings.watch if self._connection.dialect.name in WATCHED else None

    def _listeners(self) -> list[tuple[str, Listener]]:
        return [
            ("before_cursor_execute", self._steps.before_cursor_execute),
            ("after_cursor_execute", self._steps.after_cursor_execute),
        ]

    def _look(self, statement: Statement) -> Sight:
        from alembic_native.run.lock_waits.second_connection import ask

        server = _server(self._connection.dialect.name)
        sight: Sight = ask(
            self._connection.engine, lambda query: server.look(query, self._session, statement.text)
        )
        return sight


def _server(dialect: str) -> ModuleType:
    """What knows the views of a server. Imported by a run that has steps, and for that server."""
    if dialect == "postgresql":
        from alembic_native.run.lock_waits import postgresql

        return postgresql
    from alembic_native.run.lock_waits import mysql

    return mysql
