"""The matrix' newest row: Python, Alembic and SQLAlchemy; `make matrix` runs the others."""

from __future__ import annotations

import pytest

from tests.conformance.upstream import LINES
from tests.matrix import interpreters
from tests.matrix.drivers import DRIVERS, Databases
from tests.matrix.run import SQLALCHEMY, rows_of
from tests.servers import MariaDBServer, PostgresServer


# It builds the wheel for that Python and compiles a driver.
@pytest.mark.timeout(1800)
def test_the_newest_of_each_on_every_driver(
    postgres_server: PostgresServer, mariadb_server: MariaDBServer
) -> None:
    newest = next(line for line in reversed(interpreters.LINES) if interpreters.present(line))
    databases = Databases(postgres_server, mariadb_server)
    [row] = rows_of(newest, LINES[-1:], SQLALCHEMY[-1:], databases)
    python, alembic, sqlalchemy, *drivers, own_tests, outcome = row.cells
    assert outcome == "ok"
    assert (row.ran, row.failed) == (True, False)
    assert python == newest
    assert alembic.startswith(f"{LINES[-1]}.")
    assert sqlalchemy.startswith(f"{SQLALCHEMY[-1]}.")
    assert drivers == ["ok"] * len(DRIVERS)
    assert own_tests.endswith(" passed")
