"""The examples of the explanations, run by Alembic on a server: what is called safe works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from tests.python.lint.test_documented import EXAMPLES
from tests.servers import PostgresServer

SCHEMA = """
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
CREATE TYPE mood AS ENUM ('fine');
CREATE TABLE owner (id int PRIMARY KEY);
CREATE TABLE basket (id int);
CREATE TABLE book (title varchar(50), blurb varchar(200), price numeric(8, 2), sold int);
CREATE TABLE account (id int NOT NULL, owner_id int, mail text, nick text, feeling mood,
    last_seen date);
INSERT INTO owner VALUES (1);
INSERT INTO account VALUES (1, 1, 'a', 'b', 'fine', '2026-03-02');
INSERT INTO book VALUES ('c', 'd', 1, 2);
"""
#: Columns of account that some of the examples make themselves.
COLUMNS = {"email": "text DEFAULT 'e'", "active": "boolean"}
FAILING = {
    "add-required-column": "contains null values",
    "concurrently-in-transaction": "cannot run inside a transaction block",
    "drop-enum-in-use": "other objects depend on it",
}


@pytest.fixture(scope="module")
def engine(postgres_server: PostgresServer) -> Iterator[sa.Engine]:
    engine = sa.create_engine(postgres_server.create_database("examples_of_rules", "psycopg2"))
    yield engine
    engine.dispose()
    postgres_server.drop_database("examples_of_rules")


def prepare(engine: sa.Engine, code: str) -> None:
    """What an example finds, but for what it makes itself."""
    with engine.begin() as connection:
        connection.execute(sa.text(SCHEMA))
        for name, type_ in COLUMNS.items():
            if f'sa.Column("{name}"' not in code and f'new_column_name="{name}"' not in code:
                connection.execute(sa.text(f"ALTER TABLE account ADD COLUMN {name} {type_}"))
        if "op.drop_index(" in code:
            connection.execute(sa.text("CREATE INDEX ix_email ON account (email)"))
        if 'create_table("account"' in code:
            connection.execute(sa.text("DROP TABLE account"))


def run(engine: sa.Engine, code: str) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction():
            names = {"op": Operations(context), "sa": sa}
            exec(code, names)
            if "def upgrade" in code:
                exec("upgrade()", names)


@pytest.mark.parametrize(
    ("rule", "kind", "code"), [(rule, kind, code) for rule, kind, _, _, code in EXAMPLES]
)
def test_an_example(engine: sa.Engine, rule: str, kind: str, code: str) -> None:
    prepare(engine, code)
    if kind == "found" and rule in FAILING:
        with pytest.raises(sa.exc.DBAPIError, match=FAILING[rule]):
            run(engine, code)
    else:
        run(engine, code)
