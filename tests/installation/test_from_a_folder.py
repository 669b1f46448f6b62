"""The recipes of `docs/installing.md` for wheels in a folder: no index is told of this package."""

from __future__ import annotations

import pathlib
import re
import shutil
import sys

import pytest

from tests.environments import VirtualEnvironment, stand_alone_wheel
from tests.installation import documents, package_index
from tests.installation.conftest import PYPROJECT
from tests.installation.documents import INSTALLING
from tests.installation.shell import ACTIVE, HEAD, Shell

HEADING = "From a folder"


@pytest.fixture
def wheel(project: pathlib.Path) -> pathlib.Path:
    """The wheel of `make wheel` in the project's folder `packages`."""
    (project / "packages").mkdir()
    return pathlib.Path(shutil.copy(stand_alone_wheel(), project / "packages"))


def test_pip(environment: VirtualEnvironment, project: pathlib.Path, wheel: pathlib.Path) -> None:
    shell = Shell(project, environment.folder / "bin", {})
    install, information, _ = shell.follow(INSTALLING, HEADING)
    assert f"packages/{wheel.name}" in install
    assert ACTIVE.search(information)
    assert shell.succeed("alembic current") == f"{HEAD} (head)\n"


@pytest.mark.usefixtures("wheel")
def test_uv(tools: VirtualEnvironment, project: pathlib.Path) -> None:
    [settings] = documents.blocks(INSTALLING, "toml")[HEADING]
    (project / "pyproject.toml").write_text(f"{PYPROJECT}\n{settings}")
    variables = package_index.for_uv(None, project.parent / "cache")
    shell = Shell(project, tools.folder / "bin", variables)
    _, information, _ = shell.follow(INSTALLING, "uv")
    assert ACTIVE.search(information)
    # The lock file holds what it says.
    shell.succeed("uv sync --locked")
    assert shell.succeed("uv run alembic current") == f"{HEAD} (head)\n"

    # Bug: what is broken was to be mended with pip, which an environment of uv does not have.
    shell.succeed("rm .venv/lib/python*/site-packages/alembic_native/_lint.*.so")
    said = shell.succeed("! uv run alembic lint 2>&1")
    [mend] = {*re.findall(r"\((uv pip .+?)\)", said)}
    shell.succeed(mend)
    assert ACTIVE.search(shell.succeed("uv run python -m alembic_native"))


def test_poetry(tools: VirtualEnvironment, project: pathlib.Path, wheel: pathlib.Path) -> None:
    (project / "pyproject.toml").write_text(PYPROJECT + package_index.poetry_sources(None))
    shell = Shell(project, tools.folder / "bin", package_index.for_poetry(project.parent / "cache"))
    shell.succeed(f"poetry env use {sys.executable}")
    [add] = [one for one in documents.inline_commands(INSTALLING) if one.startswith("poetry add ")]
    shell.succeed(re.sub(r"alembic_native-.*\.whl", wheel.name, add))
    assert f"packages/{wheel.name}" in (project / "pyproject.toml").read_text()
    _, check, upgrade = documents.commands(INSTALLING, "Poetry")
    assert ACTIVE.search(shell.succeed(check))
    shell.succeed(upgrade)
    assert shell.succeed("poetry run alembic current") == f"{HEAD} (head)\n"
