"""``lint`` as a command, from its options to the exit code."""

from __future__ import annotations

import os
import sys

from alembic_native.lint import (
    graph_rules,
    heads_file_rule,
    ignores,
    script_rules,
    text,
)
from alembic_native.lint.errors import LintFailed, WrongOptions
from alembic_native.lint.options import FORMATS
from alembic_native.lint.request import Request
from alembic_native.lint.rules import ERROR
from alembic_native.lint.scripts import Scripts
from alembic_native.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic_native.lint.findings import Finding
    from alembic_native.lint.project import Project

    Tell = Callable[[str], None]

CLEAN, FOUND, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def run(request: Request, opened: Callable[[], Project], tell: Tell) -> int:
    """Do it as the command of this process; the exit code.

    What stops it is said on stderr. Raises ``WrongOptions``.
    """
    try:
        return lint(request, opened, tell, _may_be_coloured())
    except WrongOptions:
        raise
    except LintFailed as failed:
        print(f"FAILED: {printable(failed)}", file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED


def lint(
    request: Request, opened: Callable[[], Project], tell: Tell, is_coloured: bool = False
) -> int:
    """Do it; the exit code.

    ``opened`` gives the project, and ``tell`` writes a text to the standard output. Raises
    ``LintFailed``.
    """
    if request.explained is not None:
        from alembic_native.lint.explanations import explanation

        tell(explanation(request.explained) or "")
        return CLEAN
    project = opened()
    scripts = Scripts(project.version_locations, project.is_recursive)
    if request.writes_heads:
        done = heads_file_rule.write(project.heads_file, scripts)
        if not request.is_quiet:
            tell(done)
        return CLEAN
    found = findings(request, project, scripts)
    if not request.is_quiet:
        if request.shows_statistics:
            tell(text.statistics(found))
        tell(_report(request.format, found, len(scripts), is_coloured))
    counts = found if request.is_strict else [one for one in found if one.severity == ERROR]
    return FOUND if counts and not request.exits_zero else CLEAN


def findings(request: Request, project: Project, scripts: Scripts) -> list[Finding]:
    """All that counts. Raises ``LintFailed``."""
    settings = project.settings
    paths = _paths_in(request.paths, scripts)
    found = graph_rules.findings(scripts, settings.expected_heads, project.id_length)
    found += heads_file_rule.findings(project.heads_file, scripts)
    reference = request.base or settings.base
    if reference is not None:
        from alembic_native.lint import base_rules
        from alembic_native.lint.base_branch import read_base_branch

        base = read_base_branch(reference, project.version_locations, project.is_recursive)
        changed = base.changed(scripts.paths())
        found += base_rules.findings(scripts, base, changed, settings.expected_heads)
        paths = [path for path in paths if path in changed]
    dialect = request.dialect or project.dialect
    version = request.server_version or settings.server_version
    judged = script_rules.judge(
        scripts, paths, dialect, version, compiles_all=reference is not None
    )
    found += judged.findings
    texts = [(path, sql) for path, report in judged.reports.items() for sql in report.sql]
    has_squawk = False
    if texts and dialect == "postgresql" and not settings.ignores("squawk"):
        from alembic_native.lint import squawk

        has_squawk = squawk.installed_program() is not None
        of_sql, failure = squawk.findings(texts, version)
        found += of_sql
        if failure:
            print(failure, file=sys.stderr)
    # The comments of a script that is not judged count where the history has a finding in it.
    others = script_rules.reports_of(
        [path for path in {one.path: None for one in found} if path not in judged.reports]
    )
    rules = ignores.rules_that_are_judged(
        settings,
        dialect,
        is_version_known=bool(version),
        is_history_known=not scripts.uncertain,
        has_base=reference is not None,
        has_squawk=has_squawk,
    )
    return ignores.counted(found, judged.reports, others, settings, rules)


def _paths_in(given: list[str], scripts: Scripts) -> list[str]:
    """The scripts that the given files and folders name; all without any.

    Raises ``LintFailed`` where there is no such file, or none of the scripts in it.
    """
    if not given:
        return scripts.paths()
    known = {os.path.realpath(path): path for path in scripts.paths()}
    chosen: dict[str, None] = {}
    for one in given:
        if not os.path.exists(one):
            raise LintFailed(f"{one}: no such file or folder.")
        real = os.path.realpath(one)
        inside = os.path.join(real, "")
        matching = [
            path for where, path in known.items() if where == real or where.startswith(inside)
        ]
        if not matching:
            raise LintFailed(f"{one} is no script of this project, and holds none.")
        chosen.update(dict.fromkeys(matching))
    return list(chosen)


def _report(name: str, found: list[Finding], script_count: int, is_coloured: bool) -> str:
    if name == FORMATS[0]:
        return text.report(found, script_count, is_coloured)
    from alembic_native.lint.formats import report_function

    return report_function(name)(found, script_count)


def _may_be_coloured() -> bool:
    """Whether the standard output is a terminal that shows colours, and its user wants them."""
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
