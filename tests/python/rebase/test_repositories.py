"""`rebase` in the states that a git repository may be in."""

from __future__ import annotations

import os
import pathlib
import shutil

import pytest

from alembic_native.git_repository import GitFailed, GitRepository
from tests.python.git_checkout import Checkout, checkout, git
from tests.python.rebase.conftest import Rebase


def is_built_upon(project: Checkout, revision: str, parent: str) -> bool:
    return f"None] = '{parent}'" in (project.versions / f"{revision}.py").read_text()


def test_the_default_base_is_that_of_origin(
    project: Checkout, tmp_path: pathlib.Path, rebase: Rebase, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.git("checkout", "--quiet", "main")
    git(tmp_path, "clone", "--quiet", "project", "clone")
    clone = Checkout(tmp_path / "clone")
    monkeypatch.chdir(clone.folder)
    clone.git("checkout", "--quiet", "feature")
    assert rebase("--yes")[0] == 0
    assert is_built_upon(clone, "mine1", "theirs")
    assert GitRepository.containing(str(clone.folder)).default_base() == "origin/main"  # type: ignore[union-attr]


def test_a_merge_that_stopped_at_the_heads_file(project: Checkout, rebase: Rebase) -> None:
    """That conflict is what the file is for, and the rebase resolves it."""
    project.git("reset", "--quiet", "--hard", "HEAD~1")
    for branch, head in (("main", "theirs"), ("feature", "mine2")):
        project.git("checkout", "--quiet", branch)
        project.heads_file.write_text(f"{head}\n")
        project.commit()
    project.git("merge", "main", may_fail=True)
    assert "<<<<<<<" in project.heads_file.read_text()
    assert rebase("--base", "main", "--yes")[0] == 0
    assert project.heads_file.read_text().splitlines()[-1] == "mine2"
    assert "<<<<<<<" not in project.heads_file.read_text()
    project.commit("merged")
    assert project.git("status", "--porcelain") == ""


def test_in_the_middle_of_a_rebase_of_git(project: Checkout, rebase: Rebase) -> None:
    project.git("reset", "--quiet", "--hard", "HEAD~1")
    project.write("mine3", "mine2")
    project.commit()
    project.git(
        "-c", "core.editor=true", "rebase", "--quiet", "--exec", "false", "main", may_fail=True
    )
    assert not (project.versions / "mine3.py").exists()
    assert rebase("--base", "main", "--yes")[0] == 0
    assert is_built_upon(project, "mine1", "theirs")


def test_main_has_to_be_merged_first(project: Checkout, rebase: Rebase) -> None:
    project.git("reset", "--quiet", "--hard", "HEAD~1")
    code, output, error = rebase("--base", "main", "--yes")
    assert (code, output) == (1, "")
    assert error == (
        "FAILED: main has gone on from base2 with theirs, which is not here: merge it first (git "
        "merge main), or choose another one with --onto.\n"
    )


def test_a_script_in_conflict_is_refused(project: Checkout, rebase: Rebase) -> None:
    for branch, text in (("main", "# theirs\n"), ("feature", "# mine\n")):
        project.git("checkout", "--quiet", branch)
        path = project.versions / "base2.py"
        path.write_text(path.read_text() + text)
        project.commit()
    project.git("merge", "main", may_fail=True)
    code, output, error = rebase("--base", "main", "--yes")
    assert (code, output) == (1, "")
    assert error.startswith(
        "FAILED: migrations/versions/base2.py: git has this file in conflict. Resolve it, git add"
    )


def test_a_shallow_clone_has_what_it_needs_or_says_that_it_is_shallow(
    project: Checkout, tmp_path: pathlib.Path, rebase: Rebase, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f"file://{project.folder}"
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--branch", "feature", source, "clone")
    clone = Checkout(tmp_path / "clone")
    monkeypatch.chdir(clone.folder)
    code, _, error = rebase("--base", "origin/main", "--yes")
    assert code == 2
    assert "There is no commit 'origin/main'" in error
    assert "This clone is shallow and may lack it" in error
    repository = GitRepository.containing(str(clone.folder))
    assert repository is not None
    assert repository.is_shallow
    clone.git("fetch", "--quiet", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    with pytest.raises(GitFailed, match="this clone is shallow, and where they parted was cut off"):
        repository.merge_base("origin/main")
    assert rebase("--base", "origin/main", "--yes")[0] == 0
    assert is_built_upon(clone, "mine1", "theirs")


def test_a_second_working_tree(
    project: Checkout, tmp_path: pathlib.Path, rebase: Rebase, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.git("checkout", "--quiet", "main")
    project.git("worktree", "add", "--quiet", str(tmp_path / "second"), "feature")
    second = Checkout(tmp_path / "second")
    monkeypatch.chdir(second.folder)
    # As a hook of git finds it, where the current folder would be taken for the top.
    monkeypatch.setenv("GIT_DIR", str(project.folder / ".git" / "worktrees" / "second"))
    assert rebase("--base", "main", "--yes")[0] == 0
    monkeypatch.delenv("GIT_DIR")
    assert is_built_upon(second, "mine1", "theirs")
    assert project.git("status", "--porcelain") == ""


def test_a_submodule_is_a_repository_of_its_own(
    project: Checkout, tmp_path: pathlib.Path, rebase: Rebase, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    git(whole, "init", "--quiet", "--initial-branch", "trunk")
    git(whole, "submodule", "--quiet", "add", str(project.folder), "part")
    shutil.move(whole / "part" / "alembic.ini", whole / "alembic.ini")
    part = Checkout(whole / "part")
    (whole / "alembic.ini").write_text("[alembic]\nscript_location = part/migrations\n")
    monkeypatch.chdir(whole)
    assert rebase("--base", "origin/main", "--yes")[0] == 0
    assert is_built_upon(part, "mine1", "theirs")
    assert rebase("--base", "trunk")[0] == 2


def test_a_migrations_folder_that_was_moved(project: Checkout, rebase: Rebase) -> None:
    project.git("mv", "migrations", "db")
    project.ini.write_text("[alembic]\nscript_location = db\n")
    project.versions = project.folder / "db" / "versions"
    assert rebase("--base", "main", "--dry-run")[0] == 0
    project.commit()
    assert rebase("--base", "main", "--yes")[0] == 0
    assert is_built_upon(project, "mine1", "theirs")


@pytest.mark.parametrize("kept", ["true", "false"])
def test_windows_line_endings(project: Checkout, rebase: Rebase, kept: str) -> None:
    """Whether git stores them, or makes them as it checks out."""
    project.git("config", "core.autocrlf", kept)
    path = project.versions / "mine1.py"
    before = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(before)
    project.heads_file.write_bytes(b"old\r\n")
    project.commit()
    assert rebase("--base", "main", "--yes")[0] == 0
    assert path.read_bytes() == before.replace(b"Revises: base2", b"Revises: theirs").replace(
        b"= 'base2'", b"= 'theirs'"
    )
    lines = project.heads_file.read_bytes().splitlines(keepends=True)
    assert all(line.endswith(b"\r\n") for line in lines)


def test_scripts_that_git_does_not_track_are_not_ones_own(
    project: Checkout, rebase: Rebase
) -> None:
    """As those of a package in a virtual environment inside of the working tree."""
    installed = project.folder / ".venv" / "package"
    installed.mkdir(parents=True)
    shutil.move(project.versions / "base1.py", installed / "base1.py")
    (project.folder / ".gitignore").write_text(".venv/\n")
    project.configure(
        "version_locations = %(here)s/migrations/versions:%(here)s/.venv/package",
        "path_separator = os",
    )
    assert rebase("--base", "main", "--yes")[0] == 0
    assert is_built_upon(project, "mine1", "theirs")


def test_a_link_to_the_scripts_stays_a_link(project: Checkout, rebase: Rebase) -> None:
    path = project.versions / "mine1.py"
    elsewhere = project.folder / "elsewhere.py"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert rebase("--base", "main", "--yes")[0] == 0
    assert path.is_symlink()
    assert "None] = 'theirs'" in elsewhere.read_text()


def test_no_repository(tmp_path: pathlib.Path, rebase: Rebase) -> None:
    project = checkout(tmp_path)
    project.write("mine1", "base1")
    os.chdir(tmp_path)
    code, _, error = rebase("--yes")
    assert code == 2
    assert "or no git, so nobody knows which revisions are yours" in error
    code, output, _ = rebase("mine1", "--onto", "base2", "--yes")
    assert code == 0
    assert "whether these revisions are yours was not checked" in output
    assert is_built_upon(project, "mine1", "base2")


def test_no_git(
    project: Checkout, rebase: Rebase, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, error = rebase("--base", "main", "--yes")
    assert code == 2
    assert "or no git, so nobody knows" in error
    assert not project.heads_file.exists()


@pytest.mark.parametrize("reference", ["nowhere", "--all", "", "main^{tree}", "a b", "é", "x\0y"])
@pytest.mark.usefixtures("project")
def test_a_base_that_does_not_exist(rebase: Rebase, reference: str) -> None:
    code, output, error = rebase(f"--base={reference}", "--yes")
    assert (code, output) == (2, "")
    assert error.startswith("FAILED: ")


@pytest.mark.usefixtures("project")
def test_a_base_that_nobody_names(rebase: Rebase) -> None:
    code, _, error = rebase("--yes")
    assert code == 2
    assert "does not say which branch is its base: name it, as --base origin/main" in error


def test_a_repository_without_a_commit(
    tmp_path: pathlib.Path, rebase: Rebase, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = checkout(tmp_path)
    project.git("init", "--quiet")
    monkeypatch.chdir(tmp_path)
    code, _, error = rebase("--base", "HEAD", "--yes")
    assert code == 2
    assert "There is no commit 'HEAD'" in error


def test_a_file_of_the_repository_whose_name_is_no_text(project: Checkout, rebase: Rebase) -> None:
    name = os.fsdecode('jos\xe9 "1".py'.encode("latin-1"))
    (project.versions / "mine1.py").rename(project.versions / name)
    project.commit()
    code, output, _ = rebase("--base", "main", "--yes")
    assert code == 0
    assert r"Rewritten: migrations/versions/jos\udce9" in output
