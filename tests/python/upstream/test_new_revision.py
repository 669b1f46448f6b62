"""New scripts: what cannot be used is not kept, and what will not work is warned of before."""

from __future__ import annotations

import pathlib

import pytest

from tests.small_project import Project, last_line, script, small_project

TEMPLATE = '''"""${message}"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}
'''


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    made = small_project(tmp_path)
    (made.versions.parent / "script.py.mako").write_text(TEMPLATE)
    return made


def set_option(project: Project, line: str) -> None:
    path = project.folder / "alembic.ini"
    path.write_text(f"{path.read_text()}{line}\n")


def files(project: Project) -> list[str]:
    return sorted(path.name for path in project.versions.rglob("*.py"))


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["-m", 'tri"""ple'], "SyntaxError: "),
        (["-m", r"a \U path"], "SyntaxError: (unicode error)"),
        (["--head", "base", "--branch-label", "br"], "Branch name 'br' in revision new1"),
    ],
)
def test_a_script_that_cannot_be_read_is_not_kept(
    project: Project, words: list[str], error: str
) -> None:
    """Bug: `revision` failed and left its script, and from then on every command failed."""
    project.write("3.py", script("cccc3", "bbbb2", "branch_labels = 'br'"))
    run = project.run("revision", "--rev-id", "new1", *words)
    assert run.returncode == 1
    assert error in last_line(run)
    assert files(project) == ["1.py", "2.py", "3.py"]
    assert project.run("heads").stdout == "cccc3 (br) (head)\n"


def test_a_syntax_error_says_that_the_message_is_the_cause(project: Project) -> None:
    run = project.run("revision", "-m", 'tri"""ple')
    assert "The new script is not kept" in last_line(run)


def test_a_merge_that_cannot_be_read_is_not_kept(project: Project) -> None:
    project.write("3.py", script("cccc3", "aaaa1"))
    assert project.run("merge", "heads", "-m", 'tri"""ple').returncode == 1
    assert files(project) == ["1.py", "2.py", "3.py"]


def test_a_script_that_cannot_be_imported_is_not_kept(project: Project) -> None:
    """Bug: a template that compiles and fails as it is imported left its script."""
    path = project.versions.parent / "script.py.mako"
    path.write_text(TEMPLATE + "revision = not_defined\n")
    assert "NameError" in last_line(project.run("revision", "-m", "x"))
    assert files(project) == ["1.py", "2.py"]


def test_an_interrupted_script_is_not_kept(project: Project) -> None:
    """Bug: Ctrl-C during a post-write hook left the script that it was at work on."""
    set_option(
        project,
        "[post_write_hooks]\nhooks = a\na.type = exec\na.executable = sh\n"
        "a.options = -c 'kill -INT $PPID; sleep 1' REVISION_SCRIPT_FILENAME",
    )
    assert "KeyboardInterrupt" in project.run("revision", "-m", "x").stderr
    assert files(project) == ["1.py", "2.py"]


def test_a_file_that_was_there_is_not_removed(project: Project) -> None:
    project.write("new1_x.py", script("new1", "bbbb2"))
    run = project.run("revision", "--rev-id", "new1", "-m", "x", "--branch-label", "x@y")
    assert run.returncode != 0
    assert files(project) == ["1.py", "2.py", "new1_x.py"]


def test_an_id_of_over_32_characters_is_warned_of(project: Project) -> None:
    """Bug: nothing said that PostgreSQL and MySQL have no room for the id."""
    assert "has 33 characters" in project.run("revision", "--rev-id", "a" * 33).stderr
    assert "characters" not in project.run("revision", "--rev-id", "b" * 32).stderr


@pytest.mark.parametrize(
    ("option", "id_"), [("file_template = %%(year)d/%%(rev)s", "new1"), ("", "folder/new1")]
)
def test_a_folder_that_is_not_read_is_warned_of(project: Project, option: str, id_: str) -> None:
    """Bug: `revision` said done, and `heads` never saw the script."""
    set_option(project, option)
    run = project.run("revision", "--rev-id", id_)
    assert run.returncode == 0
    assert "lies where no script is looked for" in run.stderr


def test_a_folder_that_is_read_is_not_warned_of(project: Project) -> None:
    set_option(project, "file_template = %%(year)d/%%(rev)s\nrecursive_version_locations = true")
    assert "Warning" not in project.run("revision", "--rev-id", "new1").stderr
    assert project.run("heads").stdout == "new1 (head)\n"


@pytest.mark.parametrize("name", ["recursive_version_locations", "sourceless"])
@pytest.mark.parametrize("value", ["True", "yes", "1", "true ; all of them"])
def test_a_setting_that_looks_true_and_is_false_is_warned_of(
    project: Project, name: str, value: str
) -> None:
    """Bug: `True` with a capital was silently false."""
    set_option(project, f"{name} = {value}")
    for command in ("heads", "history"):
        run = project.run(command)
        assert run.stderr.count(f"{name} = {value} (alembic.ini, line 4) is taken for false") == 1
        assert "bbbb2" in run.stdout


@pytest.mark.parametrize("value", ["true", "false", "off", "0", "False"])
def test_a_setting_that_is_what_it_says_is_not_warned_of(project: Project, value: str) -> None:
    set_option(project, f"recursive_version_locations = {value}")
    assert project.run("heads").stderr == ""


@pytest.mark.parametrize(
    "command",
    [("upgrade", "head"), ("stamp", "head"), ("revision", "-m", "more")],
)
def test_an_id_in_two_files_is_named_whatever_it_stops(
    project: Project, command: tuple[str, ...]
) -> None:
    """Bug: an id in two files was said to be several heads, to be merged."""
    again = project.write("3.py", script("bbbb2", "aaaa1"))
    message = project.refused(*command)
    assert f"present more than once: {project.versions}/2.py and {again}" in message
