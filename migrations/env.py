"""Migration environment of the bookshop.

`DATABASE_URL` names the database; without it, an SQLite file next to this one serves. The same
scripts run on SQLite, PostgreSQL and MariaDB, online and (with `--sql`) offline.
"""

import logging
import os
import pathlib

import sqlalchemy as sa
from alembic import context

from migrations.models import Base

DEFAULT_URL = f"sqlite:///{pathlib.Path(__file__).with_name('bookshop.db')}"

logging.basicConfig(format="%(levelname)-5s [%(name)s] %(message)s")
logging.getLogger("alembic").setLevel(logging.INFO)

database_url = os.environ.get("DATABASE_URL") or DEFAULT_URL


def run_migrations_offline() -> None:
    """Write the statements to standard output; no database is needed."""
    context.configure(
        url=database_url,
        target_metadata=Base.metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    """Run the scripts on a connection to the database."""
    engine = sa.create_engine(database_url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
