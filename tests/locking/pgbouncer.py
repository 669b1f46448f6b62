"""PgBouncer from the distribution's package, in transaction mode, before a PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator

import sqlalchemy as sa

from tests.servers import PostgresServer
from tests.servers.server import find_program

START_SECONDS = 30


@contextlib.contextmanager
def transaction_pooler(server: PostgresServer, pool_size: int) -> Iterator[str]:
    """A URL without the database's name, whose transactions share `pool_size` server sessions."""
    program = find_program("pgbouncer", [pathlib.Path("/usr/sbin")], "pgbouncer")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pgbouncer-", dir="/tmp"))
    (folder / "pgbouncer.ini").write_text(
        f"""
[databases]
* = host=127.0.0.1 port={server.port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 100
ignore_startup_parameters = extra_float_digits
logfile = {folder}/log
"""
    )
    identity: dict[str, int] = {}
    if os.geteuid() == 0:
        # It refuses to run as root.
        identity = {"user": pwd.getpwnam("nobody").pw_uid}
        shutil.chown(folder, "nobody")
    process = subprocess.Popen(
        [program, "--quiet", str(folder / "pgbouncer.ini")], cwd=folder, **identity
    )
    try:
        url = f"postgresql+psycopg2://postgres@127.0.0.1:{port}"
        _wait_until_it_answers(f"{url}/postgres", folder)
        yield url
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_it_answers(url: str, folder: pathlib.Path) -> None:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with engine.connect():
                return
        except sa.exc.OperationalError as error:
            if time.monotonic() > deadline:
                raise RuntimeError((folder / "log").read_text()) from error
            time.sleep(0.05)
