"""What a program hands to ``env.py`` in ``Config.attributes`` to migrate with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection, Engine


def handed_in(config: Config) -> list[Connection | Engine]:
    """The connections and engines among the attributes, under whichever names.

    For an ``AsyncConnection`` the one that it stands for. An ``AsyncEngine`` is none: ``env.py``
    needs an event loop to connect with it.
    """
    from sqlalchemy.engine import Connection, Engine

    # Where nobody has imported it, there is no such connection.
    asynchronous = getattr(sys.modules.get("sqlalchemy.ext.asyncio"), "AsyncConnection", None)
    found: list[Connection | Engine] = []
    for value in config.attributes.values():
        one = value
        if asynchronous is not None and isinstance(value, asynchronous):
            one = value.sync_connection
        if isinstance(one, (Connection, Engine)):
            found.append(one)
    return found
