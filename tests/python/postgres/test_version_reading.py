"""Reading the version table while the caller does something else."""

from __future__ import annotations

import socket

import pytest

from alembic_native import database_errors
from alembic_native._postgres import VersionReading
from tests.postgres_administrator import Administrator
from tests.python.postgres.test_postgres_interruption import interrupt, line_from, running


def heads(url: str, patience: float = 30.0) -> tuple[str, ...]:
    return VersionReading(url, patience=patience).heads()


def test_its_rows(postgres_url: str, administrator: Administrator) -> None:
    assert heads(postgres_url) == ()
    administrator.execute("CREATE TABLE alembic_version (version_num text)")
    assert heads(postgres_url) == ()
    administrator.execute("INSERT INTO alembic_version VALUES ('b'), ('a')")
    assert heads(postgres_url) == ("a", "b")
    administrator.wait_for_the_end_of_native_sessions()


def test_an_answer_is_given_once(postgres_url: str) -> None:
    reading = VersionReading(postgres_url, patience=30.0)
    assert reading.heads() == ()
    with pytest.raises(database_errors.StoreClosed):
        reading.heads()


def test_it_goes_on_while_nobody_waits(postgres_url: str, administrator: Administrator) -> None:
    administrator.execute("CREATE TABLE alembic_version AS SELECT 'a'::text AS version_num")
    with administrator.transaction("LOCK TABLE alembic_version"):
        reading = VersionReading(postgres_url, patience=30.0)
        administrator.wait_for_a_native_session_that_waits()
    assert reading.heads() == ("a",)


def test_it_ends_when_nobody_wants_it_any_more(
    postgres_url: str, administrator: Administrator
) -> None:
    administrator.execute("CREATE TABLE alembic_version AS SELECT 'a'::text AS version_num")
    with administrator.transaction("LOCK TABLE alembic_version"):
        reading = VersionReading(postgres_url, patience=600.0)
        administrator.wait_for_a_native_session_that_waits()
        del reading
        administrator.wait_for_the_end_of_native_sessions()


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("sqlite:///x.db", database_errors.InvalidConnectionString),
        ("postgresql://h:port/d", database_errors.InvalidConnectionString),
    ],
)
def test_a_url_that_cannot_be_asked_is_refused_at_once(url: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        VersionReading(url, patience=1.0)


def test_patience_has_to_be_positive(postgres_url: str) -> None:
    with pytest.raises(ValueError, match="seconds above 0"):
        VersionReading(postgres_url, patience=0.0)


def test_a_database_that_is_not_there(postgres_url: str) -> None:
    reading = VersionReading(f"{postgres_url}_not", patience=30.0)
    with pytest.raises(database_errors.UndefinedDatabase):
        reading.heads()


def test_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        reading = VersionReading(f"postgresql://u@127.0.0.1:{port}/d", patience=0.2)
        with pytest.raises(database_errors.ConnectionFailed):
            reading.heads()


def test_ctrl_c_ends_the_wait(postgres_url: str, administrator: Administrator) -> None:
    administrator.execute("CREATE TABLE alembic_version AS SELECT 'a'::text AS version_num")
    body = """
    from alembic_native._postgres import VersionReading
    reading = VersionReading(sys.argv[1], patience=600)
    print("begun", flush=True)
    reading.heads()
    """
    with (
        administrator.transaction("LOCK TABLE alembic_version"),
        running(postgres_url, body) as process,
    ):
        assert line_from(process) == "begun"
        administrator.wait_for_a_native_session_that_waits()
        assert interrupt(process) == 17
