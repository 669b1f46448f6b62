"""What `rebase` refuses, in words, and without a change."""

from __future__ import annotations

import os

import pytest

from tests.python.git_checkout import Checkout
from tests.python.rebase.conftest import Rebase


def refused(project: Checkout, rebase: Rebase, *words: str, code: int = 1) -> str:
    """What it says; nothing was printed or changed."""
    before = {path: path.read_bytes() for path in project.versions.iterdir() if path.is_file()}
    answer = rebase("--base", "main", "--yes", *words)
    assert answer[:2] == (code, "")
    assert answer[2].startswith("FAILED: ")
    assert {one: one.read_bytes() for one in project.versions.iterdir() if one.is_file()} == before
    assert not project.heads_file.exists()
    return answer[2].removeprefix("FAILED: ").rstrip("\n")


def test_a_revision_of_the_base_branch(project: Checkout, rebase: Rebase) -> None:
    assert refused(project, rebase, "theirs", "--onto", "mine2") == (
        "Revision theirs (migrations/versions/theirs.py) is one of main: databases may have run it "
        "where it is, so it stays there. Rebase what is yours."
    )


def test_a_revision_that_those_of_the_base_branch_are_built_upon(
    project: Checkout, rebase: Rebase
) -> None:
    project.git("checkout", "--quiet", "main")
    project.git("rm", "--quiet", "migrations/versions/base1.py")
    project.git("commit", "--quiet", "--message", "less")
    project.git("checkout", "--quiet", "feature")
    assert refused(project, rebase, "base1", "--onto", "theirs").startswith(
        "Revision base2 (migrations/versions/base2.py) is one of main: "
    )


def test_a_merge_point(project: Checkout, rebase: Rebase) -> None:
    project.write("joined", ("mine2", "theirs"))
    said = (
        "Revision joined (migrations/versions/joined.py) is a merge point of mine2 and theirs, "
        "which is not needed after the rebase: if it does nothing itself, delete its script and "
        "run alembic rebase again. If a database has run it, keep it."
    )
    assert refused(project, rebase) == said
    assert refused(project, rebase, "mine1") == said
    project.write("later", "joined")
    assert "let later be built upon the one of them that is yours, delete the script" in (
        refused(project, rebase)
    )


def test_a_line_that_forks(project: Checkout, rebase: Rebase) -> None:
    project.write("mine3", "mine1")
    assert refused(project, rebase) == (
        "Revision mine1 (migrations/versions/mine1.py) forks: mine2 and mine3 are built upon it, "
        "so several heads would stay. Put one of them onto the other first, as alembic rebase "
        "mine3 --onto mine2"
    )
    assert rebase("mine3", "--onto", "mine2", "--base", "main", "--yes")[0] == 0
    assert rebase("--base", "main", "--yes")[0] == 0


def test_several_lines(project: Checkout, rebase: Rebase) -> None:
    project.write("other1", "base1")
    assert refused(project, rebase) == (
        "These revisions are several lines, which begin at mine1 (migrations/versions/mine1.py) "
        "and other1 (migrations/versions/other1.py). Rebase one at a time: alembic rebase mine1"
    )
    assert "several lines" in refused(project, rebase, "mine2", "other1")
    assert rebase("mine1", "--base", "main", "--yes")[0] == 0


def test_several_heads_of_the_base_branch(project: Checkout, rebase: Rebase) -> None:
    project.git("checkout", "--quiet", "main")
    project.write("theirs2", "base2")
    project.commit()
    project.git("checkout", "--quiet", "feature")
    project.git("merge", "--quiet", "main")
    assert refused(project, rebase) == (
        "main has several heads that mine1 could be put onto: theirs and theirs2. Choose one with "
        "--onto."
    )


def test_a_branch_of_its_own_is_moved_only_where_it_is_said(
    project: Checkout, rebase: Rebase
) -> None:
    path = project.write("mine1", None)
    path.write_text(path.read_text().replace("labels: Union[str, Sequence[str], None] = None",
                                             "labels = 'stock'"))  # fmt: skip
    assert "begins a branch of its own, stock, and is built upon nothing" in (
        refused(project, rebase)
    )
    assert rebase("--base", "main", "--onto", "theirs", "--yes")[0] == 0


def test_a_base_branch_whose_scripts_are_not_here(project: Checkout, rebase: Rebase) -> None:
    for name in ("base1", "base2", "theirs"):
        (project.versions / f"{name}.py").unlink()
    project.write("mine1", None)
    assert refused(project, rebase) == (
        "None of the revisions of main is here: merge it first (git merge main)."
    )
    project.git("checkout", "--quiet", "--orphan", "empty")
    project.git("rm", "--quiet", "-r", "-f", "--cached", ".")
    project.git("commit", "--quiet", "--allow-empty", "--message", "empty")
    said = "empty has no revision: there is nothing to rebase onto.\n"
    assert rebase("--base", "empty", "--yes") == (0, said, "")


def test_onto_one_of_those_that_move(project: Checkout, rebase: Rebase) -> None:
    assert "mine2 (migrations/versions/mine2.py) is one of the revisions" in (
        refused(project, rebase, "--onto", "mine2")
    )


def test_onto_one_that_depends_on_those_that_move(project: Checkout, rebase: Rebase) -> None:
    path = project.versions / "theirs.py"
    path.write_text(path.read_text().replace("depends_on: Union[str, Sequence[str], None] = None",
                                             "depends_on = 'mine1'"))  # fmt: skip
    assert "needs mine1 to have run before (depends_on): the history would be a cycle" in (
        refused(project, rebase)
    )


def test_a_header_that_is_not_literal(project: Checkout, rebase: Rebase) -> None:
    path = project.versions / "mine1.py"
    path.write_text(path.read_text().replace("'base2'", "'ba' + 'se2'"))
    assert refused(project, rebase) == (
        "migrations/versions/mine1.py cannot be rewritten: its header is not made of literals. "
        "Write down_revision = 'theirs' into it by hand."
    )


def test_one_of_the_base_branch_that_is_not_literal_is_known_by_its_name(
    project: Checkout, rebase: Rebase
) -> None:
    project.git("checkout", "--quiet", "main")
    path = project.versions / "theirs.py"
    path.write_text(path.read_text().replace("'base2'", "str('base2')"))
    project.commit()
    project.git("checkout", "--quiet", "feature")
    project.git("merge", "--quiet", "main")
    assert rebase("--base", "main", "--yes")[0] == 0


@pytest.mark.parametrize("name", ["nowhere", "mine", "heads", "base", "", "mine1@nowhere", "+1"])
def test_a_name_of_no_revision_or_of_several(project: Checkout, rebase: Rebase, name: str) -> None:
    refused(project, rebase, name, code=2)
    refused(project, rebase, f"--onto={name}", code=2)


BROKEN = {
    "a missing parent": {"x.py": "revision = 'x'\ndown_revision = 'nowhere'\n"},
    "a missing dependency": {
        "x.py": "revision = 'x'\ndown_revision = None\ndepends_on = 'nowhere'\n"
    },
    "an id claimed twice": {"x.py": "revision = 'mine2'\ndown_revision = 'mine1'\n"},
    "a circle": {
        "x.py": "revision = 'x'\ndown_revision = 'y'\n",
        "y.py": "revision = 'y'\ndown_revision = 'x'\n",
    },
    "a circle of dependencies": {
        "x.py": "revision = 'x'\ndown_revision = 'base1'\ndepends_on = 'y'\n",
        "y.py": "revision = 'y'\ndown_revision = 'base1'\ndepends_on = 'x'\n",
    },
    "its own parent": {"x.py": "revision = 'x'\ndown_revision = 'x'\n"},
    "a label twice": {
        "x.py": "revision = 'x'\ndown_revision = None\nbranch_labels = 'l'\n",
        "y.py": "revision = 'y'\ndown_revision = None\nbranch_labels = 'l'\n",
    },
    "an id that is refused": {"x.py": "revision = 'x@y'\ndown_revision = 'base1'\n"},
    "a number as an id": {"x.py": "revision = 17\ndown_revision = 'base1'\n"},
    "no id": {"x.py": "def upgrade(): pass\n"},
    "conflict markers": {"x.py": "<<<<<<< HEAD\nrevision = 'x'\n=======\n>>>>>>> main\n"},
    "a syntax error": {"x.py": "revision = (\n"},
    "an import that fails": {"x.py": "import nowhere\nrevision = nowhere.x\n"},
    "an exit": {"x.py": "import sys\nrevision = sys.exit(3)\n"},
    "binary": {"x.py": "\x00\x01revision = 'x'\n"},
}


@pytest.mark.parametrize("files", BROKEN.values(), ids=BROKEN)
def test_a_broken_history(project: Checkout, rebase: Rebase, files: dict[str, str]) -> None:
    for name, text in files.items():
        (project.versions / name).write_text(text)
    refused(project, rebase)


def test_a_link_that_leads_nowhere(project: Checkout, rebase: Rebase) -> None:
    (project.versions / "x.py").symlink_to("nowhere.py")
    refused(project, rebase)


def test_a_folder_that_cannot_be_written(
    project: Checkout, rebase: Rebase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = project.versions / "mine1.py"
    before = path.read_bytes()
    names = sorted(os.listdir(project.versions))
    monkeypatch.setattr("os.replace", refuse)
    code, _, error = rebase("--base", "main", "--yes")
    assert (code, error) == (
        1,
        f"FAILED: {path} cannot be written: Permission denied. Nothing was changed.\n",
    )
    assert path.read_bytes() == before
    assert sorted(os.listdir(project.versions)) == names


@pytest.mark.parametrize("options", [["base = %(nowhere)s"], ["base ="]])
def test_settings_that_cannot_be_used(
    project: Checkout, rebase: Rebase, options: list[str]
) -> None:
    project.configure("[alembic:lint]", *options)
    assert rebase("--yes")[0] == 2


def test_a_heads_file_that_is_no_path(project: Checkout, rebase: Rebase) -> None:
    project.ini.unlink()
    (project.folder / "pyproject.toml").write_text(
        f"[tool.alembic]\nscript_location = '{project.versions.parent}'\nheads_file = 3\n"
    )
    assert "heads_file is 3, and has to be the path of a file." in refused(project, rebase)
