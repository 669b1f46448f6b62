"""`rebase` puts one's own revisions onto the head of the base branch."""

from __future__ import annotations

import io
import pathlib
import subprocess
import sys

import pytest
from alembic.config import main as alembic_main

from alembic_native.__main__ import main
from tests.differential.cli_processes import clean_environment
from tests.python.git_checkout import Checkout
from tests.python.rebase.conftest import Rebase

GRAPHS = """\
Before
  * mine2 about mine2 (head, moved)
  * mine1 about mine1 (moved)
  | * theirs about theirs (head)
  |/
  * base2 about base2

After
  * mine2 about mine2 (head, moved)
  * mine1 about mine1 (moved)
  * theirs about theirs
  * base2 about base2
"""
ADVICE = (
    "No database is changed. Where mine1 has run already, downgrade before rebasing (alembic "
    "downgrade mine1@base2) or stamp after it. Run it with --url to see what to stamp.\n"
)
DIFF = """
--- a/migrations/versions/mine1.py
+++ b/migrations/versions/mine1.py
@@ -1,7 +1,7 @@
 \"\"\"about mine1
 
 Revision ID: mine1
-Revises: base2
+Revises: theirs
 Create Date: 2026-03-02 10:15:02.000000
 
 \"\"\"
@@ -12,7 +12,7 @@
 
 # revision identifiers, used by Alembic.
 revision: str = 'mine1'
-down_revision: Union[str, Sequence[str], None] = 'base2'
+down_revision: Union[str, Sequence[str], None] = 'theirs'
 branch_labels: Union[str, Sequence[str], None] = None
 depends_on: Union[str, Sequence[str], None] = None
 
"""


def heads(project: Checkout) -> list[str]:
    lines = project.heads_file.read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    terminal = io.StringIO(text)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)


def test_the_graph_before_and_after_is_shown_and_one_file_rewritten(
    project: Checkout, rebase: Rebase
) -> None:
    path = project.versions / "mine1.py"
    path.chmod(0o640)
    before = path.read_bytes()
    assert rebase("--base", "main", "--yes") == (
        0,
        f"{GRAPHS}\n{ADVICE}Rewritten: migrations/versions/mine1.py\nRewritten: heads.txt\n",
        "",
    )
    assert path.read_bytes() == before.replace(b"Revises: base2", b"Revises: theirs").replace(
        b"= 'base2'", b"= 'theirs'"
    )
    assert path.stat().st_mode & 0o777 == 0o640
    assert project.git("status", "--porcelain").splitlines() == [
        " M migrations/versions/mine1.py",
        "?? heads.txt",
    ]
    assert heads(project) == ["mine2"]


def test_a_second_time_there_is_nothing_to_do(project: Checkout, rebase: Rebase) -> None:
    rebase("--base", "main", "--yes")
    said = "mine1 is built upon the head of main already.\n"
    assert rebase("--base", "main", "--yes") == (0, said, "")
    project.git("checkout", "--quiet", "--force", "main")
    said = "main has every revision that is here: there is nothing to rebase.\n"
    assert rebase("--base", "main") == (0, said, "")


def test_a_dry_run_shows_a_diff_and_changes_nothing(project: Checkout, rebase: Rebase) -> None:
    code, output, _ = rebase("--base", "main", "--dry-run")
    assert code == 0
    assert output.startswith(f"{GRAPHS}\n{ADVICE}{DIFF}")
    assert output.endswith("+mine2\n")
    assert project.git("status", "--porcelain") == ""


def test_on_a_terminal_it_asks(
    project: Checkout, rebase: Rebase, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("\n", "n\n", ""):
        answer(monkeypatch, text)
        code, output, _ = rebase("--base", "main")
        assert code == 1
        question = "Rewrite migrations/versions/mine1.py? [y/N] "
        line_end = "" if text else "\n"
        assert output.endswith(f"{question}{line_end}Nothing was changed.\n")
    assert project.git("status", "--porcelain") == ""
    answer(monkeypatch, "y\n")
    code, output, _ = rebase("--base", "main")
    assert code == 0
    assert output.endswith("Rewritten: heads.txt\n")


def test_a_file_that_changes_while_it_asks_is_left_alone(
    project: Checkout, rebase: Rebase, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "")
    path = project.versions / "mine1.py"

    def change(_: str) -> str:
        path.write_bytes(path.read_bytes() + b"# by somebody else\n")
        return "y"

    monkeypatch.setattr("builtins.input", change)
    code, _, error = rebase("--base", "main")
    assert (code, error) == (
        1,
        f"FAILED: {path} has changed meanwhile. Nothing was changed: run it again.\n",
    )


def test_ctrl_c_at_the_question_ends_with_130(
    project: Checkout, rebase: Rebase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: str) -> str:
        raise KeyboardInterrupt

    answer(monkeypatch, "")
    monkeypatch.setattr("builtins.input", interrupt)
    assert rebase("--base", "main")[::2] == (130, "Interrupted.\n")
    assert project.git("status", "--porcelain") == ""


def test_without_a_terminal_it_asks_for_yes(project: Checkout, rebase: Rebase) -> None:
    code, _, error = rebase("--base", "main")
    assert code == 2
    assert "Give --yes to do it, or --dry-run to see what would change." in error
    assert project.git("status", "--porcelain") == ""


def test_the_base_branch_comes_from_the_ini_file(project: Checkout, rebase: Rebase) -> None:
    project.configure("[alembic:lint]", "base = main")
    assert rebase("--yes")[0] == 0
    assert heads(project) == ["mine2"]


def test_the_settings_may_stand_in_pyproject_toml(project: Checkout, rebase: Rebase) -> None:
    project.ini.unlink()
    (project.folder / "pyproject.toml").write_text(
        "[tool.alembic]\nscript_location = '%(here)s/migrations'\n"
        "heads_file = '%(here)s/heads.txt'\n[tool.alembic.lint]\nbase = 'main'\n"
    )
    assert rebase("--yes")[0] == 0
    assert heads(project) == ["mine2"]


def test_without_heads_file_none_is_written(project: Checkout, rebase: Rebase) -> None:
    project.ini.write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    code, output, _ = rebase("--base", "main", "--yes")
    assert code == 0
    assert output.endswith("Rewritten: migrations/versions/mine1.py\n")
    assert not project.heads_file.exists()


def test_a_heads_file_that_cannot_be_written_is_told_before_the_script_is(
    project: Checkout, rebase: Rebase
) -> None:
    """The script was rewritten first, and the exit code said that nothing was."""
    project.heads_file.mkdir()
    code, _, error = rebase("--base", "main", "--yes")
    assert code == 1
    assert (
        error == f"FAILED: {project.heads_file}, which heads_file names, is not a regular file.\n"
    )
    project.ini.write_text(project.ini.read_text().replace("/heads.txt", "/nowhere/heads.txt"))
    code, _, error = rebase("--base", "main", "--dry-run")
    assert code == 1
    assert "nowhere/heads.txt, which heads_file names, lies in no folder that is there" in error
    assert project.git("status", "--porcelain") == " M alembic.ini\n"


def test_an_output_that_takes_no_more(project: Checkout) -> None:
    """With a full disk behind it the command ended in a traceback."""
    for end in (">/dev/full", ">&-"):
        project.git("checkout", "--quiet", "--", ".")
        done = subprocess.run(
            [
                "sh",
                "-c",
                f'"$1" -m alembic_native rebase --base main --yes {end}',
                "",
                sys.executable,
            ],
            env=clean_environment(),
            cwd=project.folder,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert "None] = 'theirs'" in (project.versions / "mine1.py").read_text()


def test_onto_another_revision(project: Checkout, rebase: Rebase) -> None:
    project.write("theirs2", "theirs")
    project.git("checkout", "--quiet", "main")
    project.commit()
    project.git("checkout", "--quiet", "feature")
    project.git("merge", "--quiet", "main")
    code, output, _ = rebase("--base", "main", "--onto", "theirs", "--yes")
    assert code == 0
    assert output.partition("\n\n")[2].startswith(
        "After\n  * mine2 about mine2 (head, moved)\n  * mine1 about mine1 (moved)\n"
        "  * theirs about theirs\n  * base2 about base2\n"
    )
    assert heads(project) == ["mine2", "theirs2"]


def test_back_to_an_earlier_revision(project: Checkout, rebase: Rebase) -> None:
    code, output, _ = rebase("--base", "main", "--onto", "base1", "--yes")
    assert code == 0
    assert output.startswith(
        "Before\n  * mine2 about mine2 (head, moved)\n  * mine1 about mine1 (moved)\n"
        "  * base2 about base2\n  * base1 about base1\n\nAfter\n"
        "  * mine2 about mine2 (head, moved)\n  * mine1 about mine1 (moved)\n"
        "  | * base2 about base2\n  |/\n  * base1 about base1\n"
    )
    assert heads(project) == ["mine2", "theirs"]


def test_explicit_revisions_may_begin_in_the_middle_of_a_line(
    project: Checkout, rebase: Rebase
) -> None:
    assert rebase("mine2", "--base", "main", "--onto", "theirs", "--yes")[0] == 0
    assert b"down_revision: Union[str, Sequence[str], None] = 'theirs'" in (
        (project.versions / "mine2.py").read_bytes()
    )
    assert heads(project) == ["mine1", "mine2"]


def test_a_base_of_ones_own_is_put_onto_theirs(project: Checkout, rebase: Rebase) -> None:
    project.write("mine1", None)
    code, output, _ = rebase("--base", "main", "--yes")
    assert code == 0
    assert "  * mine1 about mine1 (moved)\n\n  * theirs about theirs (head)\n" in output
    assert "alembic downgrade mine1@base)" in output
    assert b"None] = 'theirs'" in (project.versions / "mine1.py").read_bytes()
    assert heads(project) == ["mine2"]


def test_a_long_line_is_shown_by_its_ends(project: Checkout, rebase: Rebase) -> None:
    for number in range(20):
        project.write(f"more{number:02}", f"more{number - 1:02}" if number else "mine2")
    output = rebase("--base", "main", "--dry-run")[1]
    assert "  : 14 more\n" in output
    assert [f"* more{number:02} " in output for number in (15, 16)] == [False, True]


def test_on_the_command_line_of_alembic(
    project: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    project.configure("[alembic:lint]", "base = main")
    for words, code, error in (
        ([], 2, "FAILED: There is no terminal to ask on"),
        (["--yes", "--dry-run"], 2, "usage: "),
    ):
        with pytest.raises(SystemExit) as exit_:
            alembic_main(["rebase", *words])
        assert exit_.value.code == code
        assert capsys.readouterr().err.startswith(error)
    alembic_main(["rebase", "--yes"])
    assert heads(project) == ["mine2"]


def test_from_a_program(project: Checkout) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    output = io.StringIO()
    config = Config("alembic.ini", stdout=output)
    with pytest.raises(CommandError, match="There is no commit 'nowhere'"):
        command.rebase(config, base="nowhere", yes=True)  # type: ignore[attr-defined]
    command.rebase(config, base="main", yes=True)  # type: ignore[attr-defined]
    assert output.getvalue() == (
        f"{GRAPHS}\n{ADVICE}Rewritten: migrations/versions/mine1.py\nRewritten: heads.txt\n"
    )
    assert heads(project) == ["mine2"]


@pytest.mark.usefixtures("project")
def test_wrong_options_end_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--yes", "--dry-run"], ["--base", "main", "--yes", "--version-table", "x"]):
        with pytest.raises(SystemExit) as exit_:
            main(["rebase", *words])
        assert exit_.value.code == 2
        assert capsys.readouterr().err.startswith("usage: alembic-native rebase")


def test_a_project_that_is_not_there(
    tmp_path: pathlib.Path, rebase: Rebase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, error = rebase()
    assert code == 2
    assert error.startswith("FAILED: There is neither alembic.ini nor pyproject.toml in ")
