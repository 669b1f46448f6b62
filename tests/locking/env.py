"""The environment of the projects in these tests: as the generic template has it, and asynchronous
when the driver is. Options beneath [alembic] choose what differs from test to test."""

import asyncio
import logging.config
import os

import sqlalchemy as sa
from alembic import context

config = context.config
logging.config.fileConfig(config.config_file_name)
url = sa.engine.make_url(os.environ.get("DATABASE_URL") or config.get_main_option("sqlalchemy.url"))
isolation_level = config.get_main_option("isolation_level")
engine_options = {"isolation_level": isolation_level} if isolation_level else {}


def migrate(connection):
    schema = config.get_main_option("tenant")
    if schema:
        connection.execute(sa.text(f"SET search_path TO {schema}"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=None,
        transaction_per_migration=config.get_main_option("transaction_per_migration") == "true",
        version_table_schema=config.get_main_option("version_table_schema"),
    )
    with context.begin_transaction():
        before = config.get_main_option("before")
        if before:
            connection.execute(sa.text(before))
        context.run_migrations()


def migrate_now():
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool, **engine_options)
    with engine.connect() as connection:
        migrate(connection)


async def migrate_async():
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(url, poolclass=sa.pool.NullPool, **engine_options)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
elif url.get_dialect().is_async:
    asyncio.run(migrate_async())
else:
    migrate_now()
