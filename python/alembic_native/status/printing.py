"""The reports of ``alembic status`` as text: a short table for people, JSON for programs."""

from __future__ import annotations

import os

from alembic_native.status import wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from alembic_native.status.findings import DatabaseFinding, SchemaFinding
    from alembic_native.status.native import NativeDatabase


def table(findings: Sequence[DatabaseFinding], script_heads: tuple[str, ...]) -> str:
    """For each database its heads and what is pending; a blank line between databases."""
    return "\n\n".join(_database(one, script_heads) for one in findings)


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
    lines = [
        f"Database  {database.name}",
        f"Scripts   {wording.ids(script_heads)}",
        f"Schemas   {', '.join(counted) or f'none has a table {database.table.name}'}",
    ]
    if findings:
        rows = [("schema", "heads", "pending")]
        rows += [(one.schema, wording.ids(one.heads), _schema_state(one)) for one in findings]
        lines += ["", *_columns(rows)]
    return "\n".join(lines)


def table_as_json(findings: Sequence[DatabaseFinding], script_heads: tuple[str, ...]) -> str:
    """The same as one JSON document; docs/status-and-wait.md lists its keys."""
    databases = [
        {
            "database": one.database,
            "at_heads": one.is_at_heads,
            "heads": one.heads,
            "missing_table": one.missing_table,
            "pending": [
                {**vars(script), "number": number, "of": len(one.pending)}
                for number, script in enumerate(one.pending, start=1)
            ],
            "unknown": one.unknown,
        }
        for one in findings
    ]
    return _json(findings, script_heads, {"databases": databases})


def schemas_as_json(
    findings: Sequence[SchemaFinding], script_heads: tuple[str, ...], database: NativeDatabase
) -> str:
    """The same as one JSON document; docs/status-and-wait.md lists its keys."""
    schemas = [{**vars(one), "at_heads": one.is_at_heads} for one in findings]
    return _json(findings, script_heads, {"database": database.name, "schemas": schemas})


def _json(
    findings: Sequence[DatabaseFinding | SchemaFinding],
    script_heads: tuple[str, ...],
    entries: dict[str, Any],
) -> str:
    import json

    at_heads = all(one.is_at_heads for one in findings)
    return json.dumps({"at_heads": at_heads, "script_heads": script_heads, **entries}, indent=2)


def _database(finding: DatabaseFinding, script_heads: tuple[str, ...]) -> str:
    lines = [
        f"Database  {finding.database}",
        f"Heads     {wording.heads(finding)}",
        f"Scripts   {wording.ids(script_heads)}",
    ]
    if finding.unknown:
        text = wording.unknown(finding.unknown)
        return "\n".join([*lines, f"Unknown   {wording.ids(finding.unknown)}", "", _sentence(text)])
    lines.append(f"Pending   {len(finding.pending) or 'none'}")
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


def _schema_state(finding: SchemaFinding) -> str:
    if finding.error:
        return finding.error
    if finding.unknown:
        return f"unknown: {wording.ids(finding.unknown)}"
    return str(finding.pending)


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows as lines, two spaces between columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _from_here(path: str) -> str:
    """A path relative to the current folder, where it lies below that."""
    here = os.path.join(os.getcwd(), "")
    return path[len(here) :] if path.startswith(here) else path


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
