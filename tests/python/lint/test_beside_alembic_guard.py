"""What alembic-guard finds we find, at the same line, or docs/lint.md says why not."""

from __future__ import annotations

import ast
import re
import textwrap
from typing import NamedTuple

import pytest
from alembic_guard import checker

from alembic_native import _lint
from tests.python.lint.test_documented import DOCUMENT, EXAMPLES, ROOT, script


class Difference(NamedTuple):
    """It is one where both patterns are found."""

    documented: str
    rules: set[str]
    in_call: str
    in_script: str = ""


DIFFERENCES = [
    Difference(
        "raw SQL: CREATE INDEX, RENAME, SET NOT NULL, DROP COLUMN, constraints",
        {"AG002", "AG004", "AG005", "AG007", "AG008"},
        r"^op\.execute\(",
    ),
    Difference(
        "a change of a type that rewrites nothing, or whose old type is not given",
        {"AG006"},
        r"existing_type=sa\.(String|Numeric)|^(?!.*existing_type)",
    ),
    Difference(
        "SET NOT NULL of a column that a validated check constraint covers, or that is NOT NULL "
        "already",
        {"AG007"},
        "",
        "VALIDATE CONSTRAINT|existing_nullable=False",
    ),
    Difference("a required column of the primary key", {"AG001"}, "primary_key=True"),
    Difference(
        'a default that is text: `server_default="gen_random_uuid()"`',
        {"AG009"},
        "server_default=['\"]",
    ),
    Difference(
        "a rename or a drop of what the same revision made, or replaces by a view",
        {"AG004", "AG005"},
        "",
        r"CREATE VIEW|op\.(create_table|add_column)\(",
    ),
    Difference(
        "a table whose name is computed",
        {"AG001", "AG002", "AG004", "AG005", "AG007", "AG008", "AG010"},
        "TABLE",
    ),
]
#: Beside the scripts of the repository and the examples of the explanations.
BODIES = [
    "op.add_column('user', sa.Column('email', sa.String(255), nullable=False))",
    "op.add_column('user', sa.Column('id', sa.Integer(), primary_key=True))",
    "op.add_column('user', sa.Column('id', sa.Text(), server_default='gen_random_uuid()'))",
    "op.add_column('user', sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv4()')))\n"
    "op.add_column('user', sa.Column('at', sa.DateTime(), server_default=sa.text('random()')))",
    "op.create_index('ix_email', 'user', ['email'], unique=True)",
    "op.create_index('ix_email', table_name='user', columns=['email'])",
    "op.create_index('ix_email', 'user', ['email'], postgresql_concurrently=True)",
    "op.execute('CREATE INDEX CONCURRENTLY ix ON \"user\" (email)')",
    "op.execute(sa.text('CREATE UNIQUE INDEX ix ON \"user\" (email)'))",
    'op.execute(\'ALTER TABLE "user" RENAME COLUMN a TO b; ALTER TABLE "user" DROP COLUMN c\')',
    "op.execute('ALTER TABLE \"user\" ALTER a SET NOT NULL')",
    "op.execute('ALTER TABLE \"user\" ADD CONSTRAINT ck CHECK (a > 0)')",
    "op.alter_column('user', 'name', new_column_name='full_name')",
    "op.alter_column('user', 'name', type_=sa.String(9), existing_type=sa.Integer())",
    "op.alter_column('user', 'name', type_=sa.String(9))",
    "op.alter_column('user', 'name', nullable=False)",
    "op.alter_column('user', 'name', nullable=False, existing_nullable=False)",
    "op.drop_column('user', 'name')\nop.drop_table('user')\nop.rename_table('basket', 'cart')",
    "op.create_foreign_key('fk', 'order', 'user', ['user_id'], ['id'])",
    "op.create_foreign_key(None, 'order', 'user', local_cols=['a'], remote_cols=['id'])",
    "op.create_check_constraint('ck', 'order', 'price > 0')",
    "op.create_unique_constraint('uq', 'user', ['email'])\n"
    "op.create_primary_key('pk', 'user', ['id'])",
    "with op.batch_alter_table('user') as batch_op:\n"
    "    batch_op.add_column(sa.Column('a', sa.Text(), nullable=False))\n"
    "    batch_op.alter_column('b', nullable=False)\n"
    "    batch_op.drop_column('c')\n"
    "    batch_op.create_index('ix', ['d'])\n"
    "    batch_op.create_unique_constraint('uq', ['e'])\n"
    "    batch_op.create_foreign_key('fk', 'owner', ['f'], ['id'])",
    "if op.get_context().dialect.name == 'postgresql':\n    op.drop_column('user', 'name')",
    "for name in ('a', 'b'):\n    op.drop_column('user', name)",
    "op.add_column('user', sa.Column('c', sa.Text()))\nop.drop_column('user', 'c')",
    "op.create_table('a')\nop.rename_table('a', 'b')",
    "op.drop_column(TABLE, 'name')\nop.create_index('ix', TABLE, ['email'])",
]
SAME = {
    "AG001": {"add-required-column"},
    "AG002": {"index-not-concurrent"},
    "AG003": {"concurrently-in-transaction"},
    "AG004": {"rename-column", "rename-table"},
    "AG005": {"drop-column", "drop-table"},
    "AG006": {"column-type-change"},
    "AG007": {"set-not-null-scan"},
    "AG008": {"constraint-not-valid-missing"},
    "AG009": {"volatile-default"},
    "AG010": {"unique-constraint-scan", "primary-key-change"},
}


def sources() -> list[tuple[str, str]]:
    files = [*ROOT.glob("migrations/versions/*.py"), *ROOT.glob("tests/projects/**/versions/*.py")]
    assert len(files) > 10
    found = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(files)]
    found += [(f"example of {rule}", script(code).decode()) for rule, *_, code in EXAMPLES]
    found += [(body, script(body).decode()) for body in BODIES]
    several = (
        "def upgrade(engine):\n    globals()['upgrade_' + engine]()\n\ndef upgrade_engine1():\n"
    )
    body = textwrap.indent("\n".join(BODIES), "    ")
    return [*found, ("several databases", script(several + body).decode())]


def unmatched(source: str) -> list[checker.Finding]:
    """What alembic-guard finds, and we do not find at the line."""
    report = _lint.judge_script(source.encode(), "postgresql", 0, False)
    ours = {(finding.line, finding.rule) for finding in report.findings}
    return [
        one
        for one in checker.check_source(source)
        if not any((one.line, rule) in ours for rule in SAME[one.rule_id])
    ]


def call_at(source: str, finding: checker.Finding) -> str:
    [text] = {
        ast.get_source_segment(source, node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and (node.lineno, node.col_offset + 1) == (finding.line, finding.col)
    }
    assert text is not None
    return text


def differences(source: str) -> list[tuple[checker.Finding, list[Difference]]]:
    return [
        (
            finding,
            [
                one
                for one in DIFFERENCES
                if finding.rule_id in one.rules
                and re.search(one.in_call, call_at(source, finding), re.DOTALL)
                and re.search(one.in_script, source)
            ],
        )
        for finding in unmatched(source)
    ]


@pytest.mark.parametrize(("name", "source"), sources())
def test_what_it_finds_we_find_or_the_document_says_why_not(name: str, source: str) -> None:
    for finding, known in differences(source):
        assert known, (name, finding)


def test_the_differences_are_those_of_the_document() -> None:
    table = DOCUMENT.partition("| what it finds, and we do not | why |\n|---|---|\n")[2]
    documented = re.findall(r"^\| (.*?) \| .* \|$", table.partition("\n\n")[0], re.MULTILINE)
    assert documented == [one.documented for one in DIFFERENCES]


def test_each_difference_is_there_in_a_script() -> None:
    seen = {
        known[0].documented for _, source in sources() for _, known in differences(source) if known
    }
    assert seen == {one.documented for one in DIFFERENCES}


def test_the_table_of_rules_is_that_of_the_document() -> None:
    assert set(SAME) == set(checker.RULES)
    for theirs, ours in SAME.items():
        [cell] = re.findall(rf"^\| {theirs} \| (.*) \|$", DOCUMENT, re.MULTILINE)
        assert set(re.findall(r"`([a-z-]+)`", cell)) >= ours
