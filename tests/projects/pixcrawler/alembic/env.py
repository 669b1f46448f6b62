"""Migrations run on a connection of the synchronous driver, whatever the application uses."""

import logging

from alembic import context
from backend.core.config import get_settings
from backend.models import Base
from sqlalchemy import create_engine, pool
from sqlalchemy.engine import make_url

SYNCHRONOUS_DRIVERS = {
    "postgresql+asyncpg": "postgresql+psycopg2",
    "mysql+aiomysql": "mysql+pymysql",
    "sqlite+aiosqlite": "sqlite",
}

logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
logging.getLogger("alembic").setLevel(logging.INFO)


def get_sync_url() -> str:
    url = make_url(get_settings().database_url)
    driver = SYNCHRONOUS_DRIVERS.get(url.drivername, url.drivername)
    return url.set(drivername=driver).render_as_string(hide_password=False)


def run_migrations_offline() -> None:
    context.configure(
        url=get_sync_url(),
        target_metadata=Base.metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    engine = create_engine(get_sync_url(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
