"""Ctrl-C while the store waits for the network."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator

import pytest

from alembic_native._postgres import PostgresVersionStore
from tests.postgres_administrator import Administrator

# Exit code 17: the wait was ended by KeyboardInterrupt. Without that it would last for minutes.
SCRIPT = """
import os, signal, sys, threading
from alembic_native import database_errors
from alembic_native._postgres import PostgresVersionStore
try:
{body}
except KeyboardInterrupt:
{after}
sys.exit(1)
"""


@pytest.fixture
def administrator(administrator: Administrator) -> Administrator:
    """With a version table that holds the row `a`."""
    administrator.execute("CREATE TABLE alembic_version AS SELECT 'a'::text AS version_num")
    return administrator


@contextlib.contextmanager
def running(url: str, body: str, after: str = "sys.exit(17)") -> Iterator[subprocess.Popen[str]]:
    """An interpreter that runs `body`, and `after` when it is interrupted."""
    body, after = (textwrap.indent(textwrap.dedent(text), "    ") for text in (body, after))
    script = SCRIPT.format(body=body, after=after)
    command = [sys.executable, "-c", script, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line_from(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def interrupt(process: subprocess.Popen[str]) -> int:
    """Sends SIGINT and returns the exit code."""
    process.send_signal(signal.SIGINT)
    return process.wait(30)


CONNECT = """
print("ready", flush=True)
PostgresVersionStore(sys.argv[1], connect_timeout=600)
"""


def test_an_attempt_to_connect_to_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/d"
        with running(url, CONNECT) as process:
            connection, _ = silent.accept()
            connection.recv(1)
            assert interrupt(process) == 17
            connection.close()


def test_an_attempt_to_connect_to_a_host_that_swallows_packets() -> None:
    with socket.socket() as full, socket.socket() as filler:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        filler.connect(full.getsockname())
        with running(f"postgresql://u@127.0.0.1:{full.getsockname()[1]}/d", CONNECT) as process:
            assert line_from(process) == "ready"
            assert interrupt(process) == 17


def test_a_statement(postgres_url: str, administrator: Administrator) -> None:
    """The statement ends on the server too, and the store is closed."""
    body = """
    store = PostgresVersionStore(sys.argv[1], statement_timeout=None)
    store.current_heads()
    """
    after = """
    try:
        store.current_heads()
    except database_errors.StoreClosed:
        print("closed", flush=True)
        sys.stdin.read()
    """
    with (
        administrator.transaction("LOCK TABLE alembic_version"),
        running(postgres_url, body, after) as process,
    ):
        administrator.wait_for_a_native_session_that_waits()
        process.send_signal(signal.SIGINT)
        assert line_from(process) == "closed"
        # The interpreter still runs: its end is not what ended the session.
        administrator.wait_for_the_end_of_native_sessions()


def test_a_wait_for_another_threads_call(postgres_url: str, administrator: Administrator) -> None:
    body = """
    store = PostgresVersionStore(sys.argv[1], statement_timeout=None)
    threading.Thread(target=store.current_heads, daemon=True).start()
    print("started", flush=True)
    store.current_heads()
    """
    with (
        administrator.transaction("LOCK TABLE alembic_version"),
        running(postgres_url, body, "os._exit(17)") as process,
    ):
        assert line_from(process) == "started"
        administrator.wait_for_a_native_session_that_waits()
        assert interrupt(process) == 17


def test_a_signal_handler_that_returns_does_not_end_the_wait(
    postgres_url: str, administrator: Administrator
) -> None:
    body = """
    signal.signal(signal.SIGUSR1, lambda *_: print("handled", flush=True))
    store = PostgresVersionStore(sys.argv[1], statement_timeout=None)
    print(store.current_heads(), flush=True)
    """
    with running(postgres_url, body) as process:
        with administrator.transaction("LOCK TABLE alembic_version"):
            administrator.wait_for_a_native_session_that_waits()
            process.send_signal(signal.SIGUSR1)
            assert line_from(process) == "handled"
        assert line_from(process) == "('a',)"


def test_other_threads_run_while_a_statement_waits(
    postgres_url: str, administrator: Administrator
) -> None:
    """With the GIL held during the wait, the thread that frees the lock would never run."""
    locked = threading.Event()

    def hold_the_lock() -> None:
        with administrator.transaction("LOCK TABLE alembic_version"):
            locked.set()
            administrator.wait_for_a_native_session_that_waits()

    holder = threading.Thread(target=hold_the_lock)
    holder.start()
    locked.wait()
    with PostgresVersionStore(postgres_url, statement_timeout=60) as store:
        assert store.current_heads() == ("a",)
    holder.join()
