"""What a rule has found, and where."""

from __future__ import annotations

from alembic_native.lint.rules import RULES, SEVERITIES


class Finding:
    """``path`` is absolute; ``line`` and ``column``, in characters, count from 1.

    ``subject`` names what was found. ``happens`` and ``instead`` are sentences; that of the rule
    unless given. ``literal_line`` is where the string literal begins that it lies in, which may
    have several lines.
    """

    def __init__(
        self,
        rule: str,
        path: str,
        line: int = 1,
        column: int = 1,
        subject: str = "",
        *,
        severity: str = "",
        happens: str = "",
        instead: str = "",
        literal_line: int | None = None,
    ) -> None:
        self.rule = rule
        self.path = path
        self.line = line
        self.column = column
        self.subject = subject
        #: Where a comment may be that ignores it.
        self.comment_lines = {line} if literal_line is None else {line, literal_line}
        known = RULES.get(rule)
        self.severity = severity or (known.severity if known else "")
        self.happens = happens or (known.happens if known else "")
        self.instead = instead or (known.instead if known else "")


def counted_by_severity(findings: list[Finding]) -> dict[str, int]:
    """How many findings there are of each severity, 0 where there is none; the gravest first."""
    return {one: sum(found.severity == one for found in findings) for one in SEVERITIES}


def in_order(findings: list[Finding]) -> list[Finding]:
    """By path, line, column and rule."""
    return sorted(findings, key=lambda one: (one.path, one.line, one.column, one.rule))
