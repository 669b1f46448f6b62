"""The comparison itself: it notices every difference, and an overlay that is not there."""

from __future__ import annotations

import pathlib

import pytest

from tests.projects.comparison import Comparison
from tests.projects.schema import rows


@pytest.fixture
def comparison(tmp_path: pathlib.Path) -> Comparison:
    urls = (f"sqlite:///{tmp_path}/first.db", f"sqlite:///{tmp_path}/second.db")
    return Comparison("docker-backend", tmp_path, urls)


def test_an_overlay_that_stepped_aside(comparison: Comparison) -> None:
    comparison.check_overlay()
    comparison.overlay.environment["ALEMBIC_NATIVE"] = "0"
    with pytest.raises(AssertionError, match="not active"):
        comparison.check_overlay()


@pytest.mark.parametrize(
    "program",
    [
        "print(native)",
        "print(native, file=sys.stderr)",
        "sys.exit(native)",
        "open('new_file.txt', 'w').write(str(native))",
        "native and os.remove('alembic.ini')",
    ],
)
def test_a_difference(comparison: Comparison, program: str) -> None:
    start = "import os, sys; native = int(os.environ.get('ALEMBIC_NATIVE') != '0')"
    with pytest.raises(AssertionError, match="native"):
        comparison.run(f'python -c "{start}; {program}"')


def test_another_schema_or_version(comparison: Comparison) -> None:
    create = "CREATE TABLE alembic_version (version_num VARCHAR(32))"
    comparison.each(lambda copy: rows(copy.url, create))
    assert comparison.database().schema == create
    rows(comparison.overlay.url, "INSERT INTO alembic_version VALUES ('aaaa1111')")
    with pytest.raises(AssertionError, match="aaaa1111"):
        comparison.database()
    rows(comparison.upstream.url, "INSERT INTO alembic_version VALUES ('aaaa1111')")
    rows(comparison.upstream.url, "CREATE TABLE customer (id INTEGER)")
    with pytest.raises(AssertionError, match="customer"):
        comparison.database()


SCRIPT = '''"""Twice

Create Date: {date}
"""
revision = "{revision}"
'''


def test_scripts_with_the_same_message_are_told_apart_by_their_dates(
    comparison: Comparison,
) -> None:
    for revision, date in (("aaaa", "2026-03-02"), ("bbbb", "2026-03-01"), ("cccc", "2026-03-03")):
        text = SCRIPT.format(revision=revision, date=date)
        comparison.write(f"alembic/versions/{revision}.py", text)
    expected = {"Twice": "bbbb", "Twice 2": "aaaa", "Twice 3": "cccc"}
    assert comparison.overlay.revisions() == expected


def test_commands_in_another_order(comparison: Comparison) -> None:
    for command in ("true", "echo first", "echo second"):
        comparison.run(command)
    comparison.assert_ran_in_order("true\necho second")
    for readme in ("echo second\necho first", "echo first\necho first", "echo third"):
        with pytest.raises(AssertionError, match="not run, or too early"):
            comparison.assert_ran_in_order(readme)
