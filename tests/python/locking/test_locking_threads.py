"""Runs of one process are serialised, and each reaches its own database."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import multiprocessing
import os
import pathlib
import threading
import time
from collections.abc import Callable

import pytest
from alembic import command
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError

from alembic_native.locking.environments import EnvironmentLock
from alembic_native.locking.errors import MigrationLockTimeout
from tests.locking.database import state, upgraded
from tests.locking.projects import Project

ROUNDS = int(os.environ.get("ALEMBIC_NATIVE_ROUNDS", "1"))
THREADS = 8

SHARED_ENV = """
from alembic import context
connection = context.config.attributes["connection"]
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
"""


def configuration(project: Project, url: str) -> Config:
    config = Config(project.ini)
    config.set_main_option("sqlalchemy.url", url)
    return config


def in_threads(work: list[Callable[[], None]]) -> None:
    """Run all together; raises what the first to fail has raised."""
    errors: list[BaseException] = []

    def run(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as error:
            errors.append(error)

    # Without a context of its own a thread would share nothing less: as an executor starts them.
    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(run, one)) for one in work
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    if errors:
        raise errors[0]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("repeat", range(ROUNDS))
def test_eight_threads_upgrade_eight_databases(
    kind: str,
    repeat: int,
    make_database: Callable[[str], str],
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Upstream sends the scripts of one thread to the database of another."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    # Histories of different length: what belongs to another one would show.
    projects = [Project(tmp_path / str(place), 3 + place) for place in range(THREADS)]
    urls = [make_database(kind) for _ in projects]

    def upgrade(project: Project, url: str) -> None:
        for _ in range(3):
            command.upgrade(configuration(project, url), "head")
            command.current(configuration(project, url))

    in_threads(
        [
            lambda project=project, url=url: upgrade(project, url)
            for project, url in zip(projects, urls, strict=True)
        ]
    )
    for project, url in zip(projects, urls, strict=True):
        assert state(url) == upgraded(project), f"round {repeat}"


def test_threads_on_one_database_of_each_kind(
    database_kind: str,
    make_database: Callable[[str], str],
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    project = Project(tmp_path / "project", 5)
    url = make_database(database_kind)
    in_threads([lambda: command.upgrade(configuration(project, url), "head")] * THREADS)
    assert state(url) == upgraded(project)


def test_tasks_of_one_event_loop_are_serialised(
    make_database: Callable[[str], str], tmp_path: pathlib.Path
) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine

    projects = [Project(tmp_path / str(place), 3 + place) for place in range(3)]
    urls = [make_database("postgres").replace("psycopg2", "asyncpg") for _ in projects]

    async def upgrade(project: Project, url: str) -> None:
        (project.folder / "env.py").write_text(SHARED_ENV)
        config = configuration(project, url)
        engine = create_async_engine(url)

        def run(connection: object) -> None:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

        async with engine.begin() as connection:
            await connection.run_sync(run)
        await engine.dispose()

    async def all_together() -> None:
        await asyncio.gather(*map(upgrade, projects, urls))

    asyncio.run(all_together())
    for project, url in zip(projects, urls, strict=True):
        assert state(url) == upgraded(project)


def test_environments_within_each_other_have_one_lock() -> None:
    lock = EnvironmentLock()
    finished = threading.Event()

    def other() -> None:
        lock.acquire()
        lock.release()
        finished.set()

    lock.acquire()
    lock.acquire()
    thread = threading.Thread(target=other)
    thread.start()
    lock.release()
    assert not finished.wait(0.1)
    lock.release()
    assert finished.wait(60)
    thread.join()


def test_a_thread_that_waits_for_another_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A script that waits for threads which run commands waits for ever: without a word."""
    monkeypatch.setattr("alembic_native.locking.environments._REPORT_INTERVAL", 0.01)
    lock = EnvironmentLock()

    def other() -> None:
        lock.acquire()
        lock.release()

    lock.acquire()
    thread = threading.Thread(target=other)
    with caplog.at_level(logging.INFO, "alembic.migration_lock"):
        thread.start()
        deadline = time.monotonic() + 60
        while "Waiting for an Alembic command in another thread" not in caplog.text:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    lock.release()
    thread.join()


def test_a_task_that_cannot_let_the_other_finish_is_told() -> None:
    lock = EnvironmentLock()

    async def first(has_lock: asyncio.Event, done: asyncio.Event) -> None:
        lock.acquire()
        has_lock.set()
        await done.wait()
        lock.release()

    async def second() -> None:
        has_lock, done = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(first(has_lock, done))
        await has_lock.wait()
        with pytest.raises(RuntimeError, match="Another task of this event loop"):
            lock.acquire()
        done.set()
        await task
        lock.acquire()
        lock.release()

    asyncio.run(second())


def test_a_child_forked_in_an_environment_has_a_lock_of_its_own(
    sqlite_url: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread of the parent is in an environment when another one forks."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    project = Project(tmp_path / "project", 2)
    config = configuration(project, sqlite_url)
    entered, leave = threading.Event(), threading.Event()

    def stay() -> None:
        with EnvironmentContext(config, ScriptDirectory.from_config(config)):
            entered.set()
            leave.wait(60)

    thread = threading.Thread(target=stay)
    thread.start()
    entered.wait(60)
    child = multiprocessing.get_context("fork").Process(
        target=command.upgrade, args=(config, "head")
    )
    child.start()
    child.join(60)
    leave.set()
    thread.join()
    assert child.exitcode == 0
    assert state(sqlite_url) == upgraded(project)


def test_a_thread_that_failed_holds_up_nobody(
    sqlite_url: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    project = Project(tmp_path / "project", 2)
    broken = configuration(project, "sqlite:////nowhere/at/all.db")
    with pytest.raises(OperationalError):
        in_threads([lambda: command.upgrade(broken, "head")])
    in_threads([lambda: command.upgrade(configuration(project, sqlite_url), "head")])
    assert state(sqlite_url) == upgraded(project)


RUNS_A_COMMAND_IN_A_THREAD = """
import threading
from alembic import command, context

config = context.config
if not config.attributes.get("is_within"):
    config.attributes["is_within"] = True
    errors = config.attributes["errors"]

    def run():
        try:
            command.current(config)
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="of env.py")
    thread.start()
    thread.join()
"""


def test_a_thread_that_its_parent_waits_for_times_out(
    sqlite_url: str, tmp_path: pathlib.Path
) -> None:
    """Both waited for ever."""
    project = Project(tmp_path / "project", 1, {"migration_lock_timeout": "0.2"})
    (project.folder / "env.py").write_text(RUNS_A_COMMAND_IN_A_THREAD)
    config = configuration(project, sqlite_url)
    errors = config.attributes["errors"] = []
    command.upgrade(config, "head")
    [error] = errors
    assert isinstance(error, MigrationLockTimeout)
    assert isinstance(error, CommandError)
    me = f"thread MainThread (ident {threading.get_ident()})"
    assert f"Timed out: {me} of this process has been in an Alembic command for 0.2 s" in str(error)
    assert "thread of env.py (ident" in str(error)
