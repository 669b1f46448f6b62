"""The version tables of many schemas in one scan."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from alembic_native import _postgres, database_errors
from alembic_native._postgres import PostgresVersionStore
from tests.postgres_administrator import Administrator, create_tenants
from tests.servers import PostgresServer


def heads(schemas: tuple[_postgres.SchemaHeads, ...]) -> dict[str, tuple[str, ...]]:
    return {found.schema: found.heads for found in schemas}


def test_every_schema_that_has_the_table(postgres_url: str, administrator: Administrator) -> None:
    create_tenants(administrator, 1, 3)
    administrator.execute("CREATE SCHEMA without")
    administrator.execute('CREATE SCHEMA "quo""ted"')
    administrator.execute('CREATE TABLE "quo""ted".alembic_version (version_num text)')
    administrator.execute("INSERT INTO tenant_00002.alembic_version VALUES ('another')")
    with PostgresVersionStore(postgres_url) as store:
        found = store.scan_schemas()
        assert heads(found) == {
            'quo"ted': (),
            "tenant_00001": ("r1",),
            "tenant_00002": ("another", "r2"),
            "tenant_00003": ("r3",),
        }
        assert [schema.error for schema in found] == [None] * 4
        assert list(heads(store.scan_schemas("tenant_*3"))) == ["tenant_00003"]
        assert list(heads(store.scan_schemas("tenant?0000?"))) == list(heads(found))[1:]
        assert store.scan_schemas("tenant%") == ()


def test_the_tables_of_another_name(postgres_url: str, administrator: Administrator) -> None:
    create_tenants(administrator, 1, 2)
    administrator.execute('ALTER TABLE tenant_00002.alembic_version RENAME TO "Versions"')
    with PostgresVersionStore(postgres_url, version_table="Versions") as store:
        assert heads(store.scan_schemas()) == {"tenant_00002": ("r2",)}


@pytest.fixture
def reader(postgres_server: PostgresServer) -> Iterator[str]:
    postgres_server.execute("CREATE ROLE sweeper LOGIN")
    yield "sweeper"
    postgres_server.execute("DROP ROLE sweeper")


def test_schemas_that_may_not_be_read_are_reported(
    postgres_url: str, administrator: Administrator, reader: str
) -> None:
    create_tenants(administrator, 1, 4)
    administrator.execute("GRANT USAGE ON SCHEMA tenant_00001, tenant_00002 TO sweeper")
    tables = "tenant_00001.alembic_version, tenant_00003.alembic_version"
    administrator.execute(f"GRANT SELECT ON {tables} TO sweeper")
    administrator.execute("ALTER TABLE tenant_00004.alembic_version RENAME version_num TO v")
    try:
        with PostgresVersionStore(postgres_url.replace("postgres@", f"{reader}@")) as store:
            found = store.scan_schemas()
        assert heads(found)["tenant_00001"] == ("r1",)
        assert [getattr(schema.error, "sqlstate", None) for schema in found] == [
            None,
            "42501",
            "42501",
            "42703",
        ]
        assert isinstance(found[1].error, database_errors.InsufficientPrivilege)
        assert "tenant_00002" in str(found[1].error)
    finally:
        administrator.execute("DROP OWNED BY sweeper")


def test_a_schema_that_is_being_dropped_stops_nobody(
    postgres_url: str, administrator: Administrator
) -> None:
    create_tenants(administrator, 1, 20)
    with (
        PostgresVersionStore(postgres_url) as store,
        administrator.transaction("DROP SCHEMA tenant_00007 CASCADE"),
    ):
        found = store.scan_schemas()
    assert len(found) == 20
    unreadable = {schema.schema: type(schema.error) for schema in found if schema.error}
    assert unreadable == {"tenant_00007": database_errors.LockNotAvailable}


def test_a_schema_dropped_after_it_was_found(
    postgres_url: str, administrator: Administrator
) -> None:
    create_tenants(administrator, 1, 20)
    results: list[tuple[_postgres.SchemaHeads, ...]] = []
    with PostgresVersionStore(postgres_url) as store:
        thread = threading.Thread(target=lambda: results.append(store.scan_schemas()))
        with administrator.transaction("DROP SCHEMA tenant_00007 CASCADE"):
            thread.start()
            # The scan has found all schemas and waits for the one that goes.
            administrator.wait_for_a_native_session_that_waits()
        thread.join()
    (found,) = results
    assert len(found) == 20
    (unreadable,) = [schema for schema in found if schema.error]
    assert unreadable.schema == "tenant_00007"
    # Where the machine is slow the wait for the lock may have ended before the drop did.
    assert isinstance(
        unreadable.error, database_errors.UndefinedTable | database_errors.LockNotAvailable
    )


def test_ten_thousand_schemas(postgres_url: str, administrator: Administrator) -> None:
    create_tenants(administrator, 1, 10_000)
    with PostgresVersionStore(postgres_url) as store:
        for pattern, count in (("tenant_00*", 999), ("", 10_000)):
            before = time.perf_counter()
            found = store.scan_schemas(pattern)
            print(f"{count} schemas: {time.perf_counter() - before:.2f} s")
            assert len(found) == count
            assert all(schema.heads == (f"r{int(schema.schema[7:])}",) for schema in found)
            assert not any(schema.error for schema in found)
