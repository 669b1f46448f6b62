"""What ``alembic_native.status`` returns: values, without a live handle.

Imports neither SQLAlchemy nor Alembic. All classes are frozen, compare by value and pickle.
"""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_native.status.findings import DatabaseFinding


@dataclass(frozen=True)
class PendingRevision:
    """A revision that ``upgrade heads`` would run: the ``number``-th ``of`` so many, from 1 on.

    ``message`` is the first paragraph of the script's docstring, ``path`` its absolute path.
    """

    revision: str
    message: str
    path: str
    number: int
    of: int


@dataclass(frozen=True)
class DatabaseStatus:
    """One version table against the scripts.

    ``database`` says which one, never with a password. ``heads`` are its rows, sorted; none when
    the table is empty or missing. ``pending`` is in the order of ``upgrade heads``. ``unknown`` are
    the heads that no script has: with any, nothing can be run, and nothing is pending.
    ``missing_table`` is the name that was looked for when there is no such table, empty otherwise.
    ``run_at_work`` says which migration run holds the lock of this table; empty where none does,
    or where that may not be seen.
    """

    database: str
    heads: tuple[str, ...]
    pending: tuple[PendingRevision, ...]
    unknown: tuple[str, ...]
    missing_table: str = ""
    run_at_work: str = ""

    @property
    def is_at_heads(self) -> bool:
        """Whether the database is where these scripts lead."""
        return not self.pending and not self.unknown


@dataclass(frozen=True)
class Status:
    """The databases that were inspected: one, or as many as ``env.py`` configures, in its order.

    ``script_heads`` are in scan order, as ``alembic heads`` lists them.
    """

    script_heads: tuple[str, ...]
    databases: tuple[DatabaseStatus, ...]

    @property
    def is_at_heads(self) -> bool:
        """Whether every database is where these scripts lead."""
        return all(database.is_at_heads for database in self.databases)

    @property
    def has_multiple_heads(self) -> bool:
        """Whether the scripts have several heads, so that ``upgrade head`` fails."""
        return len(self.script_heads) > 1

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of all databases, each once."""
        return tuple(dict.fromkeys(one for database in self.databases for one in database.heads))

    @property
    def pending(self) -> tuple[PendingRevision, ...]:
        """What is pending, database by database."""
        return tuple(one for database in self.databases for one in database.pending)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Revisions in the databases that no script has, each once."""
        return tuple(dict.fromkeys(one for database in self.databases for one in database.unknown))


def status_of(script_heads: tuple[str, ...], findings: Iterable[DatabaseFinding]) -> Status:
    """The report of an inspection."""
    return Status(script_heads, tuple(_database_status(one) for one in findings))


def _database_status(finding: DatabaseFinding) -> DatabaseStatus:
    count = len(finding.pending)
    pending = (
        PendingRevision(one.revision, one.message, one.path, number, count)
        for number, one in enumerate(finding.pending, start=1)
    )
    return DatabaseStatus(
        finding.database,
        finding.heads,
        tuple(pending),
        finding.unknown,
        finding.missing_table,
        finding.run_at_work,
    )
