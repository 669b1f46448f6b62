"""What an inspection has found, before it becomes a report for people, for JSON or for Python.

Plain classes, because the command line has no time to import ``dataclasses``.
"""

from __future__ import annotations


class PendingScript:
    """A script that ``upgrade heads`` would run; see ``report.PendingRevision``."""

    def __init__(self, revision: str, message: str, path: str) -> None:
        self.revision = revision
        self.message = message
        self.path = path


class VersionRows:
    """What the version table of a database holds: its heads, sorted.

    ``missing_table`` is the name that was looked for when there is no such table, empty otherwise.
    ``run_at_work`` says who holds the migration lock, as far as that was asked and may be seen.
    """

    def __init__(
        self,
        database: str,
        heads: tuple[str, ...],
        missing_table: str = "",
        run_at_work: str = "",
    ) -> None:
        self.database = database
        self.heads = heads
        self.missing_table = missing_table
        self.run_at_work = run_at_work


class DatabaseFinding:
    """One version table against the scripts; see ``report.DatabaseStatus``."""

    def __init__(
        self, rows: VersionRows, pending: list[PendingScript], unknown: tuple[str, ...]
    ) -> None:
        self.database = rows.database
        self.heads = rows.heads
        self.missing_table = rows.missing_table
        self.run_at_work = rows.run_at_work
        self.pending = pending
        self.unknown = unknown

    @property
    def is_at_heads(self) -> bool:
        return not self.pending and not self.unknown


class SchemaFinding:
    """The version table of one schema; ``pending`` counts revisions.

    ``error`` says why the table could not be read, or not upgraded from where it is; it is empty
    otherwise.
    """

    def __init__(
        self,
        schema: str,
        heads: tuple[str, ...],
        pending: int,
        unknown: tuple[str, ...],
        error: str = "",
    ) -> None:
        self.schema = schema
        self.heads = heads
        self.pending = pending
        self.unknown = unknown
        self.error = error

    @property
    def is_at_heads(self) -> bool:
        return not (self.pending or self.unknown or self.error)
