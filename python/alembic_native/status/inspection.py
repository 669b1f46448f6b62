"""Inspecting a database once: its heads, and what the scripts say to them."""

from __future__ import annotations

from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.findings import DatabaseFinding, SchemaFinding, VersionRows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from alembic_native._postgres import SchemaHeads
    from alembic_native.status.history import History
    from alembic_native.status.native import NativeDatabase

    class Database(Protocol):
        """Reads heads, and changes nothing; for one thread."""

        name: str
        pause: float

        def read(self, patience: float | None = None, names_run: bool = False) -> list[VersionRows]:
            """What the version table of each database holds.

            ``patience`` is how many seconds the answer may take, None for what is usual. With
            ``names_run`` the rows say which migration run is at work, as far as that may be seen.
            """

        def is_passing(self, error: Exception) -> bool:
            """Whether the same may succeed later."""

        def close(self) -> None:
            """End what is open; the database may be read again."""


def inspect(
    history: History,
    database: Database,
    patience: float | None = None,
    names_run: bool = False,
) -> list[DatabaseFinding]:
    """What the databases lack now; arguments as for ``Database.read``.

    Raises what reading or planning from the heads raises.
    """
    return [_compared(history, rows) for rows in database.read(patience, names_run)]


def scan_schemas(history: History, database: NativeDatabase, pattern: str) -> list[SchemaFinding]:
    """The same for every schema with a version table whose name matches ``pattern``, by name.

    What is wrong with one schema is in its finding.
    """
    # Tenants mostly stand at the same heads.
    compared: dict[tuple[str, ...], DatabaseFinding] = {}
    return [_schema_finding(history, one, compared) for one in database.schemas(pattern)]


def _schema_finding(
    history: History, found: SchemaHeads, compared: dict[tuple[str, ...], DatabaseFinding]
) -> SchemaFinding:
    schema, heads = found.schema, found.heads
    if found.error is not None:
        return SchemaFinding(schema, (), 0, (), str(found.error))
    if heads not in compared:
        try:
            compared[heads] = _compared(history, VersionRows(schema, heads))
        except StatusUnavailable as error:
            return SchemaFinding(schema, heads, 0, (), str(error))
    finding = compared[heads]
    return SchemaFinding(schema, heads, len(finding.pending), finding.unknown)


def _compared(history: History, rows: VersionRows) -> DatabaseFinding:
    unknown = history.unknown(rows.heads)
    return DatabaseFinding(rows, [] if unknown else history.pending(rows.heads), unknown)
