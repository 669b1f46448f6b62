"""The file of heads: `revision` and `merge` keep it, and two branches conflict in it."""

from __future__ import annotations

import os
import pathlib

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from alembic_native.heads_file import (
    HeadsFileFailed,
    heads_file_fault,
    heads_file_text,
    write_heads_file,
)
from tests.python.git_checkout import Checkout, checkout

TEMPLATE = "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Checkout:
    made = checkout(tmp_path)
    (made.versions.parent / "script.py.mako").write_text(TEMPLATE)
    return made


def revision(project: Checkout, id_: str, head: str = "head") -> None:
    command.revision(Config(project.ini), rev_id=id_, head=head, splice=True)


def heads(project: Checkout) -> list[str]:
    lines = project.heads_file.read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_revision_and_merge_keep_it(project: Checkout) -> None:
    revision(project, "b")
    assert heads(project) == ["b"]
    revision(project, "a", "base2")
    assert heads(project) == ["a", "b"]
    command.merge(Config(project.ini), "heads", rev_id="c")
    assert heads(project) == ["c"]
    assert project.heads_file.read_text() == heads_file_text(["c"])


def test_where_the_setting_is_off_nothing_is_written(project: Checkout) -> None:
    project.ini.write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    revision(project, "a")
    assert sorted(os.listdir(project.folder)) == ["alembic.ini", "migrations"]


def test_it_may_be_set_in_pyproject_toml(project: Checkout) -> None:
    toml = project.folder / "pyproject.toml"
    toml.write_text(
        "[tool.alembic]\nscript_location = '%(here)s/migrations'\n"
        "heads_file = '%(here)s/heads.txt'\n"
    )
    command.revision(Config(toml_file=toml), rev_id="a")
    assert heads(project) == ["a"]


def test_a_script_whose_heads_cannot_be_written_is_not_kept(project: Checkout) -> None:
    project.heads_file.mkdir()
    with pytest.raises(
        CommandError, match=r"heads\.txt, which heads_file names, is not a regular file"
    ):
        revision(project, "a")
    assert not list(project.versions.glob("a*.py"))


def test_two_branches_that_each_add_a_revision_conflict_in_it(project: Checkout) -> None:
    revision(project, "a")
    project.git("init", "--quiet", "--template=", "--initial-branch", "main")
    project.commit()
    for branch, id_ in (("feature", "b"), ("other", "c")):
        project.git("checkout", "--quiet", "-b", branch, "main")
        revision(project, id_)
        project.commit()
    said = project.git("merge", "feature", may_fail=True)
    assert "CONFLICT (content): Merge conflict in heads.txt" in said
    lines = project.heads_file.read_text().splitlines()
    assert "alembic rebase" in "".join(line for line in lines if line.startswith("#"))
    assert lines[-5:] == ["<<<<<<< HEAD", "c", "=======", "b", ">>>>>>> feature"]
    assert heads_file_fault(str(project.heads_file), ["b", "c"]) == "the file is in conflict"


def test_how_it_disagrees(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "heads.txt"
    assert heads_file_fault(str(path), ["a"]) == "the file is not there"
    assert write_heads_file(str(path), ["b", "a"])
    assert not write_heads_file(str(path), ["a", "b"])
    assert heads_file_fault(str(path), ["b", "a"]) == ""
    assert heads_file_fault(str(path), ["b"]) == "it has a, b, and the scripts have b"
    path.write_bytes(b"# another header\r\n\r\nb\r\n")
    assert heads_file_fault(str(path), ["b"]) == ""
    path.write_bytes(b"b\na\n")
    assert heads_file_fault(str(path), ["a", "b"]) == "it has b, a, and the scripts have a, b"
    path.write_bytes(b"\xff\x1b[1m\n")
    assert heads_file_fault(str(path), []) == "it has \ufffd\\x1b[1m, and the scripts have none"


def test_it_keeps_its_permissions_and_a_new_one_has_the_usual(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "heads.txt"
    before = os.umask(0o027)
    try:
        write_heads_file(str(path), ["a"])
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640
    path.chmod(0o604)
    write_heads_file(str(path), ["b"])
    assert path.stat().st_mode & 0o777 == 0o604
    assert os.listdir(tmp_path) == ["heads.txt"]


def test_a_folder_that_is_not_there(tmp_path: pathlib.Path) -> None:
    with pytest.raises(HeadsFileFailed, match="cannot be written: No such file or directory"):
        write_heads_file(str(tmp_path / "nowhere" / "heads.txt"), ["a"])
