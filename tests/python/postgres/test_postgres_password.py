"""Where others can look while a session is open, there is no password."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from alembic_native._postgres import PostgresVersionStore
from tests.alembic_command import running
from tests.locking.projects import Project
from tests.postgres_administrator import Administrator
from tests.servers import PostgresServer

PASSWORD = "hunter2"


@pytest.fixture(scope="module")
def talkative_server() -> Iterator[PostgresServer]:
    """`scott` needs a password; every statement and every connection is in the server's log."""
    settings = ["log_statement = all", "log_connections = on", "log_min_messages = debug1"]
    hba = ["host all scott 127.0.0.1/32 scram-sha-256"]
    with PostgresServer(settings, hba) as server:
        assert isinstance(server, PostgresServer)
        server.execute(f"CREATE ROLE scott SUPERUSER LOGIN PASSWORD '{PASSWORD}'")
        yield server


def process_texts(folder: pathlib.Path) -> dict[str, bytes]:
    """What `ps` shows of a process and its threads: titles and command lines."""
    files = [folder / "cmdline", folder / "comm", *folder.glob("task/*/comm")]
    return {str(file): file.read_bytes() for file in files}


def test_titles_of_processes_and_what_the_server_shows(
    talkative_server: PostgresServer, steps: Project
) -> None:
    url = f"postgresql://scott:{PASSWORD}@127.0.0.1:{talkative_server.port}/postgres"
    administrator = Administrator(talkative_server.url())
    words = steps.command("wait", "--timeout", "600", "--url-env", "SHOP")
    with running(*words, folder=steps.folder, SHOP=url) as waiting:
        waiting.lines_until("still to run")
        ((pid, row),) = administrator.execute(
            "SELECT pid, row_to_json(a)::text FROM pg_stat_activity a "
            "WHERE application_name = 'alembic-native'"
        )
        seen = process_texts(pathlib.Path(f"/proc/{waiting.pid}"))
        seen |= process_texts(pathlib.Path(f"/proc/{pid}"))
    administrator.close()
    assert any(b"alembic" in text for text in seen.values())
    assert b"postgres: scott" in seen[f"/proc/{pid}/cmdline"]
    assert "scott" in row
    assert PASSWORD not in row
    assert [name for name, text in seen.items() if PASSWORD.encode() in text] == []


def test_the_servers_log(talkative_server: PostgresServer) -> None:
    url = f"postgresql://scott:{PASSWORD}@127.0.0.1:{talkative_server.port}/postgres"
    file = talkative_server.folder / "server.log"
    before = file.stat().st_size
    with PostgresVersionStore(url) as store:
        store.current_heads()
        store.scan_schemas()
    log = file.read_bytes()[before:].decode()
    assert "pg_catalog.pg_class" in log
    assert "connection authorized: user=scott" in log
    assert PASSWORD not in log
