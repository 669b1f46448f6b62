"""docs/errors.md, from what the cases came to; without what differs from machine to machine."""

from __future__ import annotations

import html
import pathlib
import re
import sys
import sysconfig
from collections.abc import Mapping, Sequence

from alembic_native.run.paragraphs import wrapped
from tests.differential.cli_processes import Result
from tests.errors.cases import CASES
from tests.errors.running import Outcome, Runner

FILE = pathlib.Path(__file__).parents[2] / "docs" / "errors.md"

_DATABASES = {
    "psycopg2": "PostgreSQL, psycopg2",
    "psycopg": "PostgreSQL, psycopg 3",
    "asyncpg": "PostgreSQL, asyncpg",
    "mariadb": "MariaDB, PyMySQL",
    "sqlite": "SQLite",
}
_LONGEST_LINE = 700
_WIDTH = 100
_LABEL = r"(?:Where|Statement|Database|Committed|What to do|Traceback|Hint): +"

_HEAD = """\
# Errors

What a command says when it fails: Alembic's output, and alembic-native's. The tests run each of
these errors on the database that is named, and compare this page with what was printed. Of
Alembic's tracebacks only the ends are shown; paths and ports are replaced.

How it works, and when it does not: [runs.md](runs.md#errors).

{versions}.

"""


def outcomes(runner: Runner) -> list[Outcome]:
    """All cases on all their databases, in the order of the page."""
    return [runner.run(case, database) for case in CASES for database in case.databases]


def render(found: Sequence[Outcome], ports: Mapping[str, int], versions: str) -> str:
    """The page."""
    summary = [
        "| error | database | lines of Alembic | lines of alembic-native |\n|---|---|---|---|\n"
    ]
    chapters = []
    for outcome in found:
        title, database = outcome.case.title, _DATABASES[outcome.database]
        theirs = _said(outcome.upstream)
        ours = _wrapped(_neutral(_said(outcome.ours), outcome, ports))
        summary.append(f"| {title} | {database} | {_lines(theirs)} | {_lines(ours)} |\n")
        chapters.append(
            f"## {title}\n\n`alembic {outcome.case.commands[-1]}`, {database}\n\n"
            "<table><tr><th>Alembic</th><th>alembic-native</th></tr>\n<tr><td>\n\n"
            f"{_block(_shortened(_neutral(theirs, outcome, ports)))}\n</td><td>\n\n"
            f"{_block(ours)}\n</td></tr></table>\n\n"
        )
    head = _HEAD.format(versions=versions)
    return (head + "".join(summary) + "\n" + "".join(chapters)).rstrip("\n") + "\n"


def comparable(page: str) -> str:
    """The page without the lengths of tracebacks, which depend on the versions that are used."""
    page = re.sub(r"(?m)^(\| .*) \| \d+ \| (\d+) \|$", r"\1 | n | \2 |", page)
    return re.sub(r"\.\.\. \d+ lines \.\.\.", "... n lines ...", page)


def _said(result: Result) -> str:
    return (result.stdout + result.stderr).decode()


def _lines(text: str) -> int:
    return len(text.splitlines())


def _block(text: str) -> str:
    return f"<pre>{html.escape(text, quote=False)}</pre>\n"


def _neutral(text: str, outcome: Outcome, ports: Mapping[str, int]) -> str:
    scripts = sysconfig.get_path("scripts")
    for path, name in (
        (str(outcome.folder.resolve()), "/srv/app"),
        (str(outcome.folder), "/srv/app"),
        (sys.executable, "/srv/venv/bin/python"),
        (scripts, "/srv/venv/bin"),
        (sysconfig.get_path("purelib"), "/srv/venv/lib/site-packages"),
        (sysconfig.get_path("stdlib"), "/usr/lib/python3"),
        (f"{ports['postgres']}", "5432"),
        (f"{ports['mariadb']}", "3306"),
    ):
        text = text.replace(path, name)
    # What names a version, or the time.
    text = re.sub(r"https://sqlalche\.me/e/\d+/", "https://sqlalche.me/e/20/", text)
    text = re.sub(r"\b(?!ae10|27c6)[0-9a-f]{12}(?=\b|_)", "9f3e0b1c2d3e", text)
    text = re.sub(r"(?m)^/srv/venv/\S+:\d+: (\w+: )", r"\1", text)
    text = re.sub(r"(?m)^.*RuntimeWarning: .*\n(  (?!File ).*\n)?", "", text)
    return "\n".join(
        line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + " ..."
        for line in text.rstrip("\n").split("\n")
    )


def _wrapped(text: str) -> str:
    """The lines of a paragraph anew: how they were wrapped depends on the length of paths."""
    lines: list[str] = []
    indent = 0
    for line in text.split("\n"):
        label = re.match(_LABEL, line)
        if indent and line.startswith(" " * indent):
            lines[-1] += f" {line.strip()}"
            continue
        indent = len(label[0]) if label else 0
        lines.append(line)
    return "\n".join(
        wrapped(label[0], line[label.end() :], _WIDTH)
        if (label := re.match(_LABEL, line))
        else line
        for line in lines
    )


def _shortened(text: str) -> str:
    """The first and the last lines of a traceback."""
    lines = text.split("\n")
    begin = next((n for n, line in enumerate(lines) if line.startswith("Traceback")), None)
    if begin is None:
        return text
    last = max(n for n, line in enumerate(lines) if line.startswith('  File "'))
    end = lines[last:]
    if "SyntaxError" not in text and "IndentationError" not in text:
        # Beneath the line of a frame, which not every version marks.
        end = [line for n, line in enumerate(end) if n != 2 or not re.fullmatch(r" *[~^]+", line)]
    return "\n".join([*lines[: begin + 1], f"  ... {last - begin - 1} lines ...", *end])
