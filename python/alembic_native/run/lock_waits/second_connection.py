"""A connection beside that of the run, made as its engine makes them, for one question."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.pool import SingletonThreadPool, StaticPool

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

#: Sends a statement without parameters and gives its rows.
Query = Callable[[str], "list[Any]"]
Answer = TypeVar("Answer")

_EVENTS = ("first_connect", "connect", "checkout", "detach")


class NoSecondConnection(Exception):
    """The engine gives the connection of the run again."""


def may_be_had(engine: Engine) -> bool:
    """Whether the engine makes more than one connection."""
    return not isinstance(engine.pool, (StaticPool, SingletonThreadPool))


def ask(engine: Engine, question: Callable[[Query], Answer], driver_of_run: object) -> Answer:
    """What ``question`` answers on a new connection, which is closed then.

    ``driver_of_run`` is the connection of the run as its driver has made it. To be called in a
    thread of its own that runs no event loop. Raises what the driver raises, and
    ``NoSecondConnection`` where the engine's ``creator`` returns that of the run.
    """

    def answer() -> Answer:
        # With the creator and the arguments of the engine, and none of its connections.
        pool = engine.pool.recreate()
        for name in _EVENTS:
            # A listener may send something, to the connection of the run perhaps.
            getattr(pool.dispatch, name).for_modify(pool.dispatch).listeners.clear()
        try:
            connection = pool.connect()
            if connection.driver_connection is driver_of_run:
                # So that the pool neither resets nor closes it.
                connection.detach()
                raise NoSecondConnection
            try:
                return question(lambda sql: _rows(connection, sql))
            finally:
                connection.close()
        finally:
            pool.dispose()

    if not engine.dialect.is_async:
        return answer()
    import asyncio

    from sqlalchemy.util import greenlet_spawn

    return asyncio.run(greenlet_spawn(answer))


def _rows(connection: Any, sql: str) -> list[Any]:
    cursor = connection.cursor()
    try:
        cursor.execute(sql)
        return list(cursor.fetchall())
    finally:
        cursor.close()
