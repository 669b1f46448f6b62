"""MariaDB from the distribution's packages."""

from __future__ import annotations

import pathlib
import subprocess

from tests.servers.server import Server, find_program

FOLDERS = [pathlib.Path("/usr/sbin"), pathlib.Path("/usr/bin")]


def find_mariadb_client(name: str) -> str:
    """The path of a program of MariaDB's clients; raises `ServerMissing`."""
    return find_program(name, FOLDERS, "mariadb-client")


class MariaDBServer(Server):
    """MariaDB on 127.0.0.1 and on a unix socket in its folder; user `root` without a password."""

    kind = "MariaDB"
    default_driver = "pymysql"
    account = "mysql"

    def url(self, driver: str | None = None, database: str = "mysql") -> str:
        scheme = f"mysql+{driver}" if driver else "mysql"
        return f"{scheme}://root@127.0.0.1:{self.port}/{database}?charset=utf8mb4"

    def execute(self, sql: str) -> None:
        self._run([*self._client("mariadb"), "--batch", f"--execute={sql}"])

    def drop_database(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name}")

    def _client(self, name: str) -> list[str]:
        return [
            find_mariadb_client(name),
            "--no-defaults",
            f"--socket={self.folder / 'socket'}",
            "--user=root",
        ]

    def _initialize(self) -> None:
        find_program("mariadbd", FOLDERS, "mariadb-server")
        install = find_program("mariadb-install-db", FOLDERS, "mariadb-server")
        data = f"--datadir={self.folder / 'data'}"
        options = ["--auth-root-authentication-method=normal", "--skip-test-db"]
        self._run([install, "--no-defaults", data, *options], as_account=True)

    def _command(self) -> list[str]:
        return [
            find_program("mariadbd", FOLDERS, "mariadb-server"),
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            f"--socket={self.folder / 'socket'}",
            f"--pid-file={self.folder / 'mariadbd.pid'}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--character-set-server=utf8mb4",
            "--skip-log-bin",
            "--innodb-flush-log-at-trx-commit=2",
            "--innodb-flush-method=nosync",
            "--innodb-buffer-pool-size=32M",
        ]

    def _answers(self) -> bool:
        ping = [*self._client("mariadb-admin"), "--silent", "ping"]
        quiet = subprocess.DEVNULL
        answer = subprocess.run(ping, stdin=quiet, stdout=quiet, stderr=quiet, check=False)
        return answer.returncode == 0
