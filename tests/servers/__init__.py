"""PostgreSQL and MariaDB for the tests: servers of our own, on free ports, in temporary folders.

    server = PostgresServer()
    server.start()
    url = server.create_database("shop", driver="psycopg2")
    ...
    server.stop()

A server is stopped and its folder removed when `stop()` is called, when the interpreter exits,
and also when the process that started it is killed (`guard.py`).

From the command line, with the URL of a new database in the environment:

    python -m tests.servers postgres -- alembic upgrade head
"""

from tests.servers.mariadb import MariaDBServer
from tests.servers.postgres import PostgresServer
from tests.servers.server import Server, ServerMissing

__all__ = ["MariaDBServer", "PostgresServer", "Server", "ServerMissing"]
