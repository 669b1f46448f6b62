"""Histories that contradict themselves: a message, no hang, nothing in the database.

Where upstream has a good answer ours is the same; the two are run side by side.
"""

from __future__ import annotations

import os
import pathlib
import sqlite3
import subprocess
import sys

import pytest

from tests.small_project import PATIENCE, Project, script, small_project


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return small_project(tmp_path)


def test_duplicate_id_names_both_files(project: Project) -> None:
    again = project.write("3.py", script("bbbb2", "aaaa1"))
    run = project.run("heads")
    assert f"Revision bbbb2 is present more than once: {project.versions}/2.py and {again}" in (
        run.stderr
    )
    assert run.stdout == project.run("heads", native=False).stdout


def test_a_new_script_with_an_id_that_is_there_names_both_files(project: Project) -> None:
    """Where a script was read the warning named both files, where it was written only the id."""
    template = "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
    (project.versions.parent / "script.py.mako").write_text(template)
    run = project.run("revision", "--rev-id", "aaaa1", "-m", "again")
    assert f"{project.versions / '1.py'} and {project.versions / 'aaaa1_again.py'}" in run.stderr


@pytest.mark.parametrize(
    "command",
    [("upgrade", "head"), ("stamp", "head"), ("revision", "-m", "more")],
)
def test_one_id_in_two_files_is_named_instead_of_several_heads(
    project: Project, command: tuple[str, ...]
) -> None:
    """Bug: of a head in two files it was said that several heads are there, to be merged."""
    (project.versions.parent / "script.py.mako").write_text("revision = ${repr(up_revision)}\n")
    again = project.write("3.py", script("bbbb2", "aaaa1"))
    message = project.refused(*command)
    assert f"Revision bbbb2 is present more than once: {project.versions}/2.py and {again}." in (
        message
    )
    assert "Multiple heads" not in message


def test_a_superfluous_row_is_named_with_the_stamp_that_mends_it(project: Project) -> None:
    """Bug: of a row beside one built upon it only "overlaps with other requested revisions"."""
    project.write("3.py", script("cccc3", "bbbb2"))
    assert project.run("upgrade", "bbbb2").returncode == 0
    with sqlite3.connect(project.database) as database:
        database.execute("INSERT INTO alembic_version VALUES ('aaaa1')")
    database.close()
    message = project.refused("upgrade", "head")
    assert "Requested revision bbbb2 overlaps with other requested revisions aaaa1" in message
    assert "'alembic stamp --purge bbbb2'" in message
    assert project.run("stamp", "--purge", "bbbb2").returncode == 0
    assert project.run("upgrade", "head").returncode == 0
    assert project.rows == ["cccc3"]


def test_missing_parent_names_file_line_and_the_nearest(project: Project) -> None:
    path = project.write("3.py", script("cccc3", "bbbb3"))
    message = project.refused("upgrade", "head")
    assert f"({path}, line 4)" in message
    assert "'cccc3' has down_revision 'bbbb3'" in message
    assert "the nearest are: bbbb2" in message
    assert "Warning" not in project.run("upgrade", "head").stderr


def test_missing_parent_in_a_file_whose_name_is_no_text(project: Project) -> None:
    """The path of such a file in the message ended in a UnicodeDecodeError."""
    name = os.fsdecode("jos\xe9.py".encode("latin-1"))
    project.write(name, script("cccc3", "bbbb3"))
    assert "'cccc3' has down_revision 'bbbb3'" in project.refused("upgrade", "head")


def test_missing_dependency_names_file_line_and_the_nearest(project: Project) -> None:
    path = project.write("3.py", script("cccc3", "bbbb2", "depends_on = 'aaaa9'"))
    message = project.refused("upgrade", "head")
    assert f"({path}, line 5)" in message
    assert "'cccc3' has depends_on 'aaaa9'" in message
    assert "the nearest are: aaaa1" in message


def test_missing_parent_is_what_upstream_raises(project: Project) -> None:
    project.write("3.py", script("cccc3", "nowhere"))
    program = (
        "from alembic.config import Config\n"
        "from alembic.script import ScriptDirectory\n"
        "from alembic.util import CommandError\n"
        "try:\n"
        "    ScriptDirectory.from_config(Config('alembic.ini')).get_heads()\n"
        "except KeyError as error:\n"
        "    print(isinstance(error, CommandError))\n"
    )
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=project.folder,
        timeout=PATIENCE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "True\n", run.stderr


_CYCLES = {
    "of_two": ([("x1", "x2", ""), ("x2", "x1", "")], "Cycle is detected in revisions (x1, x2)"),
    "of_all": (
        [("aaaa1", "bbbb2", ""), ("bbbb2", "aaaa1", "")],
        "Cycle is detected in revisions (aaaa1, bbbb2)",
    ),
    "between_base_and_head": (
        [("x1", ("bbbb2", "x2"), ""), ("x2", "x1", ""), ("x3", "x2", "")],
        "Cycle is detected in revisions (x1, x2)",
    ),
    "through_depends_on": (
        [("x1", None, "depends_on = 'x2'"), ("x2", "x1", "")],
        "Dependency cycle is detected in revisions (x1, x2)",
    ),
    "through_a_label": (
        [("x1", "bbbb2", "depends_on = 'lib'"), ("x2", "x1", "branch_labels = 'lib'")],
        "Dependency cycle is detected in revisions (aaaa1, bbbb2, x1, x2)",
    ),
    "through_a_label_between_base_and_head": (
        [
            ("x1", "bbbb2", "depends_on = 'lib'"),
            ("x2", "x1", "branch_labels = 'lib'"),
            ("x3", "x2", ""),
        ],
        "Dependency cycle is detected in revisions (x1, x2)",
    ),
    "through_its_own_label": (
        [("x1", "bbbb2", "depends_on = 'lib'\nbranch_labels = 'lib'")],
        "Dependency cycle is detected in revisions (aaaa1, bbbb2, x1)",
    ),
}


@pytest.mark.parametrize("kind", _CYCLES)
@pytest.mark.parametrize("command", [("upgrade", "heads"), ("history",), ("current",)])
def test_cycle(project: Project, kind: str, command: tuple[str, ...]) -> None:
    scripts, message = _CYCLES[kind]
    for revision, down_revision, more in scripts:
        name = {"aaaa1": "1.py", "bbbb2": "2.py"}.get(revision, f"{revision}.py")
        project.write(name, script(revision, down_revision, more))
    assert project.refused(*command).endswith(message)
