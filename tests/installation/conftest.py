"""A project that has Alembic already, and the tools that install into it."""

from __future__ import annotations

import pathlib
import shutil
import sys
from collections.abc import Iterator

import pytest

from tests.environments import BUILD, PROJECT, VirtualEnvironment, stand_alone_wheel
from tests.installation import package_index
from tests.installation.shell import Shell

TABLE_OF_ALEMBIC = """
[tool.alembic]
script_location = "%(here)s/migrations"
prepend_sys_path = ["%(here)s"]
"""
PYPROJECT = f"""
[project]
name = "shop"
version = "1.0"
requires-python = "=={sys.version_info.major}.{sys.version_info.minor}.*"
dependencies = ["alembic>=1.16"]

[tool.poetry]
package-mode = false
{TABLE_OF_ALEMBIC}"""


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an index that has the wheel of `make wheel`."""
    folder = tmp_path_factory.mktemp("index")
    with package_index.serving(stand_alone_wheel(), folder) as url:
        yield url


@pytest.fixture(scope="session")
def tools() -> VirtualEnvironment:
    """uv and Poetry, each from the package index."""
    environment = VirtualEnvironment(BUILD / "installation" / "tools")
    environment.prepare(["poetry", "uv"], wheel=None)
    return environment


def make_project(folder: pathlib.Path) -> None:
    """A project with the sample's migrations that depends on Alembic, in an existing folder."""
    ignored = shutil.ignore_patterns("*.pyc", "*.db")
    shutil.copytree(PROJECT / "migrations", folder / "migrations", ignore=ignored)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    ini = "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = %(here)s\n"
    (folder / "alembic.ini").write_text(ini)


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """The same, in a folder of its own."""
    folder = tmp_path / "shop"
    folder.mkdir()
    make_project(folder)
    return folder


@pytest.fixture
def environment(tmp_path: pathlib.Path) -> VirtualEnvironment:
    """A new virtual environment that has Alembic."""
    environment = VirtualEnvironment(tmp_path / "venv")
    environment.make()
    environment.install("alembic")
    return environment


@pytest.fixture
def shell(environment: VirtualEnvironment, project: pathlib.Path, index: str) -> Shell:
    """A shell in a project whose virtual environment has Alembic."""
    return Shell(project, environment.folder / "bin", package_index.for_pip(index))


@pytest.fixture
def installed(shell: Shell) -> Shell:
    """The same, with alembic-native in it."""
    shell.succeed("pip install --no-deps alembic-native")
    return shell


@pytest.fixture
def empty(tmp_path: pathlib.Path, project: pathlib.Path, index: str) -> Shell:
    """A shell in a project whose virtual environment has nothing but pip."""
    environment = VirtualEnvironment(tmp_path / "venv")
    environment.make()
    return Shell(project, environment.folder / "bin", package_index.for_pip(index))
