"""The errors, each as a small project that meets it.

A project is `alembic.ini`, `migrations/env.py` and two scripts, `ae10` and `27c6` upon it, in which
a case replaces or adds files.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

PASSWORD = "hunter2"

URLS = {
    "psycopg2": "postgresql+psycopg2://anne:{password}@127.0.0.1:{postgres}/app",
    "psycopg": "postgresql+psycopg://anne:{password}@127.0.0.1:{postgres}/app",
    "asyncpg": "postgresql+asyncpg://anne:{password}@127.0.0.1:{postgres}/app",
    "mariadb": "mysql+pymysql://anne:{password}@127.0.0.1:{mariadb}/app",
    "sqlite": "sqlite:///app.db",
}
ON_SERVERS = ("psycopg2", "psycopg", "asyncpg", "mariadb")
EVERYWHERE = (*ON_SERVERS, "sqlite")

INI = """\
[alembic]
script_location = %(here)s/migrations
sqlalchemy.url = {url}
"""

ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
target_metadata = None

options = config.get_section(config.config_ini_section)
engine = engine_from_config(options, poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=target_metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
ASYNC_ENV = """\
import asyncio

from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine


def run_migrations(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def main():
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url"))
    async with engine.connect() as connection:
        await connection.run_sync(run_migrations)
    await engine.dispose()


asyncio.run(main())
"""


def script(revision: str, message: str, upgrade: str, down_revision: str | None = None) -> str:
    lines = "\n".join(f"    {line}" for line in upgrade.splitlines())
    return (
        f'"""{message}"""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f"revision = {revision!r}\ndown_revision = {down_revision!r}\n\n\n"
        f"def upgrade():\n{lines}\n\n\ndef downgrade():\n    pass\n"
    )


def table(name: str) -> str:
    return f'op.create_table("{name}", sa.Column("id", sa.Integer, primary_key=True))'


TEMPLATE = """\
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}
"""
FIRST, SECOND = "migrations/versions/ae10_customers.py", "migrations/versions/27c6_orders.py"
PROJECT = {
    "alembic.ini": INI,
    "migrations/env.py": ENV,
    "migrations/script.py.mako": TEMPLATE,
    FIRST: script("ae10", "customers", table("customers")),
    SECOND: script("27c6", "orders", table("orders"), "ae10"),
}


def second(upgrade: str) -> dict[str, str]:
    """The second script with another upgrade."""
    return {SECOND: script("27c6", "orders", upgrade, "ae10")}


@dataclasses.dataclass(frozen=True)
class Case:
    """What is run is the last of `commands`; those before it prepare the database.

    `url` replaces text in the URL, `sql` is run before, `folder` is the one to run in.
    """

    title: str
    files: Mapping[str, str] = dataclasses.field(default_factory=dict)
    databases: tuple[str, ...] = ("psycopg2",)
    commands: tuple[str, ...] = ("upgrade head",)
    url: tuple[str, str] = ("", "")
    sql: str = ""
    folder: str = "."
    removed: tuple[str, ...] = ()


TWO_DATABASES = """\
from alembic import context
from sqlalchemy import create_engine

for name in "app", "shop":
    url = context.config.get_main_option("sqlalchemy.url").replace("/app", "/" + name)
    with create_engine(url).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
OTHER_TABLES = second('op.execute("INSERT INTO nowhere VALUES (1)")')
PER_MIGRATION = ENV.replace(
    "=target_metadata)", "=target_metadata, transaction_per_migration=True)"
)
AUTOCOMMIT = ENV.replace("NullPool)", 'NullPool, isolation_level="AUTOCOMMIT")')
WITH_METADATA = ENV.replace(
    "target_metadata = None", "import sqlalchemy\n\ntarget_metadata = sqlalchemy.MetaData()"
)
THIRD = {"migrations/versions/9f3e_invoices.py": script("9f3e", "invoices", "pass", "ae10")}

CASES = (
    Case("The database does not exist", databases=ON_SERVERS, url=("/app", "/shop")),
    Case("The password is refused", databases=ON_SERVERS, url=(PASSWORD, "letmein7")),
    Case("No server answers", databases=ON_SERVERS, url=("127.0.0.1:{port}", "127.0.0.1:1")),
    Case(
        "The folder of an SQLite file does not exist",
        databases=("sqlite",),
        url=("app.db", "data/app.db"),
    ),
    Case("The URL begins with postgres://", url=("postgresql+psycopg2://", "postgres://")),
    Case("The driver is not installed", url=("postgresql+psycopg2://", "oracle+oracledb://")),
    Case("The driver is one for asyncio, and env.py is not", url=("psycopg2", "asyncpg")),
    Case("A statement of a script fails", OTHER_TABLES, EVERYWHERE),
    Case(
        "The same with transaction_per_migration",
        {**OTHER_TABLES, "migrations/env.py": PER_MIGRATION},
    ),
    Case("The second of two databases does not exist", {"migrations/env.py": TWO_DATABASES}),
    Case(
        "The tables exist, and the version table holds no revision",
        databases=("psycopg2", "mariadb", "sqlite"),
        sql="CREATE TABLE customers (id INTEGER PRIMARY KEY)",
    ),
    Case(
        "A table exists that a later script creates",
        commands=("upgrade ae10", "upgrade head"),
        sql="CREATE TABLE orders (id INTEGER PRIMARY KEY)",
    ),
    Case(
        "Rows do not allow a constraint",
        second(
            'op.execute("INSERT INTO customers VALUES (1)")\n'
            'op.add_column("customers", sa.Column("name", sa.String(20), nullable=False))'
        ),
    ),
    Case(
        "A statement that takes no transaction",
        second('op.execute("CREATE INDEX CONCURRENTLY by_id ON customers (id)")'),
    ),
    Case(
        "A statement that holds a password",
        second("op.execute(\"ALTER ROLE nobody_here PASSWORD 'opensesame9'\")"),
    ),
    Case(
        "A statement fails after an autocommit_block",
        second(
            "with op.get_context().autocommit_block():\n"
            '    op.execute("CREATE INDEX CONCURRENTLY by_id ON customers (id)")\n'
            'op.execute("INSERT INTO nowhere VALUES (1)")'
        ),
    ),
    Case(
        "The commit fails",
        second(
            'op.execute("CREATE TABLE orders (customer INTEGER REFERENCES customers (id) "\n'
            '           "DEFERRABLE INITIALLY DEFERRED)")\n'
            'op.execute("INSERT INTO orders VALUES (1)")'
        ),
    ),
    Case(
        "A statement fails, and the connection is in AUTOCOMMIT",
        {**OTHER_TABLES, "migrations/env.py": AUTOCOMMIT},
    ),
    Case(
        "A script raises an exception",
        second(f'{table("orders")}\nnames = {{}}\nop.execute(names["insert"])'),
        ("psycopg2", "asyncpg", "sqlite"),
    ),
    Case(
        "A script raises one exception from another",
        second(
            'try:\n    int("many")\nexcept ValueError as error:\n'
            '    raise RuntimeError("the number of orders is not known") from error'
        ),
    ),
    Case(
        "env.py raises an exception",
        {"migrations/env.py": 'import os\n\nurl = os.environ["SHOP_DATABASE"]\n' + ENV},
    ),
    Case(
        "env.py imports a module of the project that is not in the import path",
        {
            "migrations/env.py": "from shop.models import Base\n\n" + ENV,
            "backend/shop/__init__.py": "",
            "backend/shop/models.py": "",
        },
    ),
    Case(
        "env.py imports a package that is not installed",
        {"migrations/env.py": "import shop_settings\n\n" + ENV},
    ),
    Case(
        "A script imports a name that is not there",
        {SECOND: "from sqlalchemy import Strin\n" + PROJECT[SECOND]},
    ),
    Case(
        "A script is not Python",
        {SECOND: PROJECT[SECOND].replace("def upgrade():", "def upgrade()")},
    ),
    Case(
        "A script is indented wrongly", second('op.execute("SELECT 1")\n  op.execute("SELECT 2")')
    ),
    Case(
        "The database holds a revision that no script has",
        commands=("upgrade head", "upgrade head"),
        sql="CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);"
        "INSERT INTO alembic_version VALUES ('5d1b')",
    ),
    Case("No script has such a revision", commands=("upgrade 5d1b",)),
    Case("The scripts have two heads", THIRD),
    Case("A new revision, and the scripts have two heads", THIRD, commands=("revision -m later",)),
    Case(
        "The database is not up to date",
        {"migrations/env.py": WITH_METADATA},
        commands=("upgrade ae10", "revision --autogenerate -m later"),
    ),
    Case(
        "env.py gives no metadata",
        commands=("upgrade head", "revision --autogenerate -m later"),
    ),
    Case(
        "No model was imported",
        {"migrations/env.py": WITH_METADATA},
        commands=("upgrade head", "revision --autogenerate -m later --rev-id 9f3e"),
    ),
    Case("There is no alembic.ini", {"backend/README": ""}, folder="backend"),
    Case(
        "script_location is taken from another folder",
        {"alembic.ini": INI.replace("%(here)s/", ""), "backend/README": ""},
        commands=("-c ../alembic.ini upgrade head",),
        folder="backend",
    ),
)
