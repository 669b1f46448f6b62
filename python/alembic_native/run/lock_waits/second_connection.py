"""A connection beside that of the run, made as its engine makes them, for one question."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

#: Sends a statement without parameters and gives its rows.
Query = Callable[[str], "list[Any]"]
Answer = TypeVar("Answer")


def ask(engine: Engine, question: Callable[[Query], Answer]) -> Answer:
    """What ``question`` answers on a new connection, which is closed then.

    To be called in a thread of its own that runs no event loop. Raises what the driver raises.
    """

    def answer() -> Answer:
        # With the creator, the arguments and the listeners of the engine, and none of its
        # connections.
        pool = engine.pool.recreate()
        try:
            connection = pool.connect()
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
