"""The extension module that judges scripts: how a program calls it."""

from __future__ import annotations

import pathlib

import pytest

from alembic_native import _lint

SOURCE = b"""\
from alembic import op

def upgrade():
    op.drop_table("user")  # lint: ignore[drop-table] since 2.0
    op.execute("UPDATE shop SET open = true")

def downgrade():
    pass
"""


def test_a_report() -> None:
    report = _lint.judge_script(SOURCE, "postgresql", 1600, False)
    assert [(f.rule, f.line, f.column, f.subject) for f in report.findings] == [
        ("drop-table", 4, 5, 'table "user"'),
        ("data-and-schema-together", 5, 5, 'table "shop"'),
        ("unbounded-update", 5, 5, 'table "shop"'),
        ("empty-downgrade", 7, 1, ""),
    ]
    [ignore] = report.ignores
    assert (ignore.line, ignore.column, ignore.applies_to) == (4, 28, 4)
    assert (ignore.rules, ignore.reason) == (("drop-table",), "since 2.0")
    [sql] = report.sql
    assert (sql.line, sql.column, sql.text) == (5, 16, "UPDATE shop SET open = true")
    assert (len(report.upgrade), len(report.downgrade)) == (16, 16)
    assert (report.conflict_line, report.unreadable) == (None, "")


def test_a_merge() -> None:
    report = _lint.judge_script(SOURCE, "sqlite", 0, True)
    assert "merge-with-operations" in [finding.rule for finding in report.findings]


def test_what_is_no_python() -> None:
    report = _lint.judge_script(b"<<<<<<< HEAD\nx = 'a\n", "mysql", 802, False)
    assert (report.conflict_line, report.unreadable) == (1, "a string is not closed")
    assert report.findings == []


def test_files_in_their_order(tmp_path: pathlib.Path) -> None:
    paths = [tmp_path / f"{number}.py" for number in range(200)]
    for number, path in enumerate(paths):
        path.write_text(f"from alembic import op\ndef upgrade():\n  op.drop_table('t{number}')\n")
    paths[7].unlink()
    paths[8].unlink()
    paths[8].mkdir()
    paths[9].write_text("from alembic import op\ndef upgrade():\n  op.create_table('t')\n")
    reports = _lint.judge_files([str(path) for path in paths], "mariadb", 1011, [False] * 200)
    assert reports[7] == reports[8] == "the file cannot be read"
    assert reports[9] is None
    for number, report in enumerate(reports):
        if not isinstance(report, str) and report is not None:
            assert [f.subject for f in report.findings] == [f'table "t{number}"']
    assert _lint.judge_files([], "mariadb", 1011, []) == []


def test_wrong_use() -> None:
    with pytest.raises(ValueError, match="not oracle"):
        _lint.judge_script(b"", "oracle", 0, False)
    with pytest.raises(ValueError, match="differ in length"):
        _lint.judge_files(["a.py"], "sqlite", 0, [])
