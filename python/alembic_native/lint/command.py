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
from alembic_native.lint.errors import LintFailed
from alembic_native.lint.options import FORMATS
from alembic_native.lint.request import Request
from alembic_native.lint.rules import ERROR, SQUAWK
from alembic_native.lint.scripts import Scripts
from alembic_native.lint.settings import SECTION
from alembic_native.printable import printable
from alembic_native.reading import printing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alembic_native._lint import ScriptReport
    from alembic_native.lint.findings import Finding
    from alembic_native.lint.project import Project
    from alembic_native.lint.settings import LintSettings

    Tell = Callable[[str], None]

CLEAN, FOUND, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def run(request: Request, opened: Callable[[], Project], tell: Tell) -> int:
    """Do it as the command of this process; the exit code. What stops it is said on stderr."""
    try:
        return lint(request, opened, tell, _may_be_coloured())
    except LintFailed as failed:
        print(f"FAILED: {printable(failed)}", file=sys.stderr)
        return WRONG_USE
    except BrokenPipeError:
        printing.give_up(sys.stdout)
        return FOUND
    except OSError as error:
        # All else that is read or written says itself what it cannot do.
        printing.give_up(sys.stdout)
        print(f"FAILED: The findings cannot be written: {error.strerror}.", file=sys.stderr)
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

        tell(explanation(request.explained))
        return CLEAN
    project = opened()
    scripts = Scripts(project.version_locations, project.is_recursive)
    if request.writes_heads:
        done = heads_file_rule.write(project.heads_file, scripts)
        if not request.is_quiet:
            tell(done)
        return CLEAN
    found, warning = findings(request, project, scripts)
    if warning:
        print(warning, file=sys.stderr)
    if not request.is_quiet:
        if request.shows_statistics:
            tell(text.statistics(found))
        tell(_report(request.format, found, len(scripts), is_coloured))
    counts = found if request.is_strict else [one for one in found if one.severity == ERROR]
    return FOUND if counts and not request.exits_zero else CLEAN


def findings(request: Request, project: Project, scripts: Scripts) -> tuple[list[Finding], str]:
    """All that counts, and a warning where SQL texts could not be judged. Raises ``LintFailed``."""
    settings = project.settings
    _check_labels(settings.expected_heads, scripts)
    paths = _paths_in(request.paths, scripts)
    found = graph_rules.findings(scripts, settings.expected_heads, project.id_length)
    found += heads_file_rule.findings(project.heads_file, scripts)
    reference = request.base or settings.base
    if reference is not None:
        of_base, changed = _against_base(reference, project, scripts)
        found += of_base
        paths = [path for path in paths if path in changed]
    dialect = request.dialect or project.dialect
    version = request.server_version or settings.server_version
    judged = script_rules.judge(
        scripts, paths, dialect, version, compiles_all=reference is not None
    )
    of_sql, has_squawk, warning = _of_sql(judged.reports, dialect, version, settings)
    found += judged.findings + of_sql
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
    return ignores.counted(found, judged.reports, others, settings, rules), warning


def _check_labels(expected_heads: int | tuple[str, ...], scripts: Scripts) -> None:
    """Raise ``LintFailed`` where a label that the configuration names is on no script."""
    if isinstance(expected_heads, int) or scripts.uncertain:
        return
    known = {label for script in scripts.certain for label in script.branch_labels}
    for label in expected_heads:
        if label not in known:
            raise LintFailed(f"heads in {SECTION} names {label}, and no script has that label.")


def _against_base(
    reference: str, project: Project, scripts: Scripts
) -> tuple[list[Finding], set[str]]:
    """What the base branch shows, and the paths of the scripts that are new or changed."""
    from alembic_native.lint import base_rules
    from alembic_native.lint.base_scripts import read_base_scripts

    base = read_base_scripts(reference, project.version_locations, project.is_recursive)
    changed = base.changed(scripts.paths())
    return base_rules.findings(scripts, base, changed, project.settings.expected_heads), changed


def _of_sql(
    reports: Mapping[str, ScriptReport], dialect: str, version: int, settings: LintSettings
) -> tuple[list[Finding], bool, str]:
    """The findings of squawk, whether it is there, and a warning where it fails."""
    texts = [(path, sql) for path, report in reports.items() for sql in report.sql]
    if not texts or dialect != "postgresql" or settings.ignores(SQUAWK):
        return [], False, ""
    from alembic_native.lint import squawk

    found, warning = squawk.findings(texts, version)
    return found, squawk.installed_program() is not None, warning


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
            raise LintFailed(f"{one} is not a script of this project, and holds none.")
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
        sys.stdout is not None
        and sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )
