"""Many runs that start together on one database: one does the work, the others see that it is done.

`ALEMBIC_NATIVE_ROUNDS=20` repeats each as often; the default keeps the suite short.
"""

from __future__ import annotations

import os
import pathlib
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from tests.locking.crowd import Crowd, Result
from tests.locking.database import (
    RUN_AGAIN,
    engine_for,
    keeps_snapshots,
    rows,
    state,
    upgraded,
)
from tests.locking.pgbouncer import transaction_pooler
from tests.locking.projects import Project
from tests.servers import PostgresServer

ROUNDS = int(os.environ.get("ALEMBIC_NATIVE_ROUNDS", "1"))
PROCESSES = 16
SCRIPTS = 30

MakeDatabase = Callable[[str], str]


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    with Crowd() as crowd:
        yield crowd


@pytest.fixture(params=range(ROUNDS))
def round_number(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


def all_succeed(results: list[Result]) -> None:
    failed = [result.output for result in results if result.exit_code]
    assert not failed, f"{len(failed)} of {len(results)} failed; the first:\n{failed[0][-4000:]}"


@pytest.mark.usefixtures("round_number")
def test_sixteen_runs_upgrade_an_empty_database_once(
    crowd: Crowd, database_kind: str, make_database: MakeDatabase, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", SCRIPTS)
    url = make_database(database_kind)
    all_succeed(crowd.run([project.command("upgrade", "head")] * PROCESSES, {"DATABASE_URL": url}))
    assert state(url) == upgraded(project)


#: Waits for the other run before it creates the table: both have read the version table by then.
MEETING = """\
    import pathlib
    import time

    meeting = pathlib.Path({folder!r})
    (meeting / str(os.getpid())).touch()
    while len(list(meeting.iterdir())) < 2:
        time.sleep(0.01)
    op.create_table("table_2", sa.Column("id", sa.Integer, primary_key=True))
"""


def test_without_the_overlay_two_runs_collide(
    database_kind: str, make_database: MakeDatabase, tmp_path: pathlib.Path
) -> None:
    """Whether sixteen runs of upstream collided was a matter of luck."""
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    project = Project(tmp_path / "project", 2, bodies={2: MEETING.format(folder=str(meeting))})
    environment = {"DATABASE_URL": make_database(database_kind)}
    with Crowd(native=False) as crowd:
        all_succeed(crowd.run([project.command("upgrade", project.revisions[0])], environment))
        results = crowd.run([project.command("upgrade", "head")] * 2, environment)
    [failed] = [result for result in results if result.exit_code]
    assert "already exists" in failed.output


@pytest.mark.usefixtures("round_number")
@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg"])
@pytest.mark.parametrize("per_migration", ["true", "false"])
def test_each_driver_of_postgres_in_one_and_in_many_transactions(
    crowd: Crowd, postgres_url: str, driver: str, per_migration: str, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 10, {"transaction_per_migration": per_migration})
    url = postgres_url.replace("psycopg2", driver)
    all_succeed(crowd.run([project.command("upgrade", "head")] * 8, {"DATABASE_URL": url}))
    assert state(url) == upgraded(project)


CONCURRENT_INDEX = """\
    op.create_table("table_{n}", sa.Column("id", sa.Integer, primary_key=True))
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY index_{n} ON table_{n} (id)")
"""


@pytest.mark.usefixtures("round_number")
@pytest.mark.parametrize("per_migration", ["true", "false"])
def test_an_index_built_concurrently_while_others_wait(
    crowd: Crowd, postgres_url: str, per_migration: str, tmp_path: pathlib.Path
) -> None:
    """A waiter that is blocked in the server would deadlock with CREATE INDEX CONCURRENTLY."""
    bodies = {number: CONCURRENT_INDEX.format(n=number) for number in (2, 5)}
    project = Project(tmp_path / "project", 8, {"transaction_per_migration": per_migration}, bodies)
    results = crowd.run([project.command("upgrade", "head")] * 8, {"DATABASE_URL": postgres_url})
    all_succeed(results)
    assert state(postgres_url) == upgraded(project)
    invalid = "SELECT indexrelid FROM pg_index WHERE NOT indisvalid"
    assert rows(postgres_url, invalid) == []
    assert not any("WARN" in result.output for result in results)
    assert rows(postgres_url, "SELECT * FROM pg_locks WHERE locktype = 'advisory'") == []


DATA = """\
    op.create_table("table_{n}", sa.Column("id", sa.Integer, primary_key=True))
    bind = op.get_bind()
    amount = bind.scalar(sa.text("SELECT amount FROM account"))
    bind.execute(sa.text("UPDATE account SET amount = :amount"), {{"amount": amount + 1}})
"""


@pytest.mark.usefixtures("round_number")
def test_data_migrations_see_the_data_of_the_run_before(
    crowd: Crowd, database_kind: str, make_database: MakeDatabase, tmp_path: pathlib.Path
) -> None:
    bodies = {number: DATA.format(n=number) for number in range(1, 11)}
    project = Project(tmp_path / "project", 10, bodies=bodies)
    url = make_database(database_kind)
    rows(url, "CREATE TABLE account (amount INTEGER)")
    rows(url, "INSERT INTO account VALUES (0)")
    all_succeed(crowd.run([project.command("upgrade", "+1")] * 6, {"DATABASE_URL": url}))
    assert state(url) == upgraded(project, 6)
    assert rows(url, "SELECT amount FROM account") == [(6,)]


@pytest.mark.usefixtures("round_number")
def test_runs_of_one_step_move_exactly_as_many_steps(
    crowd: Crowd, database_kind: str, make_database: MakeDatabase, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", SCRIPTS)
    url = make_database(database_kind)
    all_succeed(crowd.run([project.command("upgrade", "+1")] * PROCESSES, {"DATABASE_URL": url}))
    assert state(url) == upgraded(project, PROCESSES)


@pytest.mark.usefixtures("round_number")
def test_downgrades_against_upgrades(
    crowd: Crowd, database_kind: str, make_database: MakeDatabase, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 10)
    url = make_database(database_kind)
    up, down = project.command("upgrade", "head"), project.command("downgrade", "base")
    all_succeed(crowd.run([up, down] * 6, {"DATABASE_URL": url}))

    found = state(url)
    is_up = bool(found.heads)
    expected = upgraded(project) if is_up else upgraded(project, 0)
    assert (found.heads, found.tables) == (expected.heads, expected.tables)
    # Each script went up and down in turn.
    counts = Counter(found.executed)
    for revision in project.revisions:
        assert counts[revision, "up"] - counts[revision, "down"] == is_up


def test_stamps_against_each_other(
    crowd: Crowd, database_kind: str, make_database: MakeDatabase, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", 5)
    url = make_database(database_kind)
    stamps = [project.command("stamp", "head"), project.command("stamp", "--purge", "head")]
    all_succeed(crowd.run(stamps * 6, {"DATABASE_URL": url}))
    assert state(url).heads == project.revisions[-1:]


@pytest.mark.parametrize("per_migration", ["true", "false"])
@pytest.mark.parametrize("own", ["pg_advisory_xact_lock(42)", "pg_advisory_lock(42)"])
def test_a_lock_that_env_py_takes_itself_may_stay(
    crowd: Crowd, postgres_url: str, own: str, per_migration: str, tmp_path: pathlib.Path
) -> None:
    options = {"before": f"SELECT {own}", "transaction_per_migration": per_migration}
    project = Project(tmp_path / "project", 6, options)
    all_succeed(crowd.run([project.command("upgrade", "head")] * 6, {"DATABASE_URL": postgres_url}))
    assert state(postgres_url) == upgraded(project)


SEVERAL_DATABASES = """
import os
import sqlalchemy as sa
from alembic import context

connections = [sa.create_engine(url).connect() for url in os.environ["DATABASE_URLS"].split()]
transactions = [connection.begin() for connection in connections]
for connection in connections:
    context.configure(connection=connection)
    context.run_migrations()
for transaction in transactions:
    transaction.commit()
"""


def test_one_run_on_several_databases(
    crowd: Crowd, database_kind: str, make_database: MakeDatabase, tmp_path: pathlib.Path
) -> None:
    """As the `multidb` template has it: all transactions are committed at the end.

    Where a server keeps the snapshots of these transactions, a run that another one has overtaken
    asks to be run again.
    """
    project = Project(tmp_path / "project", 5)
    (project.folder / "env.py").write_text(SEVERAL_DATABASES)
    urls = [make_database(database_kind) for _ in range(3)]
    commands = [project.command("upgrade", "head")] * 6
    results = crowd.run(commands, {"DATABASE_URLS": " ".join(urls)})
    if database_kind == "mariadb" and keeps_snapshots(urls[0]):
        assert any(result.exit_code == 0 for result in results)
        results = [result for result in results if RUN_AGAIN not in result.output]
    all_succeed(results)
    assert [state(url) for url in urls] == [upgraded(project)] * 3


@pytest.mark.parametrize("command", [("check",), ("current",), ("ensure_version",)])
def test_commands_that_only_make_the_version_table(
    crowd: Crowd, postgres_url: str, command: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    """Upstream's `check` and `ensure_version` crash on `alembic_version` when two start at once."""
    project = Project(tmp_path / "project", 0)
    results = crowd.run([project.command(*command)] * 12, {"DATABASE_URL": postgres_url})
    assert not [result.output for result in results if "UniqueViolation" in result.output]
    made = sa.inspect(engine_for(postgres_url)).has_table("alembic_version")
    assert made == (command == ("ensure_version",))


@pytest.mark.usefixtures("round_number")
def test_default_runs_behind_a_transaction_pooler(
    crowd: Crowd, postgres_server: PostgresServer, postgres_url: str, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", SCRIPTS)
    with transaction_pooler(postgres_server, pool_size=4) as pooler:
        url = f"{pooler}/{postgres_url.rpartition('/')[2]}"
        results = crowd.run([project.command("upgrade", "head")] * 8, {"DATABASE_URL": url})
    all_succeed(results)
    assert not any("WARN" in result.output for result in results)
    assert state(postgres_url) == upgraded(project)
