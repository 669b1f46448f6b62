"""The servers of the tests do what their tests rely on: and leave nothing behind."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.servers import MariaDBServer, PostgresServer, Server, ServerMissing
from tests.servers.guard import serves_in
from tests.servers.server import find_program

ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(scope="module", params=[PostgresServer, MariaDBServer])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with request.param() as server:
        yield server


def rows(url: str, sql: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        result = connection.execute(sa.text(sql))
        return [tuple(row) for row in result] if result.returns_rows else []


def test_data_outlives_a_restart_and_a_kill_at_the_same_url(server: Server) -> None:
    """Bug: what PostgreSQL had committed just before it was killed could be gone."""
    url = server.create_database("durable", server.default_driver)
    rows(url, "CREATE TABLE note (text VARCHAR(20))")

    rows(url, "INSERT INTO note VALUES ('before restart')")
    server.restart()
    rows(url, "INSERT INTO note VALUES ('after restart')")
    assert len(rows(url, "SELECT text FROM note")) == 2

    server.kill()
    with pytest.raises(sa.exc.OperationalError):
        rows(url, "SELECT 1")
    server.restart()
    assert len(rows(url, "SELECT text FROM note")) == 2


def test_a_database_is_dropped_while_somebody_is_connected(server: Server) -> None:
    url = server.create_database("busy", server.default_driver)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        server.drop_database("busy")
        with pytest.raises(sa.exc.OperationalError):
            rows(url, "SELECT 1")
        connection.invalidate()
    engine.dispose()


def test_postgres_takes_settings_host_rules_and_encryption() -> None:
    refuse_one = "host all stranger 127.0.0.1/32 reject"
    with PostgresServer(["max_connections = 17"], [refuse_one], ssl=True) as server:
        url = server.url("psycopg2")
        assert rows(url, "SHOW max_connections") == [("17",)]
        assert rows(f"{url}?sslmode=require", "SHOW ssl") == [("on",)]
        server.execute("CREATE ROLE stranger LOGIN")
        with pytest.raises(sa.exc.OperationalError, match="reject"):
            rows(url.replace("postgres@", "stranger@"), "SELECT 1")


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_an_interrupted_run(kind: str, number: signal.Signals) -> None:
    # Not tmp_path: the servers' own account must reach the folder.
    folder = pathlib.Path(f"/tmp/interrupted-{os.getpid()}")
    folder.mkdir(mode=0o755)
    command = [sys.executable, "-m", "tests.servers", kind, "--", "sh", "-c", "echo up; sleep 60"]
    environment = {**os.environ, "TMPDIR": str(folder)}
    try:
        run = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        assert run.stdout is not None
        assert run.stdout.readline() == b"up\n"
        (server_folder,) = folder.iterdir()
        pid = int((server_folder / "server.pid").read_text())
        assert serves_in(pid, server_folder)
        run.send_signal(number)
        run.wait(60)
        run.stdout.close()

        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and (
            serves_in(pid, server_folder) or list(folder.iterdir())
        ):
            time.sleep(0.05)
        assert not serves_in(pid, server_folder)
        assert list(folder.iterdir()) == []
    finally:
        folder.rmdir()


def test_a_command_gets_the_url_and_gives_its_exit_code() -> None:
    script = 'case "$DATABASE_URL" in postgresql://*) exit 7;; esac'
    command = [sys.executable, "-m", "tests.servers", "postgres", "--plain"]
    result = subprocess.run([*command, "--", "sh", "-c", script], cwd=ROOT, check=False)
    assert result.returncode == 7


def test_a_missing_program_names_its_package() -> None:
    with pytest.raises(ServerMissing, match="apt-get install postgresql"):
        find_program("no-such-server", [pathlib.Path("/nowhere")], "postgresql")
