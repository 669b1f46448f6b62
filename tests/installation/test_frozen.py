"""A program that is put into a folder or a file together with what it imports."""

from __future__ import annotations

import pathlib
import sqlite3

import alembic
import pytest

from tests.environments import BUILD, VirtualEnvironment, stand_alone_wheel
from tests.small_project import Project, small_project

#: Says whose revision map it has, or is the command `alembic`.
PROGRAM = """
import sys

{before}
import alembic.script.revision
from alembic.config import main

if sys.argv[1] == "who":
    print(alembic.script.revision.__file__)
    print(any("alembic_native" in name for name in sys.modules))
else:
    main(sys.argv[1:])
"""
ACTIVATE = "import alembic_native; alembic_native.activate()"


@pytest.fixture(scope="module")
def freezing() -> VirtualEnvironment:
    """An environment with the tools, Alembic and the wheel."""
    environment = VirtualEnvironment(BUILD / "frozen" / "venv")
    lines = pathlib.Path(__file__).with_name("frozen.txt").read_text().splitlines()
    wanted = [line for line in lines if not line.startswith("#")]
    environment.prepare([*wanted, f"alembic=={alembic.__version__}"], stand_alone_wheel())
    return environment


def freeze(environment: VirtualEnvironment, folder: pathlib.Path, before: str) -> pathlib.Path:
    """The program that PyInstaller makes of PROGRAM."""
    (folder / "program.py").write_text(PROGRAM.format(before=before))
    environment.succeed("pyinstaller", "--log-level", "WARN", "program.py", folder=folder)
    return folder / "dist" / "program" / "program"


def upgrade(
    environment: VirtualEnvironment, program: pathlib.Path, project: Project, **switch: str
) -> str:
    """What `upgrade head` prints to standard error, when it and what follows succeed."""
    result = environment.run(str(program), "upgrade", "head", folder=project.folder, **switch)
    assert result.returncode == 0, result.stderr
    assert project.rows == ["bbbb2"]
    for command in ("current", "heads"):
        found = environment.succeed(str(program), command, folder=project.folder, **switch)
        assert found == "bbbb2 (head)\n"
    environment.succeed(str(program), "downgrade", "base", folder=project.folder, **switch)
    return result.stderr


def test_pyinstaller_with_activate(freezing: VirtualEnvironment, tmp_path: pathlib.Path) -> None:
    """Neither the sources that the contract is read from nor our revision.py were there."""
    program = freeze(freezing, tmp_path, ACTIVATE)
    ours = program.parent / "_internal" / "alembic_native" / "upstream" / "revision.py"
    assert freezing.succeed(str(program), "who") == f"{ours}\nTrue\n"
    project = small_project(tmp_path / "project")
    assert "alembic-native" not in upgrade(freezing, program, project)
    off = {"ALEMBIC_NATIVE": "0"}
    assert "alembic_native" not in freezing.succeed(str(program), "who", **off)
    assert "alembic-native" not in upgrade(freezing, program, project, **off)
    with sqlite3.connect(project.database) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (0,)


def test_pyinstaller_without_activate(freezing: VirtualEnvironment, tmp_path: pathlib.Path) -> None:
    """A program that does not ask for us is upstream's, although we were there when it was made."""
    program = freeze(freezing, tmp_path, "")
    internal = program.parent / "_internal"
    assert freezing.succeed(str(program), "who").splitlines()[1] == "False"
    assert not (internal / "alembic_native").exists()
    assert upgrade(freezing, program, small_project(tmp_path / "project")).count("native") == 0


@pytest.mark.parametrize("before", [ACTIVATE, ""])
def test_shiv(freezing: VirtualEnvironment, tmp_path: pathlib.Path, before: str) -> None:
    """It has Python read the .pth files of the packages that it unpacks: both are served."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "program.py").write_text(
        "def run():\n    " + PROGRAM.format(before=before).strip().replace("\n", "\n    ") + "\n"
    )
    [packages] = freezing.folder.glob("lib/python*/site-packages")
    program = tmp_path / "program.pyz"
    freezing.succeed(
        *("shiv", "--site-packages", str(packages), "--site-packages", str(tmp_path / "source")),
        *("--entry-point", "program:run", "--python", str(freezing.python)),
        *("--output-file", str(program)),
    )
    # Without -S the interpreter would read the .pth file of its own environment.
    isolated = [str(freezing.python), "-S", str(program)]
    unpacked = {"SHIV_ROOT": str(tmp_path / "unpacked")}
    found = freezing.succeed(*isolated, "who", **unpacked).splitlines()
    assert found[0].startswith(str(tmp_path / "unpacked"))
    assert found[0].endswith("/alembic_native/upstream/revision.py")
    project = small_project(tmp_path / "project")
    freezing.succeed(*isolated, "upgrade", "head", folder=project.folder, **unpacked)
    assert project.rows == ["bbbb2"]
