"""Findings as text for people: a line that names what was found, and two sentences below it."""

from __future__ import annotations

from collections import Counter

from alembic_native.lint.findings import counted_by_severity, in_order
from alembic_native.printable import printable
from alembic_native.relative_path import relative_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic_native.lint.findings import Finding

_COLOURS = {"error": "\x1b[31m", "warning": "\x1b[33m", "note": "\x1b[36m"}


def report(findings: list[Finding], script_count: int, is_coloured: bool) -> str:
    """All findings, then how many there are of each severity."""
    blocks = [_block(one, is_coloured) for one in in_order(findings)]
    return "\n".join([*blocks, total(findings, script_count)])


def total(findings: list[Finding], script_count: int) -> str:
    """How many findings there are of each severity, as a sentence."""
    counts = counted_by_severity(findings)
    counted = [_plural(count, one) for one, count in counts.items() if count]
    return f"{', '.join(counted) or 'Nothing found'} in {_plural(script_count, 'script')}."


def statistics(findings: list[Finding]) -> str:
    """How many findings each rule has, the most frequent first."""
    counts = Counter((one.rule, one.severity) for one in findings)
    lines = [
        f"{count:6,}  {severity:7}  {rule}" for (rule, severity), count in counts.most_common()
    ]
    return "\n".join([*lines, ""])


def _block(finding: Finding, is_coloured: bool) -> str:
    severity = finding.severity
    if is_coloured:
        severity = f"{_COLOURS[severity]}{severity}\x1b[0m"
    path = printable(relative_path(finding.path))
    place = f"{path}:{finding.line}:{finding.column}"
    first = f"{place}: {severity}: {finding.rule}: {printable(finding.subject)}"
    return "\n".join([first.rstrip(": "), f"    {finding.happens}", f"    {finding.instead}", ""])


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
