"""What the rules for PostgreSQL say of locks, scans and rewrites, seen on a server.

Each body is judged, and then run by Alembic in a transaction, and the catalog tells what it did.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql

from alembic_native import _lint
from tests.servers import PostgresServer

SCHEMA = """
CREATE TYPE mood AS ENUM ('fine');
CREATE TYPE other_mood AS ENUM ('fine');
CREATE TABLE owner (id int PRIMARY KEY);
CREATE TABLE account (
    id int NOT NULL, owner_id int, email varchar(50), price numeric(10, 2), feeling mood
);
CREATE INDEX ix_email ON account (email);
INSERT INTO owner SELECT generate_series(1, 3);
INSERT INTO account SELECT n, n, n, n, 'fine' FROM generate_series(1, 3) AS n;
"""
HEADER = """\
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

def upgrade():
"""
EXCLUSIVE = "AccessExclusiveLock"


class Effect(NamedTuple):
    lock: str | None  # the strongest on the table
    scanned: bool
    rewritten: bool


class Server:
    """A connection whose transaction is rolled back when the test ends."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.version = 100 * connection.dialect.server_version_info[0]  # type: ignore[index]

    def told(self, body: str) -> list[str]:
        """The rules that `_lint` names."""
        source = HEADER + textwrap.indent(body, "    ")
        report = _lint.judge_script(source.encode(), "postgresql", self.version, False)
        assert report.unreadable == ""
        return [finding.rule for finding in report.findings]

    def run(self, body: str) -> None:
        operations = Operations(MigrationContext.configure(self.connection))
        exec(body, {"op": operations, "sa": sa, "postgresql": postgresql})

    def effect(self, body: str, table: str = "account") -> Effect:
        oid, file, scans = self._row(table)
        self.run(body)
        _, new_file, new_scans = self._row(oid)
        lock = self.connection.scalar(
            sa.text(
                "SELECT mode FROM pg_locks WHERE relation = :oid AND pid = pg_backend_pid() AND "
                "granted ORDER BY array_position(ARRAY['AccessExclusiveLock', 'ExclusiveLock', "
                "'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock', "
                "'RowExclusiveLock', 'RowShareLock', 'AccessShareLock'], mode)"
            ),
            {"oid": oid},
        )
        return Effect(lock, new_scans > scans, new_file != file)

    def _row(self, table: str | int) -> Any:
        """Its oid, the file that its rows are in, how often this transaction scanned it."""
        return self.connection.execute(
            sa.text(
                "SELECT oid, pg_relation_filenode(oid), pg_stat_get_xact_numscans(oid) "
                "FROM (SELECT CAST(CAST(:table AS regclass) AS oid) AS oid) AS named"
            ),
            {"table": str(table)},
        ).one()


@pytest.fixture(scope="module")
def engine(postgres_server: PostgresServer) -> Iterator[sa.Engine]:
    engine = sa.create_engine(postgres_server.create_database("locks_of_rules", "psycopg2"))
    with engine.begin() as connection:
        connection.execute(sa.text(SCHEMA))
    yield engine
    engine.dispose()
    postgres_server.drop_database("locks_of_rules")


@pytest.fixture
def server(engine: sa.Engine) -> Iterator[Server]:
    with engine.connect() as connection:
        yield Server(connection)


WHILE_ROWS_ARE_READ = [
    (
        "index-not-concurrent",
        "op.create_index('ix', 'account', ['id'])",
        Effect("ShareLock", scanned=True, rewritten=False),
    ),
    (
        "drop-index-not-concurrent",
        "op.drop_index('ix_email', 'account')",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "constraint-not-valid-missing",
        "op.create_foreign_key('fk', 'account', 'owner', ['owner_id'], ['id'])",
        Effect("ShareRowExclusiveLock", scanned=True, rewritten=False),
    ),
    (
        "constraint-not-valid-missing",
        "op.create_check_constraint('ck', 'account', 'price > 0')",
        Effect(EXCLUSIVE, scanned=True, rewritten=False),
    ),
    (
        "constraint-not-valid-missing",
        "op.add_column('account', sa.Column('other', sa.Integer(), sa.ForeignKey('owner.id')))",
        Effect(EXCLUSIVE, scanned=True, rewritten=False),
    ),
    (
        "constraint-not-valid-missing",
        "op.add_column('account', sa.Column('c', sa.Integer(), sa.CheckConstraint('c > 0')))",
        Effect(EXCLUSIVE, scanned=True, rewritten=False),
    ),
    (
        "unique-constraint-scan",
        "op.create_unique_constraint('uq', 'account', ['id'])",
        Effect(EXCLUSIVE, scanned=True, rewritten=False),
    ),
    (
        "unique-constraint-scan",
        "op.create_exclude_constraint('ex', 'account', ('id', '='), using='btree')",
        Effect(EXCLUSIVE, scanned=True, rewritten=False),
    ),
    (
        "set-not-null-scan",
        "op.alter_column('account', 'email', nullable=False)",
        Effect(EXCLUSIVE, scanned=True, rewritten=False),
    ),
    (
        "primary-key-change",
        "op.create_primary_key('pk', 'account', ['id'])",
        Effect(EXCLUSIVE, scanned=True, rewritten=False),
    ),
    (
        "unbounded-update",
        "op.execute('UPDATE account SET price = 1')",
        Effect("RowExclusiveLock", scanned=True, rewritten=False),
    ),
    (
        "rename-column",
        "op.alter_column('account', 'email', new_column_name='mail')",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "rename-table",
        "op.rename_table('account', 'customer')",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "drop-column",
        "op.drop_column('account', 'email')",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "volatile-default",
        "op.add_column('account', sa.Column('c', sa.Float(), server_default=sa.text('random()')))",
        Effect(EXCLUSIVE, scanned=True, rewritten=True),
    ),
    (
        "volatile-default",
        "op.add_column('account', sa.Column('c', sa.DateTime(), "
        "server_default=sa.func.clock_timestamp()))",
        Effect(EXCLUSIVE, scanned=True, rewritten=True),
    ),
    (
        "volatile-default",
        "op.add_column('account', sa.Column('c', sa.Integer(), sa.Identity()))",
        Effect(EXCLUSIVE, scanned=True, rewritten=True),
    ),
    (
        "volatile-default",
        "op.add_column('account', sa.Column('c', sa.Integer(), primary_key=True))",
        Effect(EXCLUSIVE, scanned=True, rewritten=True),
    ),
    (
        "volatile-default",
        "op.add_column('account', sa.Column('c', sa.Integer(), "
        "sa.Computed('id + 1', persisted=True)))",
        Effect(EXCLUSIVE, scanned=True, rewritten=True),
    ),
]

#: Nothing is told of these: they take their lock for a moment only.
SAFE = [
    (
        "op.create_foreign_key('fk', 'account', 'owner', ['owner_id'], ['id'], "
        "postgresql_not_valid=True)",
        Effect("ShareRowExclusiveLock", scanned=False, rewritten=False),
    ),
    (
        "op.create_check_constraint('ck', 'account', 'price > 0', postgresql_not_valid=True)",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "op.add_column('account', sa.Column('c', sa.Integer()))",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "op.add_column('account', sa.Column('c', sa.Text(), server_default='x', nullable=False))",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "op.add_column('account', sa.Column('c', sa.DateTime(), server_default=sa.func.now()))",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "op.add_column('account', sa.Column('c', sa.BigInteger(), "
        "server_default=sa.func.txid_current()))",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "op.add_column('account', sa.Column('c', sa.Integer(), "
        "sa.ForeignKey('owner.id', postgresql_not_valid=True)))",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "op.alter_column('account', 'price', server_default=sa.func.random())",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "op.alter_column('account', 'id', nullable=False, existing_nullable=False)",
        Effect(EXCLUSIVE, scanned=False, rewritten=False),
    ),
    (
        "op.execute(\"ALTER TYPE mood ADD VALUE 'sad'\")",
        Effect(None, scanned=False, rewritten=False),
    ),
]


@pytest.mark.parametrize(("rule", "body", "effect"), WHILE_ROWS_ARE_READ)
def test_what_is_told(server: Server, rule: str, body: str, effect: Effect) -> None:
    assert server.told(body) == [rule]
    assert server.effect(body) == effect


@pytest.mark.parametrize(("body", "effect"), SAFE)
def test_what_is_safe(server: Server, body: str, effect: Effect) -> None:
    assert server.told(body) == []
    assert server.effect(body) == effect


def test_a_reference_that_comes_with_its_column_is_not_checked(server: Server) -> None:
    body = (
        "op.add_column('account', sa.Column('c', sa.Integer(), sa.ForeignKey('owner.id')), "
        "inline_references=True)"
    )
    if "inline_references" not in (Operations.add_column.__kwdefaults__ or {}):
        body = "op.execute('ALTER TABLE account ADD COLUMN c int REFERENCES owner')"
    assert server.told(body) == []
    assert server.effect(body) == Effect(EXCLUSIVE, scanned=False, rewritten=False)


def test_a_foreign_key_locks_the_table_that_it_refers_to(server: Server) -> None:
    body = "op.create_foreign_key('fk', 'account', 'owner', ['owner_id'], ['id'])"
    assert server.effect(body, table="owner").lock == "ShareRowExclusiveLock"


def test_a_valid_check_spares_the_scan_of_set_not_null(server: Server) -> None:
    server.run(
        "op.execute('ALTER TABLE account ADD CONSTRAINT ck CHECK (email IS NOT NULL) NOT VALID')\n"
        "op.execute('ALTER TABLE account VALIDATE CONSTRAINT ck')"
    )
    set_not_null = "op.alter_column('account', 'email', nullable=False)"
    assert server.effect(set_not_null) == Effect(EXCLUSIVE, scanned=False, rewritten=False)
    assert server.told(set_not_null + "\nop.drop_constraint('ck', 'account', type_='check')") == []


def test_validation_leaves_reads_and_writes_alone(server: Server) -> None:
    with server.connection.begin_nested():
        server.run("op.create_check_constraint('ck', 'owner', 'id > 0', postgresql_not_valid=True)")
    server.connection.commit()
    effect = server.effect("op.execute('ALTER TABLE owner VALIDATE CONSTRAINT ck')", table="owner")
    assert effect == Effect("ShareUpdateExclusiveLock", scanned=True, rewritten=False)


def test_locks_of_a_schema_change_last_while_data_is_changed(server: Server) -> None:
    body = (
        "op.add_column('account', sa.Column('c', sa.Text()))\n"
        "op.execute(\"UPDATE account SET c = 'x' WHERE id < 3\")"
    )
    assert server.told(body) == ["data-and-schema-together"]
    assert server.effect(body).lock == EXCLUSIVE


TYPES = {
    "sa.SmallInteger()": "smallint",
    "sa.Integer()": "integer",
    "sa.BigInteger()": "bigint",
    "sa.Numeric(10, 2)": "numeric(10, 2)",
    "sa.Numeric(12, 2)": "numeric(12, 2)",
    "sa.Numeric(12, 3)": "numeric(12, 3)",
    "sa.Numeric()": "numeric",
    "sa.REAL()": "real",
    "sa.Float()": "double precision",
    "sa.String(20)": "varchar(20)",
    "sa.String(length=50)": "varchar(50)",
    "sa.Unicode()": "varchar",
    "sa.Text()": "text",
    "sa.CHAR(20)": "char(20)",
    "sa.Enum('fine', name='mood')": "mood",
    "postgresql.ENUM('fine', name='other_mood', create_type=False)": "other_mood",
    "sa.Date()": "date",
    "sa.DateTime()": "timestamp",
    "postgresql.TIMESTAMP(timezone=True)": "timestamptz",
    "postgresql.JSON()": "json",
    "postgresql.JSONB(astext_type=sa.Text())": "jsonb",
}


@pytest.mark.parametrize("old", TYPES)
def test_which_changes_of_a_type_write_the_table_anew(server: Server, old: str) -> None:
    """A type to each of the others. The session's time zone is UTC, so that those of time zones
    write nothing, of which nothing is told.
    """
    server.run("op.execute('SET LOCAL TIME ZONE UTC')")
    server.run(f"op.execute('ALTER TABLE account ADD COLUMN c {TYPES[old]}')")
    for new, name in TYPES.items():
        told = server.told(f"op.alter_column('account', 'c', existing_type={old}, type_={new})")
        assert told in ([], ["column-type-change"])
        for conversion in (f"c::{name}", f"c::text::{name}"):
            savepoint = server.connection.begin_nested()
            try:
                effect = server.effect(
                    f"op.execute('ALTER TABLE account ALTER c TYPE {name} USING {conversion}')"
                )
            except sa.exc.ProgrammingError:  # there is no such cast
                continue
            finally:
                savepoint.rollback()
            assert effect.rewritten == bool(told), (old, new)
            break
        else:
            pytest.fail(f"{old} is converted to {new} in no way")


def test_zones_of_time_write_the_table_anew_where_they_are_not_utc(server: Server) -> None:
    server.run("op.execute(\"SET LOCAL TIME ZONE 'Europe/Berlin'\")")
    server.run("op.execute('ALTER TABLE account ADD COLUMN c timestamp')")
    change = "op.alter_column('account', 'c', type_=sa.DateTime(timezone=True))"
    assert server.told(change) == []
    assert server.effect(change).rewritten


def test_what_fails(server: Server) -> None:
    for rule, body, message in [
        (
            "add-required-column",
            "op.add_column('account', sa.Column('c', sa.Text(), nullable=False))",
            "contains null values",
        ),
        (
            "concurrently-in-transaction",
            "op.create_index('ix', 'account', ['id'], postgresql_concurrently=True)",
            "cannot run inside a transaction block",
        ),
        (
            "concurrently-in-transaction",
            "op.execute('DROP INDEX CONCURRENTLY ix_email')",
            "cannot run inside a transaction block",
        ),
        (
            "concurrently-in-transaction",
            "op.execute('REINDEX INDEX CONCURRENTLY ix_email')",
            "cannot run inside a transaction block",
        ),
        (
            "concurrently-in-transaction",
            "op.execute('ALTER TABLE account DETACH PARTITION old CONCURRENTLY')",
            "cannot run inside a transaction block",
        ),
        (
            "add-required-column",
            "op.add_column('account', sa.Column('c', sa.Text(), nullable=False, "
            "server_default=sa.text('NULL')))",
            "contains null values",
        ),
        ("drop-enum-in-use", "op.execute('DROP TYPE mood')", "other objects depend on it"),
    ]:
        assert server.told(body) == [rule]
        with pytest.raises(sa.exc.DBAPIError, match=message), server.connection.begin_nested():
            server.run(body)


def test_concurrently_within_an_autocommit_block(engine: sa.Engine) -> None:
    body = (
        "with op.get_context().autocommit_block():\n"
        "    op.create_index('ix_id', 'account', ['id'], postgresql_concurrently=True)\n"
        "    op.drop_index('ix_id', 'account', postgresql_concurrently=True)"
    )
    with engine.connect() as connection:
        server = Server(connection)
        assert server.told(body) == []
        context = MigrationContext.configure(connection)
        with context.begin_transaction():
            exec(body, {"op": Operations(context)})
