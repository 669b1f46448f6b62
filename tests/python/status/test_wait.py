"""``alembic wait``: until the database is at the heads, through whatever happens to the server."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.alembic_command import Answer, alembic, running
from tests.locking.projects import Project
from tests.postgres_administrator import NATIVE_SESSIONS, Administrator
from tests.servers import PostgresServer

TABLE = "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)"


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that the test may stop."""
    with PostgresServer() as server:
        assert isinstance(server, PostgresServer)
        yield server


def wait(steps: Project, *words: str, **environment: str) -> Answer:
    return alembic(*steps.command("wait", *words), folder=steps.folder, **environment)


def upgrade(steps: Project, target: str, url: str) -> None:
    words = steps.command("upgrade", target)
    assert alembic(*words, folder=steps.folder, DATABASE_URL=url).exit_code == 0


# How it ends.


@pytest.mark.parametrize("kind", ["sqlite", "mariadb", "postgres"])
def test_at_the_heads_or_not(
    kind: str, steps: Project, make_database: Callable[[str], str]
) -> None:
    url = make_database(kind)
    for place in (["--url", url], ["--url-env", "DATABASE_URL"], []):
        answer = wait(steps, "--timeout", "0", *place, DATABASE_URL=url)
        assert answer.exit_code == 1, answer
        assert "3 revisions are still to run, next step0001 (step 1)." in answer.stdout
        assert answer.stdout.endswith("Still missing: step0001, step0002, step0003.\n")
    upgrade(steps, "head", url)
    for place in (["--url", url], []):
        answer = wait(steps, "--timeout", "0", *place, DATABASE_URL=url)
        first, last = answer.stdout.splitlines()
        assert answer.exit_code == 0
        assert first.startswith("Waiting for ")
        assert first.endswith(" to be at step0003.")
        assert last.endswith(" is at step0003.")


def test_the_timeout(steps: Project, postgres_url: str) -> None:
    begin = time.monotonic()
    answer = wait(steps, "--timeout", "1.5", "--url", postgres_url)
    assert time.monotonic() - begin >= 1.5
    assert answer.exit_code == 1
    first, state, last = answer.stdout.splitlines()
    assert first.endswith("to be at step0003, at most 1.5 s.")
    missing = "3 revisions are still to run, next step0001 (step 1)."
    assert state.endswith(f"is at none (there is no table alembic_version): {missing}")
    assert last.startswith(f"Gave up after 1.5 s. {state} Still missing: ")


def test_quiet(steps: Project, postgres_url: str) -> None:
    for place in (["--url", postgres_url], []):
        answer = wait(steps, "-q", "--timeout", "0", *place, DATABASE_URL=postgres_url)
        assert (answer.exit_code, answer.stdout) == (1, "")


def test_a_revision_that_no_script_has(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    administrator.execute(f"{TABLE}; INSERT INTO alembic_version VALUES ('fade')")
    for place in (["--url", postgres_url], []):
        answer = wait(steps, "--timeout", "0", *place, DATABASE_URL=postgres_url)
        assert answer.exit_code == 3
        assert "the database holds revision fade" in answer.stdout
        assert "Usually the code was rolled back" in answer.stdout


def test_what_no_waiting_mends_ends_it_at_once(steps: Project) -> None:
    with PostgresServer(hba=["host all scott 127.0.0.1/32 scram-sha-256"]) as server:
        server.execute("CREATE ROLE scott LOGIN PASSWORD 'x'")
        url = f"postgresql://scott:hunter2@127.0.0.1:{server.port}/postgres"
        answer = wait(steps, "--timeout", "600", "--url", url)
        assert answer.exit_code == 255
        assert "password authentication failed" in answer.stderr
        assert "hunter2" not in answer.stdout + answer.stderr


# While it waits.


@pytest.mark.parametrize("through_env", [False, True])
def test_it_says_only_what_changes(
    through_env: bool, steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    place = [] if through_env else ["--url", postgres_url]
    words = steps.command("wait", "--timeout", "600", *place)
    with running(*words, folder=steps.folder, DATABASE_URL=postgres_url) as waiting:
        assert waiting.line().endswith("to be at step0003, at most 600 s.")
        assert "3 revisions are still to run" in waiting.line()
        administrator.execute(f"BEGIN; {TABLE}; COMMIT")
        administrator.execute("INSERT INTO alembic_version VALUES ('step0002')")
        assert waiting.line().endswith(
            "is at step0002: 1 revision is still to run, next step0003 (step 3)."
        )
        # Several inspections, which all see the same.
        time.sleep(2.5)
        administrator.execute("UPDATE alembic_version SET version_num = 'step0003'")
        assert waiting.line().endswith("is at step0003.")
        assert waiting.end() == (0, [])


def test_a_locked_table(steps: Project, postgres_url: str, administrator: Administrator) -> None:
    """The migration that it waits for may hold the table."""
    administrator.execute(f"{TABLE}; INSERT INTO alembic_version VALUES ('step0003')")
    words = steps.command("wait", "--timeout", "600", "--url", postgres_url)
    with running(*words, folder=steps.folder) as waiting:
        with administrator.transaction("LOCK TABLE alembic_version"):
            waiting.line()
            administrator.wait_for_a_native_session_that_waits()
        assert waiting.end()[0] == 0


def test_a_table_that_may_not_be_read_yet(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    administrator.execute(f"{TABLE}; INSERT INTO alembic_version VALUES ('step0003')")
    administrator.execute("DROP ROLE IF EXISTS waiter; CREATE ROLE waiter LOGIN")
    url = postgres_url.replace("postgres@", "waiter@")
    try:
        with running(
            *steps.command("wait", "--timeout", "600", "--url", url), folder=steps.folder
        ) as waiting:
            waiting.lines_until("permission denied")
            administrator.execute("GRANT SELECT ON alembic_version TO waiter")
            assert waiting.end()[0] == 0
    finally:
        administrator.execute("DROP OWNED BY waiter; DROP ROLE waiter")


# Servers that come and go.


@pytest.mark.parametrize("through_env", [False, True])
def test_a_server_that_is_not_up_yet_then_restarts(
    through_env: bool, steps: Project, own_server: PostgresServer
) -> None:
    url = f"postgresql+psycopg2://postgres@127.0.0.1:{own_server.port}/shop"
    own_server.kill()
    place = [] if through_env else ["--url", url]
    words = steps.command("wait", "--timeout", "600", *place)
    with running(*words, folder=steps.folder, DATABASE_URL=url) as waiting:
        waiting.lines_until("refused")
        own_server.restart()
        waiting.lines_until('database "shop" does not exist')
        own_server.execute("CREATE DATABASE shop")
        waiting.lines_until("3 revisions are still to run")
        own_server.restart()
        upgrade(steps, "step0001", url)
        waiting.lines_until("2 revisions are still to run")
        upgrade(steps, "head", url)
        waiting.lines_until("is at step0003.")
        assert waiting.end() == (0, [])


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_other_drivers_of_env_py(driver: str, steps: Project, postgres_url: str) -> None:
    url = postgres_url.replace("psycopg2", driver)
    answer = wait(steps, "--timeout", "0", DATABASE_URL=url)
    assert (answer.exit_code, answer.stdout.count("3 revisions")) == (1, 1)
    nowhere = f"postgresql+{driver}://postgres@127.0.0.1:1/shop"
    answer = wait(steps, "--timeout", "0", DATABASE_URL=nowhere)
    assert answer.exit_code == 1, answer
    assert "refused" in answer.stdout or "Connect call failed" in answer.stdout


def test_killed_backends(steps: Project, postgres_url: str, administrator: Administrator) -> None:
    words = steps.command("wait", "--timeout", "600", "--url", postgres_url)
    with running(*words, folder=steps.folder) as waiting:
        waiting.lines_until("still to run")
        for _ in range(3):
            while not administrator.native_sessions():
                time.sleep(0.01)
            administrator.execute(f"SELECT pg_terminate_backend(pid) {NATIVE_SESSIONS}")
            waiting.lines_until("still to run")
        administrator.execute(f"{TABLE}; INSERT INTO alembic_version VALUES ('step0003')")
        assert waiting.end()[0] == 0


def test_a_server_that_takes_no_more_connections(steps: Project) -> None:
    settings = ["max_connections = 4", "superuser_reserved_connections = 3"]
    with PostgresServer(settings) as server:
        server.execute("CREATE ROLE shop LOGIN")
        url = server.url().replace("postgres@", "shop@")
        taken = Administrator(url)
        words = steps.command("wait", "--timeout", "600", "--url", url)
        with running(*words, folder=steps.folder) as waiting:
            waiting.lines_until("remaining connection slots")
            taken.close()
            waiting.lines_until("still to run")


# Signals.


def silent_server() -> socket.socket:
    """Accepts, and never answers."""
    return socket.create_server(("127.0.0.1", 0))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_between_inspections(
    number: signal.Signals, code: int, steps: Project, postgres_url: str
) -> None:
    words = steps.command("wait", "--timeout", "600", "--url", postgres_url)
    with running(*words, folder=steps.folder) as waiting:
        waiting.lines_until("still to run")
        waiting.send(number)
        assert waiting.end() == (code, [])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_while_it_connects(
    number: signal.Signals, code: int, steps: Project
) -> None:
    with silent_server() as silent:
        url = f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/d?connect_timeout=600"
        words = steps.command("wait", "--timeout", "600", "--url", url)
        with running(*words, folder=steps.folder) as waiting:
            waiting.line()
            connection, _ = silent.accept()
            waiting.send(number)
            assert waiting.end() == (code, [])
            connection.close()


def test_a_signal_ends_it_through_env_py(steps: Project, sqlite_url: str) -> None:
    words = steps.command("wait", "--timeout", "600")
    with running(*words, folder=steps.folder, DATABASE_URL=sqlite_url) as waiting:
        waiting.lines_until("still to run")
        waiting.send(signal.SIGINT)
        assert waiting.end()[0] == 130


@pytest.mark.parametrize(("parameters", "timeout"), [("", "2"), ("?connect_timeout=600", "11")])
def test_the_timeout_holds_for_a_server_that_says_nothing(
    parameters: str, timeout: str, steps: Project
) -> None:
    """A connect timeout in the URL held longer than what was left to wait."""
    with silent_server() as silent:
        url = f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/d{parameters}"
        answer = wait(steps, "--timeout", timeout, "--url", url)
        assert answer.exit_code == 1
        assert re.search("no (answer|connection) within", answer.stdout)


def test_sigterm_is_given_back(steps: Project, sqlite_url: str) -> None:
    """The handler of `wait` stayed in a program that had called it."""
    program = (
        "import signal; from alembic import command; from alembic.config import Config\n"
        "try: command.wait(Config('alembic.ini'), timeout=0)\n"
        "except SystemExit as ended: print(ended.code)\n"
        "print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=steps.folder,
        env={**os.environ, "DATABASE_URL": sqlite_url},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.stdout.splitlines()[-2:] == ["1", "True"], ended.stderr
