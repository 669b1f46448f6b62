"""Which table holds the heads."""

from __future__ import annotations


class VersionTable:
    """A name, and a schema; without one the table is looked for along the search path."""

    def __init__(self, name: str | None = None, schema: str | None = None) -> None:
        self.name = name or "alembic_version"
        self.schema = schema

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name
