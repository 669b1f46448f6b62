"""Rows of the version table that no script knows, that vanish, or that hold a quote."""

from __future__ import annotations

import io
import pathlib
import sqlite3

import pytest
from alembic.migration import MigrationContext
from alembic.runtime.migration import HeadMaintainer

from tests.small_project import Project, script, small_project


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return small_project(tmp_path)


def test_row_that_no_script_knows(project: Project) -> None:
    assert project.run("upgrade", "aaaa1").returncode == 0
    with sqlite3.connect(project.database) as connection:
        connection.execute("update alembic_version set version_num = 'ffff9'")
    for command in (("upgrade", "head"), ("downgrade", "base"), ("stamp", "head"), ("current",)):
        run = project.same(*command)
        assert run.returncode > 0
        assert "Can't locate revision identified by 'ffff9'" in run.stderr + run.stdout
    assert project.rows == ["ffff9"]


def test_row_that_vanished_stops_the_step(project: Project) -> None:
    """The update of the version table has to match one row, or the run is undone."""
    project.write(
        "3.py",
        script("cccc3", "bbbb2").replace(
            "def upgrade():\n", "def upgrade():\n    op.execute('delete from alembic_version')\n"
        ),
    )
    assert project.run("upgrade", "bbbb2").returncode == 0
    ours = project.run("upgrade", "head")
    assert ours.returncode > 0
    assert "expected to match one row when updating 'bbbb2' to 'cccc3'" in (
        ours.stderr + ours.stdout
    )


@pytest.mark.parametrize("revision", ["it's", "a''b", "x';drop table t_aaaa1;select'"])
def test_id_that_holds_a_quote(project: Project, revision: str) -> None:
    """Upstream lets such an id end its SQL literal."""
    project.write("3.py", script(revision, "bbbb2"))
    run = project.run("upgrade", "head")
    assert run.returncode == 0, run.stderr
    assert project.rows == [revision]
    assert "t_aaaa1" in project.content()
    assert project.run("downgrade", "-1").returncode == 0
    assert project.rows == ["bbbb2"]
    assert project.run("stamp", "head").returncode == 0
    assert project.rows == [revision]


def test_id_that_holds_a_quote_offline(project: Project) -> None:
    """The SQL of --sql, given to SQLite, leaves the id as it is."""
    project.write("3.py", script("it's", "bbbb2"))
    run = project.run("upgrade", "head", "--sql")
    assert run.returncode == 0, run.stderr
    with sqlite3.connect(project.database) as connection:
        connection.executescript(run.stdout)
    assert project.rows == ["it's"]


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"])
def test_id_that_holds_a_quote_or_a_backslash_on_each_dialect(dialect: str) -> None:
    """A private name of SQLAlchemy decided about the backslash, on two dialects only."""
    backslash = "\\\\" if dialect in ("mysql", "mariadb") else "\\"
    assert inserted(dialect, "it's") == "'it''s'"
    assert inserted(dialect, "ends\\") == f"'ends{backslash}'"
    # Ordinary ids are written as Alembic writes them.
    assert inserted(dialect, "ae1027a6") == "'ae1027a6'"


def inserted(dialect: str, revision: str) -> str:
    """The literal of an id in the SQL that --sql prints."""
    output = io.StringIO()
    context = MigrationContext.configure(
        dialect_name=dialect, opts={"as_sql": True, "output_buffer": output}
    )
    HeadMaintainer(context, ())._insert_version(revision)
    return output.getvalue().partition("VALUES (")[2].partition(")")[0]


def test_sound_project_offline_writes_what_upstream_writes(project: Project) -> None:
    assert "INSERT INTO alembic_version" in project.same("upgrade", "head", "--sql").stdout
    assert "DELETE FROM alembic_version" in project.same("downgrade", "bbbb2:base", "--sql").stdout
