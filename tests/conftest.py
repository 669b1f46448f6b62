"""Databases for the tests: one server of each kind a session, a fresh database for each test.

A server that is not installed is a failure. Outside CI, `ALEMBIC_NATIVE_SKIP_SERVERS=1` turns it
into a skip.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.environments import pure_wheel
from tests.postgres_administrator import Administrator
from tests.servers import MariaDBServer, PostgresServer, Server, ServerMissing

_numbers = itertools.count(1)


def pytest_configure() -> None:
    """Have Ctrl-C where a shell started this in the background: what it ignores, the commands under
    test would inherit."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _started(server: Server) -> Iterator[Server]:
    try:
        server.start()
    except ServerMissing as error:
        if os.environ.get("ALEMBIC_NATIVE_SKIP_SERVERS") == "1" and not os.environ.get("CI"):
            pytest.skip(str(error))
        pytest.fail(str(error), pytrace=False)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def pure(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The wheel without the native core, alone in its folder but for the log of its build."""
    return pure_wheel(tmp_path_factory.mktemp("pure"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL, shared by all tests of the session."""
    yield from _started(PostgresServer())  # type: ignore[misc]


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaDBServer]:
    """A running MariaDB, shared by all tests of the session."""
    yield from _started(MariaDBServer())  # type: ignore[misc]


@pytest.fixture
def make_database(
    request: pytest.FixtureRequest, tmp_path: pathlib.Path
) -> Iterator[Callable[[str], str]]:
    """A function from `sqlite`, `postgres` or `mariadb` to SQLAlchemy's URL of an empty database.

    Servers start with the first database asked of them; databases go when the test ends.
    """
    with contextlib.ExitStack() as drops:

        def make(kind: str) -> str:
            name = f"test_{next(_numbers)}"
            if kind == "sqlite":
                return f"sqlite:///{tmp_path / name}.db"
            server: Server = request.getfixturevalue(f"{kind}_server")
            url = server.create_database(name, server.default_driver)
            drops.callback(server.drop_database, name)
            return url

        yield make


@pytest.fixture
def sqlite_url(make_database: Callable[[str], str]) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return make_database("sqlite")


@pytest.fixture
def postgres_url(make_database: Callable[[str], str]) -> str:
    """The URL (psycopg2) of an empty PostgreSQL database."""
    return make_database("postgres")


@pytest.fixture
def administrator(postgres_url: str) -> Iterator[Administrator]:
    """A superuser's session in the database of `postgres_url`."""
    administrator = Administrator(postgres_url)
    yield administrator
    administrator.close()


@pytest.fixture
def mariadb_url(make_database: Callable[[str], str]) -> str:
    """The URL (PyMySQL) of an empty MariaDB database."""
    return make_database("mariadb")


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn: the test runs three times."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session", autouse=True)
def _the_overlay_is_active() -> None:
    """Much of what is compared with upstream would be equal, too, if the overlay stepped aside."""
    result = subprocess.run(
        [sys.executable, "-m", "alembic_native"],
        env={name: value for name, value in os.environ.items() if name != "ALEMBIC_NATIVE"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
