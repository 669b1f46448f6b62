"""PostgreSQL from the distribution's packages."""

from __future__ import annotations

import pathlib
import re
import signal
import subprocess
from collections.abc import Sequence

from tests.servers.server import Server, find_program

QUICK_SETTINGS = """
fsync = off
full_page_writes = off
shared_buffers = 64MB
log_line_prefix = '%m [%p] %d '
"""


def find_postgres_program(name: str) -> str:
    """The path of a program of the newest PostgreSQL; raises `ServerMissing`."""

    def version(folder: pathlib.Path) -> int:
        return int(re.sub(r"\D", "", folder.parent.name) or 0)

    installed = pathlib.Path("/usr/lib/postgresql").glob("*/bin")
    return find_program(name, sorted(installed, key=version, reverse=True), "postgresql")


class PostgresServer(Server):
    """PostgreSQL on 127.0.0.1 and on a unix socket in its folder; superuser `postgres`.

    `settings` are further lines of postgresql.conf and win over ours. `hba` are lines of
    pg_hba.conf and come before the ones that trust everybody on this machine. With `ssl` the
    server has a certificate of its own (`folder / "server.crt"`) and offers encryption. With
    `ipv6` it listens on ::1, too.
    """

    kind = "PostgreSQL"
    default_driver = "psycopg2"
    account = "postgres"
    # "Fast" shutdown: open transactions are rolled back.
    stop_signal = signal.SIGINT

    def __init__(
        self,
        settings: Sequence[str] = (),
        hba: Sequence[str] = (),
        ssl: bool = False,
        ipv6: bool = False,
    ) -> None:
        super().__init__()
        self._settings = list(settings)
        self._hba = list(hba)
        self._ssl = ssl
        self._addresses = "127.0.0.1,::1" if ipv6 else "127.0.0.1"

    def url(self, driver: str | None = None, database: str = "postgres") -> str:
        scheme = f"postgresql+{driver}" if driver else "postgresql"
        return f"{scheme}://postgres@127.0.0.1:{self.port}/{database}"

    @property
    def socket_directory(self) -> pathlib.Path:
        """The folder of the unix socket: `host=` of a connection string."""
        return self.folder

    def execute(self, sql: str) -> None:
        psql = [find_postgres_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        self._run([*psql, "--dbname", self._own_connection(), "--command", sql])

    def drop_database(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _own_connection(self) -> str:
        return f"host={self.folder} port={self.port} user=postgres dbname=postgres"

    def _initialize(self) -> None:
        data = self.folder / "data"
        initdb = [find_postgres_program("initdb"), "--pgdata", str(data), "--username=postgres"]
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run([*initdb, *options], as_account=True)
        settings = [QUICK_SETTINGS]
        if self._ssl:
            settings.append(self._make_certificate())
        settings += self._settings
        with (data / "postgresql.conf").open("a") as file:
            file.write("\n".join(settings) + "\n")
        hba = data / "pg_hba.conf"
        own = "local all postgres trust"
        hba.write_text("\n".join([own, *self._hba, hba.read_text()]))

    def _make_certificate(self) -> str:
        key, certificate = self.folder / "server.key", self.folder / "server.crt"
        openssl = find_program("openssl", [], "openssl")
        request = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
        files = ["-keyout", str(key), "-out", str(certificate)]
        self._run([*request, *subject, *files], as_account=True)
        return f"ssl = on\nssl_cert_file = '{certificate}'\nssl_key_file = '{key}'"

    def _command(self) -> list[str]:
        command = [find_postgres_program("postgres"), "-D", str(self.folder / "data")]
        return [*command, "-p", str(self.port), "-h", self._addresses, "-k", str(self.folder)]

    def _answers(self) -> bool:
        ready = [find_postgres_program("pg_isready"), "--quiet", "--dbname", self._own_connection()]
        answer = subprocess.run(
            ready, stdin=subprocess.DEVNULL, env=self._environment(), check=False
        )
        return answer.returncode == 0
