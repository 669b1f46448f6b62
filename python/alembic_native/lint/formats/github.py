"""Findings as workflow commands of GitHub Actions, which shows them at their lines.

GitHub shows ten errors, ten warnings and ten notices of a step; the log has all. What is escaped is
what the runner unescapes: in a message ``%``, CR and LF, in a property ``:`` and ``,`` as well.
"""

from __future__ import annotations

from alembic_native.lint.findings import in_order
from alembic_native.lint.formats.paths import repository_path
from alembic_native.lint.text import total
from alembic_native.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic_native.lint.findings import Finding

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = {**_IN_MESSAGES, **str.maketrans({":": "%3A", ",": "%2C"})}


def report(findings: list[Finding], script_count: int) -> str:
    """A command a finding, and a last line with how many there are of each severity."""
    commands = [_command(one) for one in in_order(findings)]
    return "\n".join([*commands, total(findings, script_count)])


def _command(finding: Finding) -> str:
    properties = {
        "file": printable(repository_path(finding.path)),
        "line": str(finding.line),
        "col": str(finding.column),
        "title": printable(finding.rule),
    }
    written = ",".join(
        f"{name}={value.translate(_IN_PROPERTIES)}" for name, value in properties.items()
    )
    lines = (finding.subject, finding.happens, finding.instead)
    message = "\n".join(printable(line) for line in lines if line)
    return f"::{_COMMANDS[finding.severity]} {written}::{message.translate(_IN_MESSAGES)}"
