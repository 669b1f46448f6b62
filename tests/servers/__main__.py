"""Run a command with a server of its own: `DATABASE_URL` in its environment names a new database.

    python -m tests.servers postgres -- command arguments
    python -m tests.servers mariadb --driver pymysql -- command arguments

The exit code is the command's.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys

from tests.servers import MariaDBServer, PostgresServer, Server, ServerMissing

KINDS: dict[str, type[Server]] = {"postgres": PostgresServer, "mariadb": MariaDBServer}


def _split(arguments: list[str]) -> tuple[list[str], bool, list[str]]:
    """The arguments before the first `--`, whether there is one, and those after it."""
    if "--" not in arguments:
        return arguments, False, []
    at = arguments.index("--")
    return arguments[:at], True, arguments[at + 1 :]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--driver", help="SQLAlchemy driver of the URL (psycopg2, pymysql)")
    parser.add_argument("--plain", action="store_true", help="a URL without a driver, as for libpq")
    ours, separator, command = _split(sys.argv[1:])
    options = parser.parse_args(ours)
    if not separator or not command:
        parser.error("which command? It comes after --")

    # The server must be stopped in order also when this process is asked to end.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    server = KINDS[options.kind]()
    driver = None if options.plain else options.driver or server.default_driver
    try:
        with server:
            url = server.create_database("work", driver)
            environment = {**os.environ, "DATABASE_URL": url}
            return subprocess.run(command, env=environment, check=False).returncode
    except ServerMissing as error:
        print(f"tests.servers: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())
