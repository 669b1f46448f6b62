"""Findings as one JSON document, for programs.

``version``
    Of this format: 1. It is raised when a key goes or means something else, not when one is added.
``findings``
    By path, line, column and rule. Each has ``path`` (seen from the current folder), ``line`` and
    ``column`` (from 1, in characters), ``severity`` (``error``, ``warning``, ``note``), ``rule``,
    ``subject`` (what was found; may be empty), ``happens`` and ``instead`` (sentences).
``counts``
    How many findings there are of each severity, also where there is none.
``scripts``
    How many scripts there are.

All of it is ASCII, so that the encoding of the output does not matter. A byte of a file name that
is no UTF-8 is written as Python escapes it: the six characters ``\\udcff``.
"""

from __future__ import annotations

import json

from alembic_native.lint.findings import counted_by_severity, in_order
from alembic_native.lint.formats.paths import encodable
from alembic_native.relative_path import relative_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic_native.lint.findings import Finding

VERSION = 1


def report(findings: list[Finding], script_count: int) -> str:
    """The document, indented."""
    document = {
        "version": VERSION,
        "findings": [_finding(one) for one in in_order(findings)],
        "counts": counted_by_severity(findings),
        "scripts": script_count,
    }
    return json.dumps(document, indent=2)


def _finding(finding: Finding) -> dict[str, str | int]:
    return {
        "path": encodable(relative_path(finding.path)),
        "line": finding.line,
        "column": finding.column,
        "severity": finding.severity,
        "rule": encodable(finding.rule),
        "subject": encodable(finding.subject),
        "happens": encodable(finding.happens),
        "instead": encodable(finding.instead),
    }
