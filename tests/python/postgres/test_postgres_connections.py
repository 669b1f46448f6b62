"""Every form of connection string that a local server can serve, and what a refusal says."""

from __future__ import annotations

import pathlib
import pickle
import socket
import threading
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
import sqlalchemy

from alembic_native import _postgres, database_errors
from alembic_native._postgres import PostgresVersionStore
from tests.postgres_administrator import Administrator
from tests.servers import PostgresServer

PASSWORD = "c0rrect horse/battery@staple%"
ENCODED_PASSWORD = "c0rrect%20horse%2Fbattery%40staple%25"


@pytest.fixture(scope="module")
def secure_server() -> Iterator[PostgresServer]:
    """A server with TLS, on which `scott` needs a password and `tls_only` needs TLS."""
    hba = [
        "local all scott scram-sha-256",
        "host all scott 127.0.0.1/32 scram-sha-256",
        "hostssl all tls_only 127.0.0.1/32 trust",
        "hostnossl all tls_only 127.0.0.1/32 reject",
        "host all scott ::1/128 scram-sha-256",
    ]
    with PostgresServer(hba=hba, ssl=True, ipv6=True) as server:
        assert isinstance(server, PostgresServer)
        server.execute(f"CREATE ROLE scott LOGIN PASSWORD '{PASSWORD}'")
        server.execute("CREATE ROLE tls_only LOGIN")
        server.execute("CREATE DATABASE app")
        yield server


@pytest.fixture(autouse=True)
def _no_inherited_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))


def reached(url: str) -> str:
    """`user@host:port/database` of the session that this connection string opens."""
    with PostgresVersionStore(url) as store:
        assert store.current_heads() == ()
        return store.describe()


def seen_by_the_server(server: PostgresServer, what: str) -> Any:
    """A column of pg_stat_activity or pg_stat_ssl for the only session of the store."""
    administrator = Administrator(server.url())
    ((value,),) = administrator.execute(
        f"SELECT {what} FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) "
        "WHERE application_name = 'alembic-native'"
    )
    administrator.close()
    return value


# TCP, sockets, several hosts.


@pytest.mark.parametrize(
    "scheme",
    [
        "postgresql",
        "postgresql+psycopg2",
        "postgresql+psycopg",
        "postgresql+asyncpg",
        "postgresql+pg8000",
        "postgres",
    ],
)
def test_a_url_of_any_driver(scheme: str, secure_server: PostgresServer) -> None:
    port = secure_server.port
    url = f"{scheme}://scott:{ENCODED_PASSWORD}@127.0.0.1:{port}/app"
    assert reached(url) == f"scott@127.0.0.1:{port}/app"


def test_sockets(secure_server: PostgresServer) -> None:
    port, folder = secure_server.port, secure_server.socket_directory
    expected = f"postgres@{folder}:{port}/postgres"
    encoded = str(folder).replace("/", "%2F")
    for url in (
        f"postgresql://postgres@:{port}/postgres?host={folder}",
        f"postgresql+psycopg://postgres@/postgres?host={folder}&port={port}",
        f"postgresql://postgres@{encoded}:{port}/postgres",
        f"postgresql+pg8000://postgres@/postgres?unix_sock={folder}/.s.PGSQL.{port}",
        f"host={folder} port={port} user=postgres dbname=postgres",
    ):
        assert reached(url) == expected


def test_key_value_strings(secure_server: PostgresServer) -> None:
    port = secure_server.port
    url = f"host=127.0.0.1 port={port} user=scott dbname='app' password='{PASSWORD}'"
    assert reached(url) == f"scott@127.0.0.1:{port}/app"


def test_the_first_of_several_hosts_that_answers(secure_server: PostgresServer) -> None:
    port = secure_server.port
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = unused.getsockname()[1]
        for url in (
            f"postgresql://postgres@/app?host=127.0.0.1:{closed}&host=127.0.0.1:{port}",
            f"postgresql://postgres@127.0.0.1:{closed},127.0.0.1:{port}/app",
            f"postgresql://postgres@/app?host=127.0.0.1,127.0.0.1&port={closed},{port}",
        ):
            assert reached(url) == f"postgres@127.0.0.1:{port}/app"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://scott:{encoded}@[::1]:{port}/app",
        "postgresql+asyncpg://scott:{encoded}@[%3A%3A1]:{port}/app",
        "postgresql://scott:{encoded}@%3A%3A1:{port}/app",
        "postgresql://scott:{encoded}@[0:0:0:0:0:0:0:1]:{port}/app",
        "postgresql+psycopg2://scott:{encoded}@/app?host=[::1]:{port}",
        "postgresql+psycopg2://scott:{encoded}@/app?host=%5B%3A%3A1%5D:{port}",
        "postgresql://scott:{encoded}@:{port}/app?host=::1",
        "postgresql://scott:{encoded}@/app?host=%3A%3A1&port={port}",
        "postgresql://scott:{encoded}@[::1]:{closed},[::1]:{port}/app",
        "host=::1 port={port} user=scott dbname=app password='{password}'",
        "hostaddr=::1 port={port} user=scott dbname=app password='{password}'",
    ],
)
def test_ipv6(url: str, secure_server: PostgresServer) -> None:
    with socket.socket(socket.AF_INET6) as unused:
        unused.bind(("::1", 0))
        url = url.format(
            encoded=ENCODED_PASSWORD,
            password=PASSWORD,
            port=secure_server.port,
            closed=unused.getsockname()[1],
        )
        with PostgresVersionStore(url):
            assert seen_by_the_server(secure_server, "host(client_addr)") == "::1"
        host = "[0:0:0:0:0:0:0:1]" if "0:0" in url else "[::1]"
        assert reached(url) == f"scott@{host}:{secure_server.port}/app"


def test_a_refusal_over_ipv6_has_its_address(secure_server: PostgresServer) -> None:
    with pytest.raises(database_errors.AuthenticationFailed) as caught:
        PostgresVersionStore(f"postgresql://scott:hunter2@[::1]:{secure_server.port}/app")
    assert str(caught.value).startswith(f"PostgreSQL at scott@[::1]:{secure_server.port}/app: ")
    assert "hunter2" not in repr(caught.value)


# TLS.


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sslmode=require", True),
        ("sslmode=verify-full&sslrootcert={certificate}", True),
        ("ssl=verify_full&sslrootcert={certificate}", True),
        ("ssl=true", True),
        ("ssl=disable", False),
    ],
)
def test_encryption(query: str, expected: bool, secure_server: PostgresServer) -> None:
    certificate = secure_server.folder / "server.crt"
    query = query.format(certificate=certificate)
    url = f"postgresql://postgres@127.0.0.1:{secure_server.port}/app?{query}"
    with PostgresVersionStore(url):
        assert seen_by_the_server(secure_server, "ssl") is expected


def test_a_certificate_that_nobody_vouches_for(
    secure_server: PostgresServer, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "ca.pem").write_text("")
    url = f"postgresql://postgres@127.0.0.1:{secure_server.port}/app"
    with pytest.raises(database_errors.ConnectionFailed, match="certificate"):
        PostgresVersionStore(f"{url}?sslmode=verify-full&sslrootcert={tmp_path / 'ca.pem'}")


def test_a_server_that_wants_encryption(secure_server: PostgresServer) -> None:
    url = f"postgresql://tls_only@127.0.0.1:{secure_server.port}/app"
    reached(url)
    with pytest.raises(database_errors.AuthenticationFailed) as caught:
        PostgresVersionStore(f"{url}?sslmode=disable")
    assert caught.value.sqlstate == "28000"


# Passwords, the environment, files.


def test_a_password_from_the_environment(
    secure_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", str(secure_server.port))
    monkeypatch.setenv("PGUSER", "scott")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("PGDATABASE", "app")
    assert reached("postgresql://") == f"scott@127.0.0.1:{secure_server.port}/app"


def test_a_password_from_the_password_file(
    secure_server: PostgresServer, tmp_path: pathlib.Path
) -> None:
    file = tmp_path / "pgpass"
    file.write_text(f"127.0.0.1:{secure_server.port}:app:scott:{PASSWORD}\n")
    file.chmod(0o600)
    reached(f"postgresql+asyncpg://scott@127.0.0.1:{secure_server.port}/app")


def test_a_service_file(secure_server: PostgresServer, tmp_path: pathlib.Path) -> None:
    port = secure_server.port
    lines = ["[app]", "host=127.0.0.1", f"port={port}", "user=scott", f"password={PASSWORD}"]
    (tmp_path / "services").write_text("\n".join([*lines, "dbname=app", ""]))
    for url in ("service=app", "postgresql://?service=app", "postgresql:///?service=app"):
        assert reached(url) == f"scott@127.0.0.1:{port}/app"


def test_session_settings_in_the_url(secure_server: PostgresServer) -> None:
    url = f"postgresql://postgres@127.0.0.1:{secure_server.port}/app"
    with psycopg2.connect(secure_server.url(database="app")) as connection:
        connection.cursor().execute("CREATE SCHEMA other")
        connection.cursor().execute("CREATE TABLE other.alembic_version AS SELECT 'a' version_num")
    connection.close()
    with PostgresVersionStore(f"{url}?options=-c%20search_path%3Dother") as store:
        assert store.current_heads() == ("a",)
    with PostgresVersionStore(url) as store:
        assert store.current_heads() == ()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?user=postgres",
        "?host={folder}",
        "?host=127.0.0.1:{port}&host=127.0.0.1:{port}",
        "?options=-c%20search_path%3Dpublic&application_name=a+b",
        "?dbname=postgres",
    ],
)
def test_sqlalchemy_reaches_the_same_database(query: str, secure_server: PostgresServer) -> None:
    port, folder = secure_server.port, secure_server.socket_directory
    query = query.format(port=port, folder=folder)
    for credentials in (f"scott:{ENCODED_PASSWORD}@", "postgres@"):
        url = f"postgresql+psycopg2://{credentials}127.0.0.1:{port}/app{query}"
        engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
        with engine.connect() as connection:
            info = connection.connection.dbapi_connection.info  # type: ignore[union-attr]
            assert reached(url) == f"{info.user}@{info.host}:{info.port}/{info.dbname}"


# Refusals.


def test_a_refusal_says_where_and_never_the_password(secure_server: PostgresServer) -> None:
    port = secure_server.port
    url = f"postgresql://scott:hunter2@127.0.0.1:{port}/app"
    with pytest.raises(database_errors.AuthenticationFailed) as caught:
        PostgresVersionStore(url)
    error = caught.value
    assert (error.user, error.host, error.port, error.database, error.sqlstate) == (
        "scott",
        "127.0.0.1",
        str(port),
        "app",
        "28P01",
    )
    assert str(error).startswith(f"PostgreSQL at scott@127.0.0.1:{port}/app: ")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
    assert "hunter2" not in f"{error!s} {error!r} {vars(error)} {error.__cause__!r}"


def test_a_missing_password_is_a_matter_of_authentication(secure_server: PostgresServer) -> None:
    with pytest.raises(database_errors.AuthenticationFailed):
        PostgresVersionStore(f"postgresql://scott@127.0.0.1:{secure_server.port}/app")


def test_a_refusal_in_another_language_has_its_kind(postgres_server: PostgresServer) -> None:
    with pytest.raises(database_errors.UndefinedDatabase) as caught:
        PostgresVersionStore(postgres_server.url(database="caf%C3%A9"))
    assert caught.value.database == "café"
    assert caught.value.sqlstate == "3D000"


def test_nobody_there(tmp_path: pathlib.Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(database_errors.ConnectionFailed) as caught:
            PostgresVersionStore(f"postgresql://u@127.0.0.1:{port}/d")
    assert caught.value.sqlstate == ""
    with pytest.raises(database_errors.ConnectionFailed, match="No such file"):
        PostgresVersionStore(f"postgresql://u@/d?host={tmp_path}")


def test_a_url_that_cannot_be_read_is_a_value_error() -> None:
    with pytest.raises(database_errors.InvalidConnectionString, match='"sslmod"') as caught:
        PostgresVersionStore("postgresql://u:hunter2@h/d?sslmod=require")
    assert isinstance(caught.value, ValueError)
    assert "hunter2" not in repr(caught.value)


def test_a_parameter_that_this_libpq_does_not_know_yet_is_named() -> None:
    libpq = int(_postgres.build_versions()["libpq"].split(".")[0])
    if libpq < 18:
        with pytest.raises(database_errors.InvalidConnectionString, match="oauth_scope"):
            PostgresVersionStore("postgresql://u@127.0.0.1/d?oauth_scope=x")
    else:
        assert _postgres.display("postgresql://u@127.0.0.1/d?oauth_scope=x") == "u@127.0.0.1/d"


def test_a_server_that_accepts_and_says_nothing() -> None:
    """The thread that serves the connection runs while the store waits: the GIL is free."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        accepted: list[socket.socket] = []
        thread = threading.Thread(target=lambda: accepted.append(silent.accept()[0]))
        thread.start()
        url = f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/d"
        with pytest.raises(database_errors.ConnectionFailed, match="connect timeout of 1 s"):
            PostgresVersionStore(url, connect_timeout=1)
        thread.join()
        accepted[0].close()


def test_a_host_that_swallows_packets_does_not_keep_the_next_one_from_being_tried(
    postgres_server: PostgresServer,
) -> None:
    with socket.socket() as full, socket.socket() as filler:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        # With its queue full the kernel drops what further clients send.
        filler.connect(("127.0.0.1", port))
        url = f"postgresql://postgres@127.0.0.1:{port},127.0.0.1:{postgres_server.port}/postgres"
        with PostgresVersionStore(url, connect_timeout=1) as store:
            assert store.describe() == f"postgres@127.0.0.1:{postgres_server.port}/postgres"


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_timeouts_are_above_zero(seconds: float) -> None:
    with pytest.raises(ValueError, match="connect_timeout"):
        PostgresVersionStore("postgresql://", connect_timeout=seconds)
