"""docs/lint.md and the explanations say what is there; their examples are judged as they say, and
their commands run.
"""

from __future__ import annotations

import configparser
import pathlib
import re
import shlex
import textwrap

import pytest

from alembic_native import _lint
from alembic_native.__main__ import main
from alembic_native.lint import rules
from alembic_native.lint.errors import WrongOptions
from alembic_native.lint.explanations import explanation
from alembic_native.lint.options import OPTIONS
from alembic_native.lint.request import Request
from alembic_native.lint.settings import LintSettings
from tests.python.git_checkout import Checkout

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
#: Of the document and of README.md, without a comment or a redirection behind them.
COMMANDS = dict.fromkeys(
    re.sub(r"\s+(#|>) .*", "", command)
    for text in (DOCUMENT, (ROOT / "README.md").read_text(encoding="utf-8"))
    for block in re.findall(r"^```(?:sh|yaml)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for command in re.findall(r"^(?:\s*- (?:run: )?)?(alembic lint\b.*)", block, re.MULTILINE)
)
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
TAX = """\
'''How high a tax is'''

from alembic import op

revision = "7d83e1f5a0c2"
down_revision = "3f1c5a9e2b70"


def upgrade():
    op.alter_column("tax", "rate", nullable=False)


def downgrade():
    op.alter_column("tax", "rate", nullable=True)
"""
#: They need a second script, a very large one, or none that is judged natively.
NOT_OF_ONE_SCRIPT = ("merge-with-operations", "unjudged-script", "unused-ignore")
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


def test_the_table_of_rules_is_the_table_of_rules() -> None:
    table = re.findall(
        r"^\| `([a-z-]+)` \| (error|warning|note) \| (.*) \|$", DOCUMENT, re.MULTILINE
    )
    assert [(rule, severity) for rule, severity, _ in table] == [
        (rule.name, rule.severity) for rule in rules.RULES.values()
    ]
    of_postgresql = [rule for rule, _, text in table if text.startswith("PostgreSQL")]
    assert of_postgresql == [rule.name for rule in rules.RULES.values() if rule.dialects]


def test_the_settings_are_read() -> None:
    [ini] = re.findall(r"```ini\n(.*?)```", DOCUMENT, re.DOTALL)
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(ini)
    settings = LintSettings(dict(parser["alembic:lint"]), "/shop")
    assert (settings.base, settings.expected_heads, settings.server_version) == (
        "origin/main",
        1,
        1400,
    )
    assert settings.severity("drop-column") == rules.ERROR
    assert settings.ignores("index-not-concurrent", "/shop/versions/2019_01_a.py")
    assert not settings.ignores("index-not-concurrent", "/shop/versions/2020_01_a.py")
    names = {
        name
        for row in re.findall(r"^\| (`.*?) \|", DOCUMENT, re.MULTILINE)
        for name in re.findall(r"`([a-z-]+)`", row)
    }
    assert set(parser["alembic:lint"]) <= names


@pytest.fixture
def documented(project: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the branches of the document, and its script on the branch."""
    for path in project.versions.iterdir():
        path.unlink()
    project.write("3f1c5a9e2b70", None)
    project.commit()
    project.git("update-ref", "refs/remotes/origin/main", "HEAD")
    project.git("fetch", "--quiet", ".", "HEAD")
    (project.versions / "7d83e1f5a0c2_tax.py").write_text(TAX)
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.usefixtures("documented")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The report is the one of the document, to a byte."""
    command = command.replace("${{ github.base_ref }}", "main")
    assert main(shlex.split(command)[1:]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "set-not-null-scan" in said.out
    if "--format" not in command and "--explain" not in command:
        [shown] = re.findall(r"```\n(migrations/.*?)```", DOCUMENT, re.DOTALL)
        assert said.out == shown


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 7


def test_the_hooks_for_pre_commit() -> None:
    entries = re.findall(r"^  entry: (.*)$", HOOKS, re.MULTILINE)
    assert entries == ["alembic-native lint", "alembic lint"]
    names = re.findall(r"^- id: (.*)$", HOOKS, re.MULTILINE)
    assert all(f"`{name}`" in DOCUMENT for name in names)
    for pattern in re.findall(r"^  files: (.*)$", HOOKS, re.MULTILINE):
        for path in ("alembic.ini", "shop/migrations/versions/2026/a.py", "pyproject.toml"):
            assert re.search(pattern, path), path
        for path in ("shop/models.py", "docs/alembic.ini.md", "versions/notes.txt"):
            assert not re.search(pattern, path), path


def test_every_rule_has_its_section_in_the_order_of_the_table() -> None:
    assert [rule for rule, _ in SECTIONS] == list(rules.RULES)
    assert all(section.strip() for _, section in SECTIONS)


def test_every_rule_that_is_judged_natively_has_an_example() -> None:
    native = {
        rule.name
        for rule in rules.RULES.values()
        if rule.of != rules.GRAPH and rule.name not in NOT_OF_ONE_SCRIPT
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
    assert "https://squawkhq.com/docs/ban-drop-column" in explanation("squawk-ban-drop-column")
    for name in ("squawk", "squawk-", "no-such-rule"):
        with pytest.raises(WrongOptions, match=f"there is no rule {name}, only"):
            Request({"explain": name})
