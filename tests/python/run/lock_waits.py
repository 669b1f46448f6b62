"""What the tests of statements that wait for a lock share."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from alembic.config import main

from alembic_native.run.lock_waits import retries
from tests.locking.database import engine_for, rows
from tests.locking.projects import Project

#: The exit code of `sysexits.h` for what may succeed later.
TRY_AGAIN = 75
#: A step that needs the strongest lock of a table that others may hold.
ALTER_ORDERS = '    op.execute("ALTER TABLE orders ADD COLUMN state_{n} INTEGER")\n'
#: Options of a project, and the statement of a session that is in its way.
LIMIT = {"lock_timeout": "150ms"}
READER = "SELECT * FROM orders"

BUILD_INDEX = """\
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY an_index ON orders (id)")
"""


def altering(folder: pathlib.Path, steps: int = 3, **options: str) -> Project:
    """A project whose second step, and each that follows, changes `orders`."""
    bodies = {n: ALTER_ORDERS.format(n=n) for n in range(2, steps + 1)}
    return Project(folder / "project", steps, {**LIMIT, **options}, bodies)


@dataclasses.dataclass(frozen=True)
class Ending:
    """The exit code of a command, and what it printed."""

    exit_code: int
    output: str


#: Runs `alembic` with words in a project on a database, in this process.
Alembic = Callable[..., Ending]


@pytest.fixture
def alembic(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Alembic:
    def run(project: Project, url: str, *words: str, **environment: str) -> Ending:
        monkeypatch.setenv("DATABASE_URL", url)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        code = 0
        try:
            main(project.command(*(words or ("upgrade", "head"))))
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else 1
        output = capfd.readouterr()
        return Ending(code, " ".join((output.out + output.err).split()))

    return run


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Pauses:
    """Between two tries: no time passes, and what a test wants to happen happens."""
    made = Pauses()
    monkeypatch.setattr(retries, "random_pause", made)
    return made


class Pauses:
    def __init__(self) -> None:
        self.count = 0
        self.then: Callable[[], object] = lambda: None

    def __call__(self, tries: int) -> float:
        self.count = tries
        self.then()
        return 0.0


@contextlib.contextmanager
def held(url: str, *statements: str) -> Iterator[Callable[[], None]]:
    """A transaction of another session, in which the statements were executed; ended by a call."""
    with engine_for(url).connect() as connection:
        transaction = connection.begin()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET application_name = 'the test'")
        for statement in statements:
            connection.exec_driver_sql(statement)
        yield transaction.rollback


@contextlib.contextmanager
def in_thread(work: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join(60)
        assert not thread.is_alive()


@contextlib.contextmanager
def owned_by_role(url: str, options: str) -> Iterator[str]:
    """The URL of a role that owns `orders` and sees little else; dropped afterwards."""
    role = f"role_of_{sa.engine.make_url(url).database}"
    rows(url, f"CREATE ROLE {role} LOGIN {options}")
    rows(url, f"ALTER TABLE orders OWNER TO {role}; GRANT ALL ON SCHEMA public TO {role}")
    try:
        changed = sa.engine.make_url(url).set(username=role)
        yield changed.render_as_string(hide_password=False)
    finally:
        rows(url, f"DROP OWNED BY {role}; DROP ROLE {role}")


def wait_until(url: str, sql: str) -> None:
    """Until a query has a row."""
    deadline = time.monotonic() + 60
    while not rows(url, sql):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def orders(url: str) -> None:
    """The table that steps change and others use."""
    with engine_for(url).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE orders (id INTEGER)")
        connection.exec_driver_sql("INSERT INTO orders VALUES (1)")


def columns(url: str) -> list[str]:
    """Those of `orders` that steps have added."""
    found = sa.inspect(engine_for(url)).get_columns("orders")
    return sorted(column["name"] for column in found if column["name"] != "id")
