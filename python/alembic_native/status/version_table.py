"""Which table holds the heads."""

from __future__ import annotations

from alembic_native.status.errors import StatusUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class VersionTable:
    """A name, and a schema; without one the table is looked for along the search path."""

    def __init__(self, name: str | None = None, schema: str | None = None) -> None:
        self.name = name or "alembic_version"
        self.schema = schema

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


def sorted_heads(rows: Iterable[str | None], database: str, table: VersionTable) -> tuple[str, ...]:
    """The rows of a version table as heads. Raises ``StatusUnavailable`` for one that is NULL."""
    heads = []
    for row in rows:
        if row is None:
            raise StatusUnavailable(
                f"{database}: the version table {table} has a row whose version_num is NULL, which "
                "is no revision. Delete that row, or write the revision into it."
            )
        heads.append(row)
    return tuple(sorted(heads))
