"""The rules of ``lint`` that the whole history shows, and how the command ends."""

from __future__ import annotations

import pathlib

import pytest

from alembic_native.__main__ import main
from tests.differential.cli_projects import DIAMOND, LINEAR, lay_out, project, script


def lint(folder: pathlib.Path, *words: str) -> int:
    return main(["-c", str(folder / "alembic.ini"), "lint", *words])


def laid_out(folder: pathlib.Path, *scripts: str) -> pathlib.Path:
    files = project(*scripts)
    files["alembic.ini"] = (
        "[alembic]\nscript_location = %(here)s/migrations\n"
        "[alembic:lint]\nignore = empty-upgrade, empty-downgrade\n"
    )
    lay_out(files, folder)
    return folder


def rules(output: str) -> list[str]:
    return [line.split(": ")[2] for line in output.splitlines() if ".py:" in line.split(" ")[0]]


@pytest.mark.parametrize("scripts", [LINEAR, DIAMOND])
def test_a_sound_history_is_clean(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], scripts: list[str]
) -> None:
    assert lint(laid_out(tmp_path, *scripts), "--strict") == 0
    assert capsys.readouterr().out == f"Nothing found in {len(scripts)} scripts.\n"


LONG = "f" * 33
BROKEN = {
    "multiple-heads": [*LINEAR, script("dddd4444", "bbbb2222")],
    "duplicate-revision": [*LINEAR, script("cccc3333", "bbbb2222")],
    "missing-parent": [*LINEAR, script("dddd4444", ("cccc3333", "eeee5555"))],
    "revision-cycle": [*LINEAR, script("dddd4444", "cccc3333", depends_on="dddd4444")],
    "label-conflict": [
        script("aaaa1111", branch_labels="x"),
        script("bbbb2222", "aaaa1111", branch_labels="x"),
    ],
    "revision-id-too-long": [*LINEAR, script(LONG, "cccc3333")],
    "illegal-revision-id": [*LINEAR, script("dddd@4444", "cccc3333")],
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_history_is_one_finding(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], rule: str
) -> None:
    assert lint(laid_out(tmp_path, *BROKEN[rule])) == 1
    assert rules(capsys.readouterr().out) == [rule]


def test_all_findings_are_told_at_once(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scripts = [*LINEAR, script("aaaa1111"), script("dddd4444", "nowhere")]
    assert lint(laid_out(tmp_path, *scripts)) == 1
    assert sorted(rules(capsys.readouterr().out)) == [
        "duplicate-revision",
        "missing-parent",
        "multiple-heads",
    ]


def test_a_finding_is_where_the_header_binds_the_name(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lint(laid_out(tmp_path, *LINEAR, script("dddd4444", "nowhere"))) == 1
    assert "03_change.py:4:1: error: missing-parent: dddd4444 has down_revision nowhere" in (
        capsys.readouterr().out
    )


def test_a_header_that_is_computed_is_not_imported(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    computed = "raise SystemExit('was imported')\nimport os\nrevision = os.name\n"
    folder = laid_out(tmp_path, *LINEAR, computed)
    assert lint(folder) == 0
    assert rules(capsys.readouterr().out) == ["unreadable-header"]
    assert lint(folder, "--strict", "--quiet") == 1
    assert capsys.readouterr().out == ""


def test_binary_files_are_told_of(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = laid_out(tmp_path, *LINEAR)
    (folder / "migrations" / "versions" / "x.py").write_bytes(bytes(range(256)))
    assert lint(folder) == 1
    assert rules(capsys.readouterr().out) == ["syntax-error"]


def test_exit_zero_and_statistics(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = laid_out(tmp_path, *BROKEN["multiple-heads"])
    assert lint(folder, "--exit-zero", "--statistics") == 0
    assert "     1  error    multiple-heads\n" in capsys.readouterr().out


def test_no_project_is_wrong_use(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lint(tmp_path) == 2
    assert "no such file. Give alembic.ini or pyproject.toml." in capsys.readouterr().err


def test_options_that_exclude_each_other(tmp_path: pathlib.Path) -> None:
    with pytest.raises(SystemExit) as ended:
        lint(laid_out(tmp_path, *LINEAR), "--strict", "--exit-zero")
    assert ended.value.code == 2


def test_a_package_of_the_project_is_found_without_an_import(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = laid_out(tmp_path, *LINEAR)
    (folder / "migrations" / "__init__.py").write_text("raise SystemExit('was imported')")
    (folder / "alembic.ini").write_text(
        "[alembic]\nscript_location = migrations:.\nprepend_sys_path = %(here)s\n"
    )
    assert lint(folder) == 0
    assert "in 3 scripts." in capsys.readouterr().out
