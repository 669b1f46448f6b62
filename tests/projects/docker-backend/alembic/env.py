from logging.config import fileConfig

import app.models  # noqa: F401
from alembic import context
from app.core.database import DATABASE_URL, Base, engine

fileConfig(context.config.config_file_name)

target_metadata = Base.metadata

if context.is_offline_mode():
    context.configure(url=DATABASE_URL, target_metadata=target_metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()
