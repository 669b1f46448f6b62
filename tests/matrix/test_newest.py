"""The matrix' newest row, on the interpreter of these tests: `make matrix` runs the others."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

from tests.conformance.upstream import LINES
from tests.environments import clean_environment
from tests.matrix.drivers import DRIVERS, Databases
from tests.matrix.run import SQLALCHEMY, Row, table
from tests.servers import MariaDBServer, PostgresServer


def test_the_newest_alembic_and_sqlalchemy_on_every_driver(
    postgres_server: PostgresServer, mariadb_server: MariaDBServer, tmp_path: pathlib.Path
) -> None:
    databases = Databases(postgres_server, mariadb_server)
    urls = databases.create(tmp_path)
    result = subprocess.run(
        [sys.executable, "tests/matrix/check.py", *(f"{name}={url}" for name, url in urls.items())],
        cwd=pathlib.Path(__file__).parents[2],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    databases.drop(urls)
    assert result.returncode == 0, result.stdout + result.stderr
    answer = json.loads(result.stdout)
    assert answer["alembic"].startswith(f"{LINES[-1]}.")
    assert answer["sqlalchemy"].startswith(f"{SQLALCHEMY[-1]}.")
    assert answer["drivers"] == dict.fromkeys(DRIVERS, "ok")


def test_a_row_that_fails_is_seen_in_the_table() -> None:
    cells = ("3.11", "1.20.1", "2.1.9", *("ok" for _ in DRIVERS), "120 passed", "FAILED")
    header, line = table([Row(cells, failed=True)]).splitlines()
    assert header.split()[:3] == ["Python", "Alembic", "SQLAlchemy"]
    assert line.endswith("FAILED")
