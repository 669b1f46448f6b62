"""Commands called where an event loop runs, with an env.py that runs one of its own."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import os
import pathlib
import signal
import threading
import traceback
from collections.abc import AsyncIterator, Callable
from types import FrameType

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy.ext.asyncio import create_async_engine

from alembic_native.run import own_thread
from tests.locking.database import engine_for, rows, state, upgraded
from tests.locking.projects import Project

TENANT: contextvars.ContextVar[str] = contextvars.ContextVar("TENANT", default="nobody")

#: At the end of env.py: what it has seen.
SEEN = """
import threading
config.attributes["thread"] = threading.get_ident()
config.attributes["tenant"] = config.attributes["variable"].get()
"""


def configuration(project: Project, url: str) -> Config:
    config = Config(project.ini)
    config.set_main_option("sqlalchemy.url", url)
    config.attributes["variable"] = TENANT
    return config


def append(project: Project, source: str) -> None:
    with (project.folder / "env.py").open("a") as file:
        file.write(source)


@pytest.fixture(autouse=True)
def _the_configuration_names_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture(params=["sqlite+aiosqlite", "postgresql+asyncpg"])
def async_url(
    request: pytest.FixtureRequest,
    make_database: Callable[[str], str],
) -> str:
    """A database with an asynchronous driver."""
    kind, _, driver = request.param.partition("+")
    url = make_database("sqlite" if kind == "sqlite" else "postgres")
    return url.replace("sqlite:", "sqlite+aiosqlite:").replace("psycopg2", driver)


@pytest.fixture
def asyncpg_url(postgres_url: str) -> str:
    return postgres_url.replace("psycopg2", "asyncpg")


def test_in_the_lifespan_of_a_web_application(steps: Project, async_url: str) -> None:
    """`asyncio.run() cannot be called from a running event loop`"""
    append(steps, SEEN)
    config = configuration(steps, async_url)

    @contextlib.asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        TENANT.set("shop")
        command.upgrade(config, "head")
        yield
        command.downgrade(config, steps.revisions[0])

    async def serve() -> None:
        async with lifespan():
            await asyncio.sleep(0)
            assert state(async_url) == upgraded(steps)

    asyncio.run(serve())
    assert state(async_url).heads == steps.revisions[:1]
    assert config.attributes["thread"] != threading.get_ident()
    assert config.attributes["tenant"] == "shop"


def test_in_a_loop_of_another_thread(steps: Project, asyncpg_url: str) -> None:
    """As a cell of a notebook runs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def cell() -> None:
        command.upgrade(configuration(steps, asyncpg_url), "head")

    try:
        asyncio.run_coroutine_threadsafe(cell(), loop).result(60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
    assert state(asyncpg_url) == upgraded(steps)


async def called(call: Callable[[], None]) -> None:
    call()


def test_what_works_in_the_callers_thread_stays_there(steps: Project, postgres_url: str) -> None:
    append(steps, SEEN)
    config = configuration(steps, postgres_url)
    here = threading.get_ident()
    # Without a loop.
    command.upgrade(config, "+1")
    assert config.attributes["thread"] == here
    # Within run_sync().

    async def in_run_sync() -> None:
        engine = create_async_engine(postgres_url.replace("psycopg2", "asyncpg"))
        async with engine.connect() as connection:
            await connection.run_sync(lambda _: command.upgrade(config, "+1"))
        await engine.dispose()

    config.attributes["thread"] = None
    asyncio.run(in_run_sync())
    assert config.attributes["thread"] == here
    # With a connection, which this env.py does not use.
    config.attributes["thread"] = None
    config.attributes["connection"] = object()
    asyncio.run(called(lambda: command.upgrade(config, "+1")))
    assert config.attributes.pop("thread") == here
    # With one of another name: a database in memory belongs to its thread.
    del config.attributes["connection"]
    with engine_for("sqlite://").connect() as connection:
        config.attributes["conn"] = connection
        asyncio.run(called(lambda: command.downgrade(config, "-1")))
    assert config.attributes.pop("thread") == here
    # An env.py that is not asynchronous, and names what it does not use.
    del config.attributes["conn"]
    env = steps.folder / "env.py"
    source = (
        env.read_text().replace("import asyncio", "# Without asyncio.").replace("async def", "def")
    )
    source = source.replace("async with", "with").replace("await ", "").replace(".asyncio", "")
    source = source.replace("create_async_engine", "create_engine")
    env.write_text(source.replace("asyncio.run(migrate_async())", "migrate_async()"))
    asyncio.run(called(lambda: command.downgrade(config, "base")))
    assert config.attributes["thread"] == here
    assert state(postgres_url).heads == []


@pytest.mark.parametrize(
    ("ending", "error"),
    [("raise ZeroDivisionError('of env.py')", ZeroDivisionError), ("sys.exit(3)", SystemExit)],
)
def test_what_env_py_raises(
    steps: Project, sqlite_url: str, ending: str, error: type[BaseException]
) -> None:
    append(steps, f"import sys\n{ending}\n")
    config = configuration(steps, sqlite_url)
    with pytest.raises(error) as raised:
        asyncio.run(called(lambda: command.upgrade(config, "head")))
    assert raised.value.__context__ is None
    frames = [pathlib.Path(one.filename).name for one in traceback.extract_tb(raised.tb)]
    assert frames[-1] == "env.py"
    assert "command.py" in frames
    assert frames.index("command.py") < frames.index("env.py")


def test_a_command_within_the_command(
    steps: Project, asyncpg_url: str, tmp_path: pathlib.Path
) -> None:
    """It does not wait for the thread that waits for it."""
    inner = Project(tmp_path / "inner", 1, {"migration_lock_timeout": "0.5"})
    inner_url = f"sqlite+aiosqlite:///{tmp_path / 'inner.db'}"
    append(
        steps,
        "from alembic import command\nfrom alembic.config import Config\n"
        f"inner = Config({str(inner.ini)!r})\n"
        f"inner.set_main_option('sqlalchemy.url', {inner_url!r})\n"
        "command.upgrade(inner, 'head')\n",
    )
    # How Alembic's own command ends around another one.
    with pytest.raises(KeyError, match=r"config|script"):
        asyncio.run(called(lambda: command.upgrade(configuration(steps, asyncpg_url), "head")))
    assert state(inner_url) == upgraded(inner)


def test_the_logging_of_the_program_is_kept(
    steps: Project, asyncpg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = logging.getLogger("shop")
    monkeypatch.setattr(shop, "disabled", False)
    asyncio.run(called(lambda: command.upgrade(configuration(steps, asyncpg_url), "head")))
    assert not shop.disabled


def interrupt_when(condition: Callable[[], object], number: signal.Signals) -> threading.Thread:
    """Send a signal to this process as soon as the condition holds."""

    def wait() -> None:
        while not condition():
            threading.Event().wait(0.05)
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def terminate(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


@pytest.mark.parametrize(
    ("runs", "number", "error"),
    [
        (asyncio.run, signal.SIGINT, KeyboardInterrupt),
        (lambda work: asyncio.new_event_loop().run_until_complete(work), signal.SIGINT, None),
        (asyncio.run, signal.SIGTERM, SystemExit),
    ],
    ids=["SIGINT", "SIGINT without asyncio.run", "SIGTERM"],
)
def test_a_signal_while_a_statement_runs(
    tmp_path: pathlib.Path,
    asyncpg_url: str,
    runs: Callable[[object], None],
    number: signal.Signals,
    error: type[BaseException] | None,
) -> None:
    """The statement is cancelled on the server, and nothing of the run is left."""
    sleeps = '    op.execute("SELECT pg_sleep(600)")\n'
    project = Project(tmp_path / "project", 2, bodies={2: sleeps})
    asleep = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(%'"
    handler = signal.signal(signal.SIGTERM, terminate)
    sender = interrupt_when(lambda: rows(asyncpg_url, f"{asleep} AND state = 'active'"), number)
    try:
        with pytest.raises(error or KeyboardInterrupt):
            runs(called(lambda: command.upgrade(configuration(project, asyncpg_url), "head")))
    finally:
        sender.join()
        signal.signal(signal.SIGTERM, handler)
    for left in own_threads():
        left.join(10)
    assert own_threads() == []
    assert rows(asyncpg_url, asleep) == []
    assert state(asyncpg_url).heads == []
    # And the next command runs.
    (project.folder / "versions" / "step0002.py").write_text(
        (project.folder / "versions" / "step0002.py").read_text().replace("600", "0")
    )
    command.upgrade(configuration(project, asyncpg_url), "head")
    assert state(asyncpg_url).heads == project.revisions[-1:]


def test_a_run_that_cannot_be_interrupted_is_left_alone(
    steps: Project, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_thread, "_GRACE", 0.1)
    config = configuration(steps, sqlite_url)
    config.attributes["go on"] = go_on = threading.Event()
    append(steps, "config.attributes['is there'].set()\nconfig.attributes['go on'].wait(60)\n")
    interrupt_when_it_is_there(config)
    [left] = own_threads()
    go_on.set()
    left.join(60)
    assert not left.is_alive()


def test_a_second_signal_ends_the_wait_for_such_a_run(steps: Project, sqlite_url: str) -> None:
    config = configuration(steps, sqlite_url)
    config.attributes["go on"] = go_on = threading.Event()
    config.attributes["is there"] = is_there = threading.Event()
    append(steps, "config.attributes['is there'].set()\nconfig.attributes['go on'].wait(60)\n")
    waits = threading.Event()

    def terminate_again(_number: int, _frame: FrameType | None) -> None:
        waits.set()
        raise SystemExit(143)

    handler = signal.signal(signal.SIGTERM, terminate_again)
    senders = [interrupt_when(event.is_set, signal.SIGTERM) for event in (is_there, waits)]
    try:
        with pytest.raises(SystemExit) as raised:
            asyncio.run(called(lambda: command.upgrade(config, "head")))
        assert isinstance(raised.value.__context__, SystemExit)
    finally:
        for sender in senders:
            sender.join()
        signal.signal(signal.SIGTERM, handler)
    [left] = own_threads()
    go_on.set()
    left.join(60)
    assert not left.is_alive()


def own_threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "alembic env.py"]


def test_two_tasks_of_a_loop(steps: Project, make_database: Callable[[str], str]) -> None:
    """One after the other, each on its own database."""
    urls = [make_database("postgres").replace("psycopg2", "asyncpg") for _ in range(2)]

    async def both() -> None:
        await asyncio.gather(
            *(
                called(lambda url=url: command.upgrade(configuration(steps, url), "head"))
                for url in urls
            )
        )

    asyncio.run(both())
    assert [state(url) for url in urls] == [upgraded(steps)] * 2


def test_an_engine_of_the_caller_serves_beside_it(steps: Project, asyncpg_url: str) -> None:
    async def serve() -> None:
        engine = create_async_engine(asyncpg_url)
        async with engine.connect() as connection:
            command.upgrade(configuration(steps, asyncpg_url), "head")
            found = await connection.execute(sa.text("SELECT version_num FROM alembic_version"))
            assert found.scalars().all() == steps.revisions[-1:]
        await engine.dispose()

    asyncio.run(serve())


def interrupt_when_it_is_there(config: Config) -> None:
    """Interrupt an upgrade as soon as it has set the event that it finds as "is there"."""
    config.attributes["is there"] = is_there = threading.Event()
    sender = interrupt_when(is_there.is_set, signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(called(lambda: command.upgrade(config, "head")))
    sender.join()


def test_the_next_command_waits_for_a_run_that_was_left_behind(
    steps: Project, make_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next command entered its environment, and the scripts of one worked on the database of
    the other."""
    config, next_url = configuration(steps, make_database("sqlite")), make_database("sqlite")
    config.attributes["go on"] = go_on = threading.Event()
    append(
        steps,
        "if 'go on' in config.attributes:\n"
        "    config.attributes['is there'].set()\n    config.attributes['go on'].wait(60)\n",
    )
    following = configuration(steps, next_url)
    monkeypatch.setattr(own_thread, "_GRACE", 0.1)
    interrupt_when_it_is_there(config)
    monkeypatch.setenv("ALEMBIC_MIGRATION_LOCK_TIMEOUT", "0.1")
    with pytest.raises(CommandError, match=r"thread alembic env\.py .* of this process"):
        command.upgrade(following, "head")
    assert state(next_url).heads == []
    monkeypatch.delenv("ALEMBIC_MIGRATION_LOCK_TIMEOUT")
    go_on.set()
    command.upgrade(following, "head")
    assert state(next_url) == upgraded(steps)


def test_a_run_that_was_left_behind_does_not_start_over(
    steps: Project, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After Ctrl-C in a pause between two tries, env.py ran again, in the next environment."""
    config = configuration(steps, sqlite_url)
    config.attributes["tries"] = []
    append(steps, "config.attributes['tries'].append(1)\n")
    monkeypatch.setenv("ALEMBIC_LOCK_TIMEOUT", "100ms")
    monkeypatch.setenv("ALEMBIC_MIGRATION_LOCK", "off")

    def long_pause(_: int) -> float:
        config.attributes["is there"].set()
        return 3600.0

    monkeypatch.setattr("alembic_native.run.lock_waits.retries.random_pause", long_pause)
    with engine_for(sqlite_url).connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        interrupt_when_it_is_there(config)
    for left in own_threads():
        left.join(60)
    assert own_threads() == []
    assert config.attributes["tries"] == []
    command.upgrade(config, "head")
    assert config.attributes["tries"] == [1]
