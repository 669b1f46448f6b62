"""Why pip refused a combination, from what it printed: upstream forbids it, or all else."""

from __future__ import annotations

import re

UPSTREAM = ("alembic", "sqlalchemy")


def forbidden_by(output: str) -> str | None:
    """Who forbids the combination by its metadata: "Alembic", "SQLAlchemy" or, of the Python of the
    row, "Alembic's Python" or "SQLAlchemy's Python". None for every other reason, such as an index
    that cannot be reached or a requirement of a third package: then the row has failed.
    """
    return _by_a_conflict(output) or _by_the_interpreter(output)


def _by_a_conflict(output: str) -> str | None:
    """All that pip names must be requirements between the two, besides what it was asked for."""
    section = re.search(r"^The conflict is caused by:\n((?: +\S.*\n)+)", output, re.MULTILINE)
    if section is None or "ResolutionImpossible" not in output:
        return None
    names = set()
    for line in section[1].splitlines():
        requirement = re.fullmatch(r"\s+(\S+) \S+ depends on ([\w.-]+).*", line)
        if requirement and {*map(str.lower, requirement.groups())} == {*UPSTREAM}:
            names.add(requirement[1].lower())
        elif not re.fullmatch(rf"\s+The user requested ({'|'.join(UPSTREAM)})\b.*", line, re.I):
            return None
    return _spelt(names.pop()) if len(names) == 1 else None


def _by_the_interpreter(output: str) -> str | None:
    """The release line that was asked for is there, and all of it is for other Pythons."""
    wanted = re.search(
        r"^ERROR: No matching distribution found for (\w+)\S*==([\d.]+)\.\*", output, re.M
    )
    ignored = re.search(
        r"^ERROR: Ignored the following versions .* python version: (.*)", output, re.M
    )
    if wanted is None or ignored is None or wanted[1].lower() not in UPSTREAM:
        return None
    line = rf"(?:^|; ){re.escape(wanted[2])}\.\S+ Requires-Python"
    return f"{_spelt(wanted[1].lower())}'s Python" if re.search(line, ignored[1]) else None


def _spelt(name: str) -> str:
    return {"alembic": "Alembic", "sqlalchemy": "SQLAlchemy"}[name]
