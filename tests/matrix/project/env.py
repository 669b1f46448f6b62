"""Runs the scripts on `DATABASE_URL`: any driver, with or without asyncio, any SQLAlchemy."""

import asyncio
import os

from alembic import context
from sqlalchemy import create_engine, pool
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

url = make_url(os.environ["DATABASE_URL"])


def run_migrations(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def run_with_asyncio():
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run_migrations)
        # SQLAlchemy 1.4 and 2 alike: what the version table's lookup began is no migration.
        await connection.commit()
    await engine.dispose()


if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
elif url.get_dialect().is_async:
    asyncio.run(run_with_asyncio())
else:
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        run_migrations(connection)
