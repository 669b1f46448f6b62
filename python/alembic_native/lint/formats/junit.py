"""Findings as a report of tests in the XML of JUnit, as GitLab and Jenkins read it.

An error is a test that failed. A warning or a note is one that passed, with the finding as its
output: a report shows no failure where the exit code is 0. The name of a test does not change when
lines move, so that GitLab sees which findings a branch adds; GitLab drops tests whose class and
name are those of another one, so equal ones are numbered.
"""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree

from alembic_native.lint.findings import in_order
from alembic_native.lint.formats.paths import repository_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic_native.lint.findings import Finding

#: What XML 1.0 has no way to write (production 2, Char), and CR, which its readers take for LF.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_SUITE = "alembic lint"


def report(findings: list[Finding], script_count: int) -> str:
    """The document. It is ASCII, so that the encoding of the output does not matter."""
    cases = _cases(findings) or [_case(_SUITE, f"{script_count} scripts")]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(one.severity == "error" for one in findings)),
        "errors": "0",
        "skipped": "0",
    }
    suites = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": _SUITE, **counts})
    suite.extend(cases)
    ElementTree.indent(suites)
    written = ElementTree.tostring(suites, encoding="us-ascii").decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}'


def _cases(findings: list[Finding]) -> list[ElementTree.Element]:
    seen: Counter[tuple[str, str]] = Counter()
    cases = []
    for one in in_order(findings):
        path = repository_path(one.path)
        name = f"{path}: {one.subject}" if one.subject else path
        seen[one.rule, name] += 1
        number = seen[one.rule, name]
        case = _case(one.rule, name if number == 1 else f"{name} ({number})")
        case.set("file", _allowed(path))
        case.set("line", str(one.line))
        place = f"{path}:{one.line}:{one.column}: {one.severity}: {one.subject}".rstrip(": ")
        if one.severity == "error":
            attributes = {"message": _allowed(one.happens), "type": one.severity}
            told = ElementTree.SubElement(case, "failure", attributes)
        else:
            told = ElementTree.SubElement(case, "system-out")
        told.text = _allowed(f"{place}\n{one.happens}\n{one.instead}")
        cases.append(case)
    return cases


def _case(class_name: str, name: str) -> ElementTree.Element:
    attributes = {"classname": _allowed(class_name), "name": _allowed(name)}
    return ElementTree.Element("testcase", attributes)


def _allowed(text: str) -> str:
    return _NOT_IN_XML.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
