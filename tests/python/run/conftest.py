"""Databases through each driver in turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

DRIVERS = {
    "sqlite": "sqlite",
    "psycopg2": "postgres",
    "psycopg": "postgres",
    "asyncpg": "postgres",
    "pg8000": "postgres",
    "pymysql": "mariadb",
    "mysqldb": "mariadb",
}


@pytest.fixture(params=DRIVERS)
def url(request: pytest.FixtureRequest, make_database: Callable[[str], str]) -> str:
    """An empty database, through each driver in turn."""
    made = sa.engine.make_url(make_database(DRIVERS[request.param]))
    if request.param != "sqlite":
        made = made.set(drivername=f"{made.get_backend_name()}+{request.param}")
    return made.render_as_string(hide_password=False)


@pytest.fixture
def any_url(database_kind: str, make_database: Callable[[str], str]) -> str:
    """An empty database of each kind in turn, through its usual driver."""
    return make_database(database_kind)
