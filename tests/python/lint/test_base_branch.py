"""`lint --base`: what has changed since the base branch, and what that does to it."""

from __future__ import annotations

import pathlib
import shutil

import pytest

from alembic_native.__main__ import main
from tests.python.git_checkout import Checkout, git
from tests.python.lint.conftest import Lint

BASE1 = "migrations/versions/base1.py"
BASE2 = "migrations/versions/base2.py"
NEW = "migrations/versions/new.py"


def change(project: Checkout, revision: str, old: str, new: str) -> None:
    path = project.versions / f"{revision}.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def drops_a_table(project: Checkout, revision: str) -> None:
    change(project, revision, "op.execute(", "op.drop_table('users')\n    op.execute(")


def test_scripts_of_the_base_branch_are_not_judged(project: Checkout, lint: Lint) -> None:
    project.git("checkout", "--quiet", "main")
    drops_a_table(project, "base2")
    project.commit()
    project.git("checkout", "--quiet", "-B", "feature")
    project.write("new", "base2")
    drops_a_table(project, "new")
    assert lint() == (0, [f"drop-table {BASE2}:21", f"drop-table {NEW}:21"])
    assert lint("--base", "main") == (0, [f"drop-table {NEW}:21"])


def test_a_path_narrows_what_is_judged(project: Checkout, lint: Lint) -> None:
    for revision, down in (("new", "base2"), ("newer", "new")):
        project.write(revision, down)
        drops_a_table(project, revision)
    newer = "migrations/versions/newer.py"
    assert lint(newer) == (0, [f"drop-table {newer}:21"])
    assert len(lint("migrations")[1]) == 2
    assert lint("--base", "main", BASE2) == (0, [])


def test_the_base_branch_of_the_configuration(project: Checkout, lint: Lint) -> None:
    drops_a_table(project, "base1")
    project.commit()
    project.git("branch", "--force", "main")
    project.configure("[alembic:lint]", "base = main", "ignore = heads-file squawk")
    assert lint() == (0, [])


@pytest.mark.parametrize("is_committed", [False, True])
def test_an_edited_revision(project: Checkout, lint: Lint, is_committed: bool) -> None:
    change(project, "base1", 'op.execute("CREATE', 'op.execute("CREATE TEMPORARY')
    if is_committed:
        project.commit()
    assert lint("--base", "main") == (1, [f"edited-revision {BASE1}:20"])


def test_an_edited_header(project: Checkout, lint: Lint) -> None:
    change(project, "base2", "depends_on: Union[str, Sequence[str], None] = None", "depends_on=()")
    assert lint("--base", "main") == (0, [])
    project.write("new", None)
    change(project, "base2", "depends_on=()", "depends_on='new'")
    assert f"edited-revision {BASE2}:17" in lint("--base", "main")[1]


def test_comments_and_docstrings_may_be_edited(project: Checkout, lint: Lint) -> None:
    change(project, "base1", "about base1", "about the first table")
    change(project, "base1", "def upgrade() -> None:", "def upgrade() -> None:  # The first.")
    assert lint("--base", "main") == (0, [])


def test_what_the_base_branch_has_edited_itself(project: Checkout, lint: Lint) -> None:
    """Taking over its newer version, as a merge does, is no edit."""
    project.git("checkout", "--quiet", "main")
    change(project, "base1", 'op.execute("CREATE', 'op.execute("CREATE TEMPORARY')
    project.commit()
    project.git("checkout", "--quiet", "feature")
    assert lint("--base", "main") == (0, [])
    project.git("checkout", "main", "--", BASE1)
    assert lint("--base", "main") == (0, [])


def test_a_deleted_revision(project: Checkout, lint: Lint) -> None:
    (project.versions / "base2.py").unlink()
    assert lint("--base", "main") == (1, [f"deleted-revision {BASE2}:1"])
    project.write("new", "base2")
    assert [one.split()[0] for one in lint("--base", "main")[1]] == [
        "deleted-revision",
        "missing-parent",
        "multiple-heads",
    ]


def test_a_revision_below_one_of_the_base_branch(project: Checkout, lint: Lint) -> None:
    project.write("new", "base1")
    change(project, "base2", "None] = 'base1'", "None] = 'new'")
    assert lint("--base", "main") == (
        1,
        [f"edited-revision {BASE2}:15", f"spliced-revision {NEW}:14"],
    )


def test_a_base_branch_that_has_gone_on(project: Checkout, lint: Lint) -> None:
    """Both branches have one head, and together they have two."""
    project.write("new", "base2")
    project.commit()
    project.let_main_go_on()
    assert lint() == (0, [])
    assert lint("--base", "main") == (1, [f"multiple-heads {NEW}:15"])
    project.git("merge", "--quiet", "main")
    assert (
        lint("--base", "main")[1]
        == lint()[1]
        == ["multiple-heads migrations/versions/theirs.py:15"]
    )


def test_a_module_beside_the_scripts_is_no_script(project: Checkout, lint: Lint) -> None:
    """With a tracked __init__.py the heads after the merge were not looked at."""
    (project.versions / "__init__.py").write_text("")
    project.commit()
    project.git("branch", "--force", "main")
    project.write("new", "base2")
    project.commit()
    project.let_main_go_on()
    assert lint("--base", "main") == (1, [f"multiple-heads {NEW}:15"])


def test_scripts_of_a_package_are_of_every_branch(
    project: Checkout, lint: Lint, tmp_path: pathlib.Path
) -> None:
    """They counted as new, and so as spliced in below those of the base branch."""
    package = tmp_path / "package"
    package.mkdir()
    project.write("packaged", None).rename(package / "packaged.py")
    annotation = "down_revision: Union[str, Sequence[str], None]"
    change(project, "base1", f"{annotation} = None", f"{annotation} = 'packaged'")
    project.ini.write_text(
        project.ini.read_text().replace(
            "[alembic:lint]",
            f"version_locations = %(here)s/migrations/versions\n  {package}\n"
            "path_separator = newline\n[alembic:lint]",
        )
    )
    project.commit()
    project.git("branch", "--force", "main")
    project.write("new", "base2")
    assert lint("--base", "main") == (0, [])


def test_a_script_that_was_taken_over_is_not_judged(project: Checkout, lint: Lint) -> None:
    project.git("checkout", "--quiet", "main")
    project.write("theirs", "base2")
    drops_a_table(project, "theirs")
    project.commit()
    project.git("checkout", "--quiet", "feature")
    project.git("checkout", "main", "--", "migrations/versions/theirs.py")
    assert lint("--base", "main") == (0, [])


def test_a_header_that_is_no_longer_literal(project: Checkout, lint: Lint) -> None:
    change(project, "base2", "revision: str = 'base2'", "revision: str = str('base2')")
    assert lint("--base", "main") == (0, [f"unreadable-header {BASE2}:14"])
    change(project, "base2", 'op.execute("CREATE', 'op.execute("CREATE TEMPORARY')
    assert lint("--base", "main") == (
        1,
        [f"unreadable-header {BASE2}:14", f"edited-revision {BASE2}:20"],
    )


def test_a_folder_that_was_moved_and_every_script_in_it_edited(
    project: Checkout, lint: Lint
) -> None:
    """Nothing of the base branch was found then, and nothing was said of the edit."""
    shutil.move(project.folder / "migrations", project.folder / "schema")
    project.ini.write_text(project.ini.read_text().replace("migrations", "schema"))
    for path in (project.folder / "schema" / "versions").glob("*.py"):
        path.write_text(path.read_text().replace("CREATE", "CREATE TEMPORARY"))
    project.git("add", "--all")
    assert lint("--base", "main") == (
        1,
        [f"edited-revision schema/versions/{name}.py:20" for name in ("base1", "base2")],
    )


def test_a_folder_that_was_moved(project: Checkout, lint: Lint) -> None:
    drops_a_table(project, "base1")
    project.commit()
    project.git("branch", "--force", "main")
    shutil.move(project.folder / "migrations", project.folder / "schema")
    project.ini.write_text(project.ini.read_text().replace("migrations", "schema"))
    project.git("add", "--all")
    assert lint("--base", "main") == (0, [])


def test_windows_line_ends(project: Checkout, lint: Lint) -> None:
    path = project.versions / "base2.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert lint("--base", "main") == (0, [])


def test_files_below_a_folder_that_is_not_read(project: Checkout, lint: Lint) -> None:
    """Squashed scripts that are kept are no deleted revisions."""
    (project.versions / "old").mkdir()
    project.write("ancient", None).rename(project.versions / "old" / "ancient.py")
    project.commit()
    project.git("branch", "--force", "main")
    assert lint("--base", "main") == (0, [])


def test_a_worktree_and_a_folder_within_it(
    project: Checkout, lint: Lint, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.git("worktree", "add", "--quiet", str(tmp_path / "second"), "-b", "second")
    second = Checkout(tmp_path / "second")
    second.write("new", "base1")
    monkeypatch.chdir(second.versions)
    code, found = lint("-c", str(second.ini), "--base", "main")
    assert (code, found) == (1, ["multiple-heads new.py:15"])


def test_a_submodule(
    project: Checkout, lint: Lint, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer = Checkout(tmp_path / "outer")
    outer.folder.mkdir()
    outer.git("init", "--quiet", "--initial-branch", "trunk")
    outer.git("submodule", "--quiet", "add", "--branch", "main", str(project.folder), "inner")
    outer.commit()
    inner = Checkout(outer.folder / "inner")
    change(inner, "base1", 'op.execute("CREATE', 'op.execute("CREATE TEMPORARY')
    monkeypatch.chdir(outer.folder)
    found = lint("-c", "inner/alembic.ini", "--base", "main")
    assert found == (1, [f"edited-revision inner/{BASE1}:20"])


def failure(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["lint", *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    return said.err


def test_a_shallow_clone_says_so(
    project: Checkout,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project.write("new", "base2")
    project.commit()
    source = f"file://{project.folder}"
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--branch", "feature", source, "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    assert "shallow" in failure(capsys, "--base", "origin/main")
    git(tmp_path / "shallow", "fetch", "--quiet", "--depth", "1", "origin", "main:main")
    assert "git fetch --unshallow" in failure(capsys, "--base", "main")


@pytest.mark.usefixtures("project")
def test_a_base_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    message = failure(capsys, "--base", "nowhere")
    assert message.startswith("FAILED: There is no commit 'nowhere' in the repository")
    assert "no commit '--all'" in failure(capsys, "--base=--all")
    with pytest.raises(SystemExit) as ended:
        main(["lint", "--base", ""])
    assert ended.value.code == 2


def test_a_branch_without_a_commit(project: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    project.git("checkout", "--quiet", "--orphan", "fresh")
    assert "has no commit yet" in failure(capsys, "--base", "main")


def test_no_repository_and_no_git(
    project: Checkout, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "no git" in failure(capsys, "--base", "main")
    monkeypatch.undo()
    monkeypatch.chdir(project.folder)
    shutil.rmtree(project.folder / ".git")
    assert "There is no git repository around" in failure(capsys, "--base", "main")
