"""The version table on a real PostgreSQL: reading, writing, many schemas, losing the connection."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy
from alembic.runtime.migration import MigrationContext

from alembic_native import database_errors
from alembic_native._postgres import PostgresVersionStore
from tests.postgres_administrator import NATIVE_SESSIONS, Administrator
from tests.servers import PostgresServer
from tests.threads import in_threads


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresVersionStore]:
    with PostgresVersionStore(postgres_url) as store:
        yield store


# The table.


def test_a_database_that_was_never_migrated(store: PostgresVersionStore) -> None:
    assert not store.table_exists()
    assert store.current_heads() == ()


def test_the_table_is_created_once(store: PostgresVersionStore) -> None:
    assert store.ensure_table() is True
    assert store.ensure_table() is False
    assert store.table_exists()
    assert store.current_heads() == ()


def test_the_table_is_the_one_alembic_creates(
    postgres_url: str, administrator: Administrator
) -> None:
    administrator.execute("CREATE SCHEMA by_alembic; CREATE SCHEMA by_store")
    engine = sqlalchemy.create_engine(postgres_url, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        options = {"version_table_schema": "by_alembic"}
        MigrationContext.configure(connection, opts=options)._ensure_version_table()
    with PostgresVersionStore(postgres_url, version_table_schema="by_store") as store:
        store.ensure_table()

    def shape(schema: str) -> list[tuple[Any, ...]]:
        columns = "column_name, data_type, character_maximum_length, is_nullable, column_default"
        table = f"WHERE table_schema = '{schema}'"
        return [
            *administrator.execute(f"SELECT {columns} FROM information_schema.columns {table}"),
            *administrator.execute(
                "SELECT conname, contype::text, pg_get_constraintdef(oid) FROM pg_constraint "
                f"WHERE connamespace = '{schema}'::regnamespace"
            ),
        ]

    assert shape("by_store") == shape("by_alembic")
    assert len(shape("by_store")) == 2


def test_the_table_in_another_schema(postgres_url: str, administrator: Administrator) -> None:
    administrator.execute("CREATE SCHEMA tenant")
    with PostgresVersionStore(postgres_url, version_table_schema="tenant") as store:
        store.ensure_table()
        store.apply([("insert", "", "a")])
        assert store.current_heads() == ("a",)
    with PostgresVersionStore(postgres_url) as store:
        assert store.current_heads() == ()


def test_a_schema_that_does_not_exist(postgres_url: str) -> None:
    with PostgresVersionStore(postgres_url, version_table_schema="nowhere") as store:
        assert store.current_heads() == ()
        with pytest.raises(database_errors.UndefinedTable):
            store.ensure_table()


def test_quotes_in_names_and_ids(postgres_url: str, administrator: Administrator) -> None:
    administrator.execute("""CREATE SCHEMA "te'na""nt" """)
    names = {"version_table": 've"r; --', "version_table_schema": "te'na\"nt"}
    ids = ["it's", 'a"b', "x'); DROP TABLE t; --", "$1", "naïve", "\\"]
    with PostgresVersionStore(postgres_url, **names) as store:
        store.ensure_table()
        store.apply([("insert", "", revision) for revision in ids])
        assert store.current_heads() == tuple(sorted(ids, key=str.encode))
        store.apply([("update", "it's", "it''s")])
        store.apply([("remove", revision, "") for revision in [*ids[1:], "it''s"]])
        assert store.current_heads() == ()


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 64])
def test_names_that_postgresql_would_change(name: str, postgres_url: str) -> None:
    with pytest.raises(database_errors.InvalidName):
        PostgresVersionStore(postgres_url, version_table=name)


def test_two_processes_create_the_table_at_the_same_moment(
    postgres_url: str, administrator: Administrator
) -> None:
    table = "alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
    created: list[bool] = []
    with PostgresVersionStore(postgres_url) as store:
        thread = threading.Thread(target=lambda: created.append(store.ensure_table()))
        with administrator.transaction(f"CREATE TABLE {table}"):
            thread.start()
            administrator.wait_for_a_native_session_that_waits()
        thread.join()
    assert created == [False]


# Row operations.


def test_operations_are_applied_in_their_order(store: PostgresVersionStore) -> None:
    store.ensure_table()
    store.apply([("insert", "", "b"), ("insert", "", "a")])
    assert store.current_heads() == ("a", "b")
    store.apply([("remove", "a", ""), ("update", "b", "m")])
    assert store.current_heads() == ("m",)
    store.apply([])
    assert store.current_heads() == ("m",)


@pytest.mark.parametrize(
    ("operation", "error", "text"),
    [
        (("remove", "x", ""), database_errors.RowMismatch, "when deleting 'x'.*; 0 found"),
        (("update", "x", "y"), database_errors.RowMismatch, "when updating 'x' to 'y'.*; 0 found"),
        (("insert", "", "a"), database_errors.UniqueViolation, "duplicate"),
        (("insert", "", "x\0y"), database_errors.InvalidName, "NUL"),
        (("insert", "", "x" * 33), database_errors.DatabaseError, "too long"),
    ],
)
def test_all_operations_or_none(
    operation: tuple[str, str, str],
    error: type[Exception],
    text: str,
    store: PostgresVersionStore,
) -> None:
    store.ensure_table()
    store.apply([("insert", "", "a")])
    with pytest.raises(error, match=text):
        store.apply([("update", "a", "b"), ("insert", "", "a"), operation])
    assert store.current_heads() == ("a",)


def test_a_removal_that_matches_two_rows(
    store: PostgresVersionStore, administrator: Administrator
) -> None:
    administrator.execute("CREATE TABLE alembic_version (version_num text)")
    administrator.execute("INSERT INTO alembic_version VALUES ('a'), ('a')")
    with pytest.raises(database_errors.RowMismatch, match="2 found"):
        store.apply([("remove", "a", "")])
    assert store.current_heads() == ("a", "a")


def test_a_row_without_a_value(store: PostgresVersionStore, administrator: Administrator) -> None:
    administrator.execute("CREATE TABLE alembic_version AS SELECT NULL::text AS version_num")
    with pytest.raises(database_errors.RowMismatch, match="without a value"):
        store.current_heads()


def test_an_unknown_operation(store: PostgresVersionStore) -> None:
    with pytest.raises(ValueError, match="upsert"):
        store.apply([("upsert", "", "a")])


# Privileges and limits.


def test_a_user_who_may_only_read(postgres_url: str, administrator: Administrator) -> None:
    administrator.execute("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN")
    try:
        with PostgresVersionStore(postgres_url) as store:
            store.ensure_table()
            store.apply([("insert", "", "a")])
        with PostgresVersionStore(postgres_url.replace("postgres@", "reader@")) as reader:
            with pytest.raises(database_errors.InsufficientPrivilege) as caught:
                reader.current_heads()
            assert (caught.value.sqlstate, caught.value.user) == ("42501", "reader")
            administrator.execute("GRANT SELECT ON alembic_version TO reader")
            assert reader.current_heads() == ("a",)
            assert reader.ensure_table() is False
            with pytest.raises(database_errors.InsufficientPrivilege):
                reader.apply([("insert", "", "b")])
            assert reader.current_heads() == ("a",)
    finally:
        administrator.execute("DROP OWNED BY reader; DROP ROLE reader")


def test_a_read_only_session(postgres_url: str, administrator: Administrator) -> None:
    separator = "&" if "?" in postgres_url else "?"
    url = f"{postgres_url}{separator}options=-c%20default_transaction_read_only%3Don"
    administrator.execute("CREATE TABLE alembic_version (version_num text)")
    with PostgresVersionStore(url) as store, pytest.raises(database_errors.ReadOnlyTransaction):
        store.apply([("insert", "", "a")])


def test_the_statement_timeout(postgres_url: str, administrator: Administrator) -> None:
    administrator.execute("CREATE TABLE alembic_version (version_num text)")
    with PostgresVersionStore(postgres_url, statement_timeout=0.2) as store:
        with (
            administrator.transaction("LOCK TABLE alembic_version"),
            pytest.raises(database_errors.QueryCanceled),
        ):
            store.current_heads()
        assert store.current_heads() == ()


# Sessions that end.


def test_a_killed_session_is_never_replaced(
    store: PostgresVersionStore, administrator: Administrator
) -> None:
    store.ensure_table()
    administrator.end_native_sessions()
    for _ in range(4):
        with pytest.raises(database_errors.ConnectionLost):
            store.current_heads()
    with pytest.raises(database_errors.ConnectionLost):
        store.apply([("insert", "", "a")])
    assert administrator.native_sessions() == 0


def test_a_session_killed_in_the_middle_of_a_statement(
    store: PostgresVersionStore, administrator: Administrator
) -> None:
    store.ensure_table()
    caught: list[BaseException] = []

    def read() -> None:
        try:
            store.current_heads()
        except BaseException as error:
            caught.append(error)

    thread = threading.Thread(target=read)
    with administrator.transaction("LOCK TABLE alembic_version"):
        thread.start()
        administrator.wait_for_a_native_session_that_waits()
        administrator.end_native_sessions()
        thread.join()
    assert [type(error) for error in caught] == [database_errors.ConnectionLost]


def test_a_server_that_stops_answering(postgres_url: str, administrator: Administrator) -> None:
    with PostgresVersionStore(postgres_url, statement_timeout=0.1) as store:
        ((pid,),) = administrator.execute(f"SELECT pid {NATIVE_SESSIONS}")
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(database_errors.ConnectionLost, match="stopped answering"):
                store.current_heads()
        finally:
            os.kill(pid, signal.SIGCONT)


def test_a_restarted_server() -> None:
    with PostgresServer() as server:
        store = PostgresVersionStore(server.url())
        store.ensure_table()
        store.apply([("insert", "", "a")])
        server.restart()
        with pytest.raises(database_errors.ConnectionLost):
            store.current_heads()
        with PostgresVersionStore(server.url()) as another:
            assert another.current_heads() == ("a",)


def test_a_closed_store(postgres_url: str, administrator: Administrator) -> None:
    with PostgresVersionStore(postgres_url) as store:
        pass
    store.close()
    with pytest.raises(database_errors.StoreClosed):
        store.current_heads()
    administrator.wait_for_the_end_of_native_sessions()
    assert store.describe() in repr(store)


# Processes and threads.


def test_a_child_process_leaves_its_parents_session_alone(store: PostgresVersionStore) -> None:
    store.ensure_table()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            try:
                store.current_heads()
            except database_errors.UsedAfterFork:
                store.close()
                code = 0
            del store
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert store.current_heads() == ()


def test_one_store_serves_several_threads(store: PostgresVersionStore) -> None:
    store.ensure_table()

    def add_and_look(number: int) -> None:
        for step in range(10):
            store.apply([("insert", "", f"{number}-{step}")])
            assert f"{number}-{step}" in store.current_heads()

    in_threads(8, add_and_look)
    assert len(store.current_heads()) == 80


def test_a_store_closed_under_the_hands_of_other_threads(postgres_url: str) -> None:
    store = PostgresVersionStore(postgres_url)

    def look_until_closed(number: int) -> None:
        if number == 0:
            store.close()
            return
        with contextlib.suppress(database_errors.StoreClosed):
            for _ in range(20):
                assert store.current_heads() == ()

    in_threads(6, look_until_closed)
