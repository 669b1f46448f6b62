"""The ways to `lint`: as a command before Alembic is loaded, through it, and from a program."""

from __future__ import annotations

import io
import os
import pathlib
import pty
import subprocess
import sys

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from alembic_native.__main__ import main
from tests.alembic_command import alembic
from tests.differential.cli_processes import ALEMBIC, clean_environment
from tests.python.git_checkout import Checkout

MODULES = """
import sys, atexit
atexit.register(lambda: print(*sorted(sys.modules), file=open("modules.txt", "w")))
"""


def drops_a_table(project: Checkout) -> None:
    path = project.versions / "base2.py"
    path.write_text(
        path.read_text().replace("op.execute(", "op.drop_table('users')\n    op.execute(")
    )


def broken(project: Checkout) -> None:
    drops_a_table(project)
    project.write("other", "base1")
    project.commit()


EVERY_WAY = [
    ("lint",),
    ("lint", "--base", "HEAD"),
    ("lint", "--format=github", "--strict"),
    ("lint", "-q"),
    ("-q", "lint", "migrations"),
    ("-c", "alembic.ini", "lint", "--statistics"),
    ("lint", "--explain", "drop-table"),
]


@pytest.mark.parametrize("words", EVERY_WAY, ids=" ".join)
def test_every_command_says_the_same(
    project: Checkout, capfd: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    broken(project)
    code = main([word for word in words if word != "-q"] + ["-q"] * ("-q" in words))
    said = capfd.readouterr()
    first = alembic(*words, folder=project.folder)
    # A warning would be seen, so that Alembic itself is asked.
    through = alembic(*words, folder=project.folder, PYTHONWARNINGS="default::ImportWarning")
    expected = (code, said.out, said.err)
    for answer in (first, through):
        assert (answer.exit_code, answer.stdout, answer.stderr) == expected


def test_nothing_of_the_project_is_imported(project: Checkout) -> None:
    """Neither env.py, nor a script, nor Alembic; and of ours only what it needs."""
    (project.folder / "migrations" / "env.py").write_text("raise SystemExit('was run')\n")
    (project.folder / "sitecustomize.py").write_text(MODULES)
    answer = alembic("lint", folder=project.folder, PYTHONPATH=str(project.folder))
    assert answer.exit_code == 0
    assert answer.stdout.endswith("Nothing found in 2 scripts.\n")
    loaded = set((project.folder / "modules.txt").read_text().split())
    assert "alembic_native._lint" in loaded
    for name in ("alembic", "sqlalchemy", "argparse", "subprocess", "alembic_native._postgres"):
        assert name not in loaded


def test_wrong_options_end_with_the_usage(project: Checkout) -> None:
    for words, message in (
        (("--dialect", "oracle"), "argument --dialect: invalid choice: 'oracle'"),
        (("--server-version", "new"), "--server-version: 'new' is not the version of a server"),
        (("--strict", "--exit-zero"), "--strict and --exit-zero exclude each other"),
        (("--statistics", "--format", "json"), "--statistics goes with the format text"),
        (("--explain", "drop-tabel"), "there is no rule drop-tabel, only multiple-heads"),
    ):
        answer = alembic("lint", *words, folder=project.folder)
        assert answer.exit_code == 2
        assert "usage: alembic lint" in answer.stderr
        assert message in answer.stderr


def test_what_cannot_be_linted_is_said_in_a_sentence(project: Checkout) -> None:
    assert alembic("lint", "--base", "nowhere", folder=project.folder).exit_code == 2
    (project.folder / "alembic.ini").write_text("[alembic\n")
    answer = alembic("lint", folder=project.folder)
    assert answer.exit_code == 2
    assert answer.stderr.startswith(
        "FAILED: The project cannot be read: alembic.ini cannot be read: File contains no section "
    )


def test_from_a_program(project: Checkout) -> None:
    printed = io.StringIO()
    config = Config("alembic.ini", stdout=printed)
    command.lint(config)  # type: ignore[attr-defined]
    assert printed.getvalue() == "Nothing found in 2 scripts.\n"
    broken(project)
    with pytest.raises(CommandError, match="findings that count as errors"):
        command.lint(config)  # type: ignore[attr-defined]
    assert "error: multiple-heads" in printed.getvalue()
    with pytest.raises(CommandError, match="no commit 'nowhere'"):
        command.lint(config, base="nowhere")  # type: ignore[attr-defined]


def test_from_a_program_without_a_file(project: Checkout) -> None:
    for path in project.versions.glob("*.py"):
        path.write_text(path.read_text().replace("op.execute", "print"))
    printed = io.StringIO()
    config = Config(stdout=printed)
    config.set_main_option("script_location", str(project.folder / "migrations"))
    command.lint(config)  # type: ignore[attr-defined]
    assert printed.getvalue() == "Nothing found in 2 scripts.\n"


def test_colours_are_for_a_terminal(project: Checkout) -> None:
    drops_a_table(project)
    for environment, is_coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        main_end, other_end = pty.openpty()
        process = subprocess.run(
            [ALEMBIC, "lint"],
            env=clean_environment(TERM="xterm", **environment),
            stdin=subprocess.DEVNULL,
            stdout=other_end,
            check=True,
        )
        os.close(other_end)
        shown = os.read(main_end, 10_000).decode()
        os.close(main_end)
        assert process.returncode == 0
        assert ("\x1b[33mwarning\x1b[0m" in shown) is is_coloured
    assert "\x1b" not in alembic("lint", folder=project.folder).stdout


def test_the_heads_file(project: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--write-heads"]) == 2
    assert "No file of heads is configured: set heads_file" in capsys.readouterr().err
    project.configure("[alembic:lint]", "ignore = squawk")
    assert main(["lint"]) == 1
    assert "heads.txt:1:1: error: heads-file: the file is not there\n" in capsys.readouterr().out
    assert main(["lint", "--write-heads"]) == 0
    assert capsys.readouterr().out == f"Written: {project.heads_file}\n"
    assert project.heads_file.read_text().splitlines()[-1] == "base2"
    assert main(["lint"]) == 0
    assert main(["lint", "--write-heads"]) == 0
    project.write("new", "base2")
    capsys.readouterr()
    assert main(["lint"]) == 1
    assert "it has base2, and the scripts have new\n" in capsys.readouterr().out


def test_the_heads_file_of_a_broken_history_is_not_written(
    project: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is built on nothing was written as one more head."""
    project.configure()
    project.write("new", "nowhere")
    assert main(["lint", "--write-heads"]) == 2
    assert "Something is wrong with the history" in capsys.readouterr().err
    assert not project.heads_file.exists()


def test_the_heads_file_in_conflict(project: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    """Its finding said that there would be no conflict, and to write the file."""
    project.configure("[alembic:lint]", "ignore = squawk")
    project.heads_file.write_text("<<<<<<< HEAD\nbase2\n=======\nother\n>>>>>>> main\n")
    assert main(["lint"]) == 1
    output = capsys.readouterr().out
    assert "heads.txt:1:1: error: heads-file: the file is in conflict\n" in output
    assert "Run `alembic rebase` or `alembic merge heads`" in output


def test_the_heads_file_needs_every_header(
    project: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    project.configure()
    (project.versions / "odd.py").write_text("revision = str(1)\n")
    assert main(["lint", "--write-heads"]) == 2
    assert "odd.py:1: the header cannot be read" in capsys.readouterr().err
    assert not project.heads_file.exists()


def test_a_standard_output_that_is_closed_or_full(project: Checkout) -> None:
    """The first was a traceback; to the second nothing was written, and the exit code was 0."""
    broken(project)
    for program in (ALEMBIC, "alembic-native"):
        command_line = f'"{pathlib.Path(ALEMBIC).with_name(pathlib.Path(program).name)}" lint'
        for end, code, message in (
            (">&-", 1, ""),
            (">/dev/full", 2, "FAILED: The findings cannot be written: No space left on device.\n"),
        ):
            done = subprocess.run(
                ["sh", "-c", f"{command_line} {end}"],
                env=clean_environment(),
                cwd=project.folder,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
            assert "Traceback" not in done.stderr
            if program != ALEMBIC or "full" in end:
                assert (done.returncode, done.stderr) == (code, message)


def test_a_program_that_misspells_an_option_is_told(project: Checkout) -> None:
    config = Config(str(project.ini))
    for function in (command.lint, command.rebase):  # type: ignore[attr-defined]
        with pytest.raises(TypeError, match="unexpected keyword argument 'strictt'"):
            function(config, strictt=True)


def test_a_closed_pipe_is_no_traceback(project: Checkout) -> None:
    broken(project)
    for program in ([ALEMBIC], [sys.executable, "-m", "alembic_native"]):
        done = subprocess.run(
            ["sh", "-c", '"$@" lint 2>errors.txt | true', "sh", *program],
            env=clean_environment(),
            cwd=project.folder,
            check=True,
        )
        assert done.returncode == 0
        assert "Traceback" not in pathlib.Path("errors.txt").read_text()
