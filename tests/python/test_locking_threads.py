"""Runs of one process take turns, and each reaches its own database."""

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
from alembic_native.locking.turns import Turns
from sqlalchemy.exc import OperationalError

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


def test_tasks_of_one_event_loop_take_turns(
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


def test_environments_within_each_other_are_one_turn() -> None:
    turns = Turns()
    finished = threading.Event()

    def other() -> None:
        turns.take()
        turns.give_back()
        finished.set()

    turns.take()
    turns.take()
    thread = threading.Thread(target=other)
    thread.start()
    turns.give_back()
    assert not finished.wait(0.1)
    turns.give_back()
    assert finished.wait(60)
    thread.join()


def test_a_thread_that_waits_for_its_turn_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A script that waits for threads which run commands waits for ever: without a word."""
    monkeypatch.setattr("alembic_native.locking.turns._PATIENCE", 0.01)
    turns = Turns()

    def other() -> None:
        turns.take()
        turns.give_back()

    turns.take()
    thread = threading.Thread(target=other)
    with caplog.at_level(logging.INFO, "alembic.migration_lock"):
        thread.start()
        deadline = time.monotonic() + 60
        while "Waiting for an Alembic command in another thread" not in caplog.text:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    turns.give_back()
    thread.join()


def test_a_task_that_cannot_let_the_other_finish_is_told() -> None:
    turns = Turns()

    async def first(has_turn: asyncio.Event, done: asyncio.Event) -> None:
        turns.take()
        has_turn.set()
        await done.wait()
        turns.give_back()

    async def second() -> None:
        has_turn, done = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(first(has_turn, done))
        await has_turn.wait()
        with pytest.raises(RuntimeError, match="Another task of this event loop"):
            turns.take()
        done.set()
        await task
        turns.take()
        turns.give_back()

    asyncio.run(second())


def test_a_child_forked_during_a_turn_has_its_own_turns(
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


def test_the_turn_of_a_thread_that_failed_is_over(
    sqlite_url: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    project = Project(tmp_path / "project", 2)
    broken = configuration(project, "sqlite:////nowhere/at/all.db")
    with pytest.raises(OperationalError):
        in_threads([lambda: command.upgrade(broken, "head")])
    in_threads([lambda: command.upgrade(configuration(project, sqlite_url), "head")])
    assert state(sqlite_url) == upgraded(project)
