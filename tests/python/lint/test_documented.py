"""docs/lint.md and the explanations say what is there, and the examples are judged as they say."""

from __future__ import annotations

import pathlib
import re
import textwrap

import pytest

from alembic_native import _lint
from alembic_native.lint import rules
from alembic_native.lint.explanations import explanation
from alembic_native.lint.options import OPTIONS

ROOT = pathlib.Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
RULES_TEXT = pathlib.Path(rules.__file__).with_name("rules.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", RULES_TEXT, re.MULTILINE | re.DOTALL)
DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite")
#: Rule, `found` or `safe`, dialects, version and code of each example. It is for the newest of all
#: databases that the rule speaks of, unless its fence names one.
EXAMPLES = [
    (
        rule,
        kind,
        (dialect,) if dialect else rules.RULES[rule].dialects or DIALECTS,
        int(version or 0),
        code,
    )
    for rule, section in SECTIONS
    for kind, dialect, version, code in re.findall(
        r"^```python (found|safe)(?: (\w+) (\d+))?\n(.*?)^```", section, re.MULTILINE | re.DOTALL
    )
]
HEADER = """\
import sqlalchemy as sa
from alembic import op

"""


def script(code: str) -> bytes:
    """A script whose upgrade() is an example, unless the example has functions of its own."""
    if "def upgrade" not in code:
        code = f"def upgrade():\n{textwrap.indent(code, '    ')}"
    return (HEADER + code).encode()


def judged(code: str, dialect: str, version: int) -> list[str]:
    report = _lint.judge_script(script(code), dialect, version, False)
    assert report.unreadable == ""
    return [finding.rule for finding in report.findings]


def test_every_option_is_in_the_document() -> None:
    for option in OPTIONS:
        for spelling in option.spellings:
            assert re.search(rf"`[^`]*{spelling}\b[^`]*`", DOCUMENT), spelling


def test_every_rule_has_its_section_in_the_order_of_the_table() -> None:
    assert [rule for rule, _ in SECTIONS] == list(rules.RULES)
    assert all(section.strip() for _, section in SECTIONS)


def test_every_rule_that_is_judged_natively_has_an_example() -> None:
    """The others need more than one script."""
    native = {
        rule.name
        for rule in rules.RULES.values()
        if rule.of != rules.GRAPH and rule.name not in ("merge-with-operations", "unused-ignore")
    }
    assert {rule for rule, kind, *_ in EXAMPLES if kind == "found"} == native


@pytest.mark.parametrize(("rule", "kind", "dialects", "version", "code"), EXAMPLES)
def test_an_example(
    rule: str, kind: str, dialects: tuple[str, ...], version: int, code: str
) -> None:
    """What is safe is safe in the eyes of all rules that are more than a note."""
    for dialect in dialects:
        found = judged(code, dialect, version)
        if kind == "found":
            assert rule in found
        else:
            warned = [one for one in found if rules.RULES[one].severity != rules.NOTE]
            assert (warned, rule in found) == ([], False)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_rule_speaks_of_its_databases_only(dialect: str) -> None:
    for rule, *_, code in EXAMPLES:
        only = rules.RULES[rule].dialects
        if only and dialect not in only:
            assert rule not in judged(code, dialect, 0)


def test_an_explanation_is_read_on_a_terminal() -> None:
    text = explanation("drop-index-not-concurrent")
    assert text is not None
    assert text.startswith("drop-index-not-concurrent (warning, postgresql only)\n\nAn index is ")
    assert '\nFound:\n    op.drop_index("ix_email", table_name="account")\n' in text
    assert "##" not in text
    assert "```" not in text
    for rule in rules.RULES:
        lines = (explanation(rule) or "").splitlines()
        assert len(lines) > 2
        assert max(map(len, lines)) <= 104


def test_rules_of_squawk_and_no_rules() -> None:
    assert "https://squawkhq.com/docs/ban-drop-column" in (
        explanation("squawk-ban-drop-column") or ""
    )
    assert explanation("squawk-") is None
    assert explanation("no-such-rule") is None
