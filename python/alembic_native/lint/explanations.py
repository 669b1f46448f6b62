"""The explanation of each rule, for ``--explain``. All of it stands in ``rules.md`` beside this."""

from __future__ import annotations

from importlib.resources import files

from alembic_native.lint.rules import RULES, SQUAWK_PREFIX

_OF_SQUAWK = "https://squawkhq.com/docs/"
_HEADING = "## "
_FENCE = "```"
_FENCE_NAMES = {"found": "Found:", "safe": "Safe:"}


def explanation(rule: str) -> str:
    """Severity, databases and section of a rule as lines of text. ``rule`` is one that there is.

    Of a rule of squawk's it says where squawk's own documentation is.
    """
    if rule.startswith(SQUAWK_PREFIX):
        name = rule.removeprefix(SQUAWK_PREFIX)
        return f"{rule}: found by squawk in SQL text. It is explained at {_OF_SQUAWK}{name}"
    known = RULES[rule]
    databases = f", {', '.join(known.dialects)} only" if known.dialects else ""
    return "\n".join([f"{rule} ({known.severity}{databases})", "", *_section(rule)])


def _section(rule: str) -> list[str]:
    """The lines below the heading of a rule, as they are read on a terminal."""
    text = files(__package__).joinpath("rules.md").read_text(encoding="utf-8")
    section = text.partition(f"\n{_HEADING}{rule}\n")[2].partition(f"\n{_HEADING}")[0]
    lines: list[str] = []
    is_code = False
    for line in section.strip().splitlines():
        if line.startswith(_FENCE):
            is_code = not is_code
            lines += [title for name, title in _FENCE_NAMES.items() if name in line.split()]
        else:
            lines.append(f"    {line}".rstrip() if is_code else line)
    return lines
