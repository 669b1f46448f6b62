"""The rules that look at one script: what git left in it, whether it compiles, what it does.

What it does is judged by the native core.
"""

from __future__ import annotations

import os
import re

from alembic_native import _lint
from alembic_native.lint.dialects import OTHER
from alembic_native.lint.findings import Finding
from alembic_native.lint.rules import RULES
from alembic_native.lint.scripts import source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from alembic_native._core import ImportNeeded
    from alembic_native.lint.scripts import Scripts

#: What they say of a type or a default is said of one database.
_OF_A_DATABASE = ("column-type-change", "volatile-default")

#: What is longer is data rather than code, and takes Python long, and much memory.
_LONGEST_COMPILED = 10_000_000

#: The name itself, or what binds names that are not written there.
_MAY_BIND_REVISION = (
    rb"(?<!\w)(?:revision|exec|eval|globals|locals|vars|setattr|__dict__)\b|import\s*\*"
)


class Judged:
    """Of some scripts the reports that tell something, by path, and the findings in all of them."""

    def __init__(self) -> None:
        self.reports: dict[str, _lint.ScriptReport] = {}
        self.findings: list[Finding] = []


def judge(
    scripts: Scripts,
    paths: Iterable[str],
    dialect: str,
    server_version: int,
    compiles_all: bool,
) -> Judged:
    """Judge the scripts at ``paths``.

    Of the others, those whose header is not certain are looked through for what explains it.
    ``compiles_all``: whether each of ``paths`` is compiled, or only what does not read as Python.
    """
    merge_points = scripts.merge_points()
    reasons = dict(scripts.uncertain)
    chosen = dict.fromkeys(paths)
    read = list(dict.fromkeys([*chosen, *reasons]))
    judged = Judged()
    reports = _lint.judge_files(
        read,
        "postgresql" if dialect == OTHER else dialect,
        server_version,
        [path in merge_points for path in read],
    )
    for path, report in zip(read, reports, strict=True):
        if report is None and path not in reasons and not compiles_all:
            continue
        is_chosen = path in chosen
        judged.findings += _of_script(
            path,
            report,
            reasons.get(path),
            compiles_all and is_chosen,
            dialect if is_chosen else "",
        )
        if isinstance(report, _lint.ScriptReport) and is_chosen:
            judged.reports[path] = report
    return judged


def _of_script(
    path: str,
    report: _lint.ScriptReport | str | None,
    reason: ImportNeeded | None,
    is_compiled: bool,
    dialect: str,
) -> Iterator[Finding]:
    """The findings in one script: what it does, if there is a dialect, and what is wrong with it.

    ``reason`` says why its header is not certain, None where it is.
    """
    if reason is not None and not os.path.isfile(path):
        report = "it is not a regular file"
    if isinstance(report, str):
        yield Finding("unreadable-file", path, 1, 1, report)
        return
    if report is not None and report.conflict_line is not None:
        yield Finding("conflict-markers", path, report.conflict_line)
        return
    if report is not None and dialect:
        yield from _of_report(path, report, dialect)
    unreadable = "" if report is None else report.unreadable
    error = _syntax_error(path) if is_compiled or reason is not None or unreadable else None
    if error is not None:
        yield error
    elif reason is not None and _lacks_revision(path):
        yield Finding("missing-revision", path)
    elif reason is not None:
        yield Finding("unreadable-header", path, max(reason.line, 1), 1, reason.reason)
    elif unreadable:
        yield Finding("unjudged-script", path, 1, 1, unreadable)


def reports_of(paths: Sequence[str]) -> dict[str, _lint.ScriptReport]:
    """Reports on scripts for their comments alone; without those that cannot be read."""
    # Which database they are for is of no matter here.
    reports = _lint.judge_files(paths, "sqlite", 0, [False] * len(paths))
    return {
        path: report
        for path, report in zip(paths, reports, strict=True)
        if report is not None and not isinstance(report, str)
    }


def _lacks_revision(path: str) -> bool:
    """Whether nothing in a script can bind its revision, nor does the name of the file tell it."""
    source = source_of(path)
    if source is None or re.fullmatch(r"[a-f0-9]+\.py", os.path.basename(path)):
        return False
    return not re.search(_MAY_BIND_REVISION, source)


def _of_report(path: str, report: _lint.ScriptReport, dialect: str) -> Iterator[Finding]:
    for one in report.findings:
        rule = RULES[one.rule]
        if dialect != OTHER or not (rule.dialects or rule.name in _OF_A_DATABASE):
            yield Finding(one.rule, path, one.line, one.column, one.subject)


def _syntax_error(path: str) -> Finding | None:
    import warnings

    source = source_of(path)
    if source is None or len(source) > _LONGEST_COMPILED:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        line, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
        return Finding("syntax-error", path, line, column, error.msg)
    except (ValueError, MemoryError, RecursionError) as error:
        # Null characters; expressions that are nested too deeply.
        return Finding("syntax-error", path, 1, 1, str(error) or type(error).__name__)
    return None
