"""Settings, from the environment."""

import os
from dataclasses import dataclass, field
from functools import cache


def _database_url() -> str:
    return os.environ.get("DATABASE_URL", "postgresql+asyncpg://postgres@localhost:5432/pixcrawler")


@dataclass(frozen=True)
class Settings:
    database_url: str = field(default_factory=_database_url)


@cache
def get_settings() -> Settings:
    return Settings()
