"""What column-type-change says of MariaDB, seen on a server: which changes copy the table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from alembic_native import _lint
from tests.servers import MariaDBServer

TYPES = {
    "sa.Integer()": sa.Integer(),
    "sa.Numeric()": sa.Numeric(),
    "sa.Numeric(10)": sa.Numeric(10),
    "sa.Numeric(12, 2)": sa.Numeric(12, 2),
    "sa.Float()": sa.Float(),
    "sa.Double()": sa.Double(),
    "sa.REAL()": sa.REAL(),
    "sa.CHAR()": sa.CHAR(),
    "sa.CHAR(1)": sa.CHAR(1),
    "sa.Text()": sa.Text(),
    "sa.DateTime()": sa.DateTime(),
    "sa.DateTime(timezone=True)": sa.DateTime(timezone=True),
    "sa.TIMESTAMP()": sa.TIMESTAMP(),
}


@pytest.fixture(scope="module")
def connection(mariadb_server: MariaDBServer) -> Iterator[sa.Connection]:
    engine = sa.create_engine(mariadb_server.create_database("types_of_rules"))
    with engine.connect() as connection:
        yield connection
    engine.dispose()
    mariadb_server.drop_database("types_of_rules")


def told(old: str, new: str) -> bool:
    """The version is one whose changes of a type stop all writes."""
    change = f"op.alter_column('account', 'c', existing_type={old}, type_={new})"
    source = f"import sqlalchemy as sa\nfrom alembic import op\ndef upgrade():\n    {change}\n"
    report = _lint.judge_script(source.encode(), "mariadb", 1011, False)
    return [finding.rule for finding in report.findings] == ["column-type-change"]


def copies(connection: sa.Connection, old: str, new: str) -> bool:
    """Whether a change is refused that neither copies the table nor stops writes."""
    try:
        connection.exec_driver_sql(
            f"ALTER TABLE account MODIFY c {new} NULL, ALGORITHM=INPLACE, LOCK=NONE"
        )
    except sa.exc.OperationalError as error:
        if "ALGORITHM=COPY" not in str(error):
            raise
        return True
    connection.exec_driver_sql(f"ALTER TABLE account MODIFY c {old} NULL")
    return False


@pytest.mark.parametrize("old", TYPES)
def test_which_changes_of_a_type_copy_the_table(connection: sa.Connection, old: str) -> None:
    """A type to each of the others. Nothing is told of REAL, which depends on a setting."""
    on_server = {name: type_.compile(dialect=connection.dialect) for name, type_ in TYPES.items()}
    connection.exec_driver_sql(f"CREATE OR REPLACE TABLE account (c {on_server[old]} NULL)")
    for new in TYPES:
        copied = copies(connection, on_server[old], on_server[new])
        assert told(old, new) == (copied and "REAL" not in old + new), (old, new)
