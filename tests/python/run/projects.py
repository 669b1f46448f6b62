"""Projects whose `env.py` does something of its own between a connection and its end."""

from __future__ import annotations

import os
import textwrap

from alembic import command
from alembic.config import Config

from tests.locking.database import state
from tests.locking.projects import Project

_ENV_PY = """\
import asyncio
import os

import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

url = sa.engine.make_url(os.environ["DATABASE_URL"])
options = {{"poolclass": sa.pool.NullPool, {options}}}


def migrate(connection):
{body}


async def migrate_async():
    engine = create_async_engine(url, **options)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


if url.get_dialect().is_async:
    asyncio.run(migrate_async())
else:
    with sa.create_engine(url, **options).connect() as connection:
        migrate(connection)
"""

#: As every template of Alembic has it.
AS_IT_SHOULD_BE = """
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
"""

STATEMENT_BEFORE = """
connection.execute(sa.text("SELECT 1"))
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
"""
NO_TRANSACTION = """
context.configure(connection=connection)
context.run_migrations()
"""
EARLY_RETURN = """
transaction = connection.begin()
context.configure(connection=connection)
context.run_migrations()
if context.get_context().dialect.name:
    return
transaction.commit()
"""

CAUGHT = """
def run(**tenant):
    with connection.engine.connect() as other:
        context.configure(connection=other)
        with context.begin_transaction():
            context.run_migrations(**tenant)

try:
    run(tenant="one")
except ValueError:
    pass
"""


def give_env_py(project: Project, body: str, options: str = "") -> None:
    """Let `body`, which has a `connection`, be what `env.py` does; `options` are the engine's."""
    indented = textwrap.indent(body.strip("\n"), "    ")
    (project.folder / "env.py").write_text(_ENV_PY.format(body=indented, options=options))


def upgrade(project: Project, url: str, revision: str = "head") -> None:
    """`command.upgrade()` as a program calls it; `downgrade` to a revision that begins with -."""
    os.environ["DATABASE_URL"] = url
    run = command.downgrade if revision.startswith("-") else command.upgrade
    try:
        run(Config(project.ini), revision)
    finally:
        del os.environ["DATABASE_URL"]


def failing(project: Project, number: int, statement: str) -> None:
    """Let the upgrade of a script, counted from 1, end with a statement."""
    path = project.folder / "versions" / f"{project.revisions[number - 1]}.py"
    head, between, tail = path.read_text().partition("\n\ndef downgrade")
    path.write_text(f"{head}\n    {statement}\n{between}{tail}")


def heads(url: str) -> list[str]:
    """Those of the version table, through a driver that needs no event loop."""
    plain = url.replace("+pg8000", "+psycopg2").replace("+psycopg:", "+psycopg2:")
    return state(plain).heads
