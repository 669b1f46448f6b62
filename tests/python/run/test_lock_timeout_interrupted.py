"""Signals, an end of env.py, and a server that dies while a command that starts over pauses."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pathlib
import signal
import subprocess
import threading
from types import FrameType

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from tests.differential.cli_processes import ALEMBIC, PATIENCE_SECONDS, clean_environment
from tests.locking.database import State, lock_is_free, rows, state
from tests.locking.projects import Project
from tests.python.run.lock_waits import (
    READER,
    Alembic,
    Pauses,
    alembic,
    altering,
    columns,
    held,
    orders,
    pauses,
)
from tests.servers import PostgresServer

__all__ = ["alembic", "pauses"]

EMPTY = State([], [], [])

#: For a process of its own.
LONG_PAUSE = """
from alembic_native.run.lock_waits import retries
retries.random_pause = lambda _: 3600.0
"""


def put_before_env_py(project: Project, source: str) -> None:
    env = project.folder / "env.py"
    env.write_text(source + env.read_text())


def nothing_is_left(url: str) -> bool:
    """Neither a row, nor a lock, nor a session of the run."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    return (
        state(url) == EMPTY
        and columns(url) == []
        and lock_is_free(url)
        and rows(url, f"SELECT 1 {others} AND application_name <> 'the test'") == []
    )


def test_sigterm_ends_the_process(postgres_url: str, tmp_path: pathlib.Path) -> None:
    orders(postgres_url)
    project = altering(tmp_path)
    put_before_env_py(project, LONG_PAUSE)
    with held(postgres_url, READER):
        process = subprocess.Popen(
            [ALEMBIC, *project.command("upgrade", "head")],
            env=clean_environment(DATABASE_URL=postgres_url),
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        said = ""
        while "Try 2 of 11" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        # Whoever is impatient sends it twice.
        process.terminate()
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == -signal.SIGTERM
        process.stderr.close()
        assert nothing_is_left(postgres_url)


@pytest.fixture
def long_pause(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when the pause after the first try begins, which is a long one."""
    begun = threading.Event()

    def pause(_: int) -> float:
        begun.set()
        return 3600.0

    monkeypatch.setattr("alembic_native.run.lock_waits.retries.random_pause", pause)
    return begun


def send_when(begun: threading.Event, *numbers: signal.Signals) -> threading.Thread:
    def send() -> None:
        assert begun.wait(60)
        for number in numbers:
            os.kill(os.getpid(), number)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def terminate(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


@pytest.mark.parametrize(
    ("number", "error"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)]
)
@pytest.mark.parametrize("is_in_task", [False, True], ids=["program", "task"])
def test_a_signal_ends_a_command_of_a_program(
    number: signal.Signals,
    error: type[BaseException],
    is_in_task: bool,
    postgres_url: str,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    long_pause: threading.Event,
) -> None:
    """In asyncio.run() the first Ctrl-C did nothing but cancel the task, which was in the pause."""
    orders(postgres_url)
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    project = altering(tmp_path)

    def upgrade() -> None:
        command.upgrade(Config(project.ini), "head")

    async def serve() -> None:
        upgrade()

    handler = signal.signal(signal.SIGTERM, terminate)
    sender = send_when(long_pause, number)
    try:
        with held(postgres_url, READER):
            with pytest.raises(error):
                asyncio.run(serve()) if is_in_task else upgrade()
            sender.join()
            assert nothing_is_left(postgres_url)
    finally:
        signal.signal(signal.SIGTERM, handler)


def test_a_server_that_dies(tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses) -> None:
    with PostgresServer() as server:
        url = server.create_database("dies", "psycopg2")
        orders(url)
        project = altering(tmp_path)
        with contextlib.suppress(sa.exc.OperationalError), held(url, READER):
            pauses.then = server.kill
            with pytest.raises(sa.exc.OperationalError, match=r"[Cc]onnection refused"):
                alembic(project, url)
        assert pauses.count == 1
        server.restart()
        assert nothing_is_left(url)
        assert alembic(project, url).exit_code == 0


ENDS_ITSELF = """
import sys
from alembic import context
tries = context.config.attributes.setdefault("tries", [])
tries.append(1)
if len(tries) == 2:
    sys.exit(3)
"""
ENDS_AT_AN_ERROR = """
import os, sys
import sqlalchemy
from alembic import context

try:
    options = {"poolclass": sqlalchemy.NullPool}
    with sqlalchemy.create_engine(os.environ["DATABASE_URL"], **options).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
except Exception:
    sys.exit(4)
"""


def test_env_py_that_ends_the_program(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(postgres_url)
    project = altering(tmp_path)
    put_before_env_py(project, ENDS_ITSELF)
    with held(postgres_url, READER):
        ending = alembic(project, postgres_url)
        assert ending.exit_code == 3
        assert pauses.count == 1
        assert nothing_is_left(postgres_url)


def test_env_py_that_ends_the_program_because_of_the_lock(
    postgres_url: str,
    tmp_path: pathlib.Path,
    alembic: Alembic,
    pauses: Pauses,
    caplog: pytest.LogCaptureFixture,
) -> None:
    orders(postgres_url)
    project = altering(tmp_path)
    (project.folder / "env.py").write_text(ENDS_AT_AN_ERROR)
    with held(postgres_url, READER):
        ending = alembic(project, postgres_url, "upgrade", "head", "-v")
        assert ending.exit_code == 4
        assert pauses.count == 0
        assert caplog.messages[-1].startswith("Upgraded 0 of 3 revisions in ")
        assert nothing_is_left(postgres_url)


NOTE = """\
    print(op.get_bind().exec_driver_sql("SHOW lock_timeout").scalar(), file=open({file!r}, "a"))
"""


def test_commands_of_one_process_have_their_own_settings(
    postgres_url: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    noted = tmp_path / "noted"
    body = NOTE.format(file=str(noted))
    limited = Project(tmp_path / "limited", 2, {"lock_timeout": "3s"}, {2: body})
    unlimited = Project(tmp_path / "unlimited", 2, {}, {2: body})
    for project in (limited, unlimited, limited):
        config = Config(project.ini)
        command.upgrade(config, "head")
        command.downgrade(config, "base")
    assert noted.read_text().split() == ["3s", "0", "3s"]
