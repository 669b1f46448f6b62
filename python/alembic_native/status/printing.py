"""The reports of ``status`` as text: a short table for people, JSON for programs.

JSON escapes control characters by itself; whatever people read goes through ``printable``.
"""

from __future__ import annotations

import os

from alembic_native.printable import printable
from alembic_native.status import wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from alembic_native.status.findings import DatabaseFinding, SchemaFinding
    from alembic_native.status.native import NativeDatabase
    from alembic_native.status.waiting import Event

#: Of every JSON document. While it stays, keys are added, and none is renamed, removed or given
#: another type.
FORMAT = 1


def table(findings: Sequence[DatabaseFinding], script_heads: tuple[str, ...]) -> str:
    """For each database its heads and what is pending; a blank line between databases."""
    blocks = [_database(one, script_heads) for one in findings]
    return "\n\n".join([*blocks, *_multiple_heads(script_heads)])


def schemas_table(
    findings: Sequence[SchemaFinding], script_heads: tuple[str, ...], database: NativeDatabase
) -> str:
    """A line for each schema, below how many stand where."""
    counts = {
        "at the heads": sum(one.is_at_heads for one in findings),
        "with pending revisions": sum(one.pending > 0 for one in findings),
        "with unknown revisions": sum(bool(one.unknown) for one in findings),
        "that could not be read": sum(bool(one.error) for one in findings),
    }
    counted = [f"{count} {what}" for what, count in counts.items() if count]
    missing = printable(f"none has a table {database.table.name}")
    lines = [
        f"Database  {printable(database.name)}",
        f"Scripts   {wording.ids(script_heads)}",
        f"Schemas   {', '.join(counted) or missing}",
    ]
    if findings:
        rows = [("schema", "heads", "pending")]
        rows += [(one.schema, wording.ids(one.heads), _schema_state(one)) for one in findings]
        lines += ["", *_columns(rows)]
    return "\n\n".join(["\n".join(lines), *_multiple_heads(script_heads)])


def table_as_json(findings: Sequence[DatabaseFinding], script_heads: tuple[str, ...]) -> str:
    """The same as one JSON document; docs/status-and-wait.md lists its keys."""
    entries = {"databases": [_database_as_json(one) for one in findings]}
    return _json(_report(findings, script_heads, entries))


def schemas_as_json(
    findings: Sequence[SchemaFinding], script_heads: tuple[str, ...], database: NativeDatabase
) -> str:
    """The same as one JSON document; docs/status-and-wait.md lists its keys."""
    schemas = [{**vars(one), "at_heads": one.is_at_heads} for one in findings]
    entries = {"database": database.name, "schemas": schemas}
    return _json(_report(findings, script_heads, entries))


def event_as_json(event: Event, script_heads: tuple[str, ...]) -> str:
    """What ``wait`` tells, as a JSON document on one line."""
    databases = [_database_as_json(one) for one in event.findings]
    return _json(
        {
            "event": event.kind,
            "message": event.text,
            "script_heads": script_heads,
            "databases": databases,
        },
        is_line=True,
    )


def error_as_json(error: Exception, is_line: bool) -> str:
    """An error as one JSON document; ``is_line``: one of those of ``wait``."""
    described = {"type": type(error).__name__, "message": wording.failure(error)}
    return _json({**({"event": "failed"} if is_line else {}), "error": described}, is_line)


def _json(entries: dict[str, Any], is_line: bool = False) -> str:
    import json

    return json.dumps({"format": FORMAT, **entries}, indent=None if is_line else 2)


def _report(
    findings: Sequence[DatabaseFinding | SchemaFinding],
    script_heads: tuple[str, ...],
    entries: dict[str, Any],
) -> dict[str, Any]:
    return {
        "at_heads": all(one.is_at_heads for one in findings),
        "script_heads": script_heads,
        "multiple_heads": len(script_heads) > 1,
        **entries,
    }


def _database_as_json(finding: DatabaseFinding) -> dict[str, Any]:
    return {
        "database": finding.database,
        "at_heads": finding.is_at_heads,
        "heads": finding.heads,
        "missing_table": finding.missing_table,
        "pending": [
            {**vars(script), "number": number, "of": len(finding.pending)}
            for number, script in enumerate(finding.pending, start=1)
        ],
        "unknown": finding.unknown,
        "run_at_work": finding.run_at_work,
    }


def _database(finding: DatabaseFinding, script_heads: tuple[str, ...]) -> str:
    lines = [
        f"Database  {printable(finding.database)}",
        f"Heads     {wording.heads(finding)}",
        f"Scripts   {wording.ids(script_heads)}",
    ]
    at_work = [f"At work   {printable(finding.run_at_work)}"] if finding.run_at_work else []
    if finding.unknown:
        lines += [f"Unknown   {wording.ids(finding.unknown)}", *at_work]
        return "\n".join([*lines, "", _sentence(wording.unknown(finding.unknown))])
    lines += [f"Pending   {len(finding.pending) or 'none'}", *at_work]
    rows = [
        (
            f"{number} of {len(finding.pending)}",
            one.revision,
            wording.first_line(one.message),
            _from_here(one.path),
        )
        for number, one in enumerate(finding.pending, start=1)
    ]
    return "\n".join([*lines, *([""] if rows else []), *_columns(rows)])


def _multiple_heads(script_heads: tuple[str, ...]) -> list[str]:
    return [wording.multiple_heads(script_heads)] if len(script_heads) > 1 else []


def _schema_state(finding: SchemaFinding) -> str:
    if finding.error:
        return finding.error
    if finding.unknown:
        return f"unknown: {wording.ids(finding.unknown)}"
    return str(finding.pending)


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows as lines, two spaces between columns."""
    shown = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]


def _from_here(path: str) -> str:
    """A path relative to the current folder, where it lies below that."""
    here = os.path.join(os.getcwd(), "")
    return path[len(here) :] if path.startswith(here) else path


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
