"""The version table on a real PostgreSQL: reading, losing the connection."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pathlib
import signal
import threading
from collections.abc import Iterator

import pytest

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


def test_the_table_in_another_schema(postgres_url: str, administrator: Administrator) -> None:
    administrator.execute("CREATE SCHEMA tenant")
    administrator.execute("CREATE TABLE tenant.alembic_version AS SELECT 'a' AS version_num")
    with PostgresVersionStore(postgres_url, version_table_schema="tenant") as store:
        assert store.current_heads() == ("a",)
    with PostgresVersionStore(postgres_url) as store:
        assert store.current_heads() == ()


def test_a_schema_that_does_not_exist(postgres_url: str) -> None:
    with PostgresVersionStore(postgres_url, version_table_schema="nowhere") as store:
        assert store.current_heads() == ()


def test_quotes_in_names_and_ids(postgres_url: str, administrator: Administrator) -> None:
    administrator.execute("""CREATE SCHEMA "te'na""nt" """)
    administrator.execute("""CREATE TABLE "te'na""nt"."ve""r; --" (version_num text)""")
    names = {"version_table": 've"r; --', "version_table_schema": "te'na\"nt"}
    ids = ["it's", 'a"b', "x'); DROP TABLE t; --", "$1", "naïve", "\\"]
    for revision in ids:
        quoted = revision.replace("'", "''")
        administrator.execute(f"""INSERT INTO "te'na""nt"."ve""r; --" VALUES ('{quoted}')""")
    with PostgresVersionStore(postgres_url, **names) as store:
        assert store.current_heads() == tuple(sorted(ids, key=str.encode))


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 64])
def test_names_that_postgresql_would_change(name: str, postgres_url: str) -> None:
    with pytest.raises(database_errors.InvalidName):
        PostgresVersionStore(postgres_url, version_table=name)


def test_a_row_without_a_value(store: PostgresVersionStore, administrator: Administrator) -> None:
    administrator.execute("CREATE TABLE alembic_version AS SELECT NULL::text AS version_num")
    with pytest.raises(database_errors.RowMismatch, match="without a value"):
        store.current_heads()


# Privileges and limits.


def test_a_user_who_may_only_read(postgres_url: str, administrator: Administrator) -> None:
    administrator.execute("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN")
    try:
        administrator.execute("CREATE TABLE alembic_version AS SELECT 'a' AS version_num")
        with PostgresVersionStore(postgres_url.replace("postgres@", "reader@")) as reader:
            with pytest.raises(database_errors.InsufficientPrivilege) as caught:
                reader.current_heads()
            assert (caught.value.sqlstate, caught.value.user) == ("42501", "reader")
            administrator.execute("GRANT SELECT ON alembic_version TO reader")
            assert reader.current_heads() == ("a",)
    finally:
        administrator.execute("DROP OWNED BY reader; DROP ROLE reader")


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
    administrator.end_native_sessions()
    for _ in range(4):
        with pytest.raises(database_errors.ConnectionLost):
            store.current_heads()
    assert administrator.native_sessions() == 0


def test_a_session_killed_in_the_middle_of_a_statement(
    store: PostgresVersionStore, administrator: Administrator
) -> None:
    administrator.execute("CREATE TABLE alembic_version (version_num text)")
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
        server.restart()
        with pytest.raises(database_errors.ConnectionLost):
            store.current_heads()
        with PostgresVersionStore(server.url()) as another:
            assert another.current_heads() == ()


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


def test_one_store_serves_several_threads(
    store: PostgresVersionStore, administrator: Administrator
) -> None:
    administrator.execute("CREATE TABLE alembic_version AS SELECT 'a' AS version_num")
    heads = in_threads(8, lambda _: [store.current_heads() for _ in range(10)])
    assert heads == [[("a",)] * 10] * 8


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


def test_the_core_is_not_linked_with_libpq() -> None:
    """The libraries were read from /proc, and without it the test could not fail."""

    def names_libpq(module: str) -> bool:
        found = importlib.util.find_spec(f"alembic_native.{module}")
        assert found is not None
        assert found.origin is not None
        return b"libpq" in pathlib.Path(found.origin).read_bytes()

    assert names_libpq("_postgres")
    assert not names_libpq("_core")
