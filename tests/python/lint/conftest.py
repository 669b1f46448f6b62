"""A project in a git repository, on a branch of its own, and `lint` in it."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from alembic_native.__main__ import main
from tests.python.git_checkout import Checkout, checkout

#: Runs `alembic-native lint` on the current folder's project: the exit code, and the findings, each
#: as "rule path:line".
Lint = Callable[..., tuple[int, list[str]]]


@pytest.fixture(autouse=True)
def _git_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration of whoever runs the tests decides nothing."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture(scope="session")
def _on_a_branch(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    made = checkout(tmp_path_factory.mktemp("lint"))
    made.git("init", "--quiet", "--template=", "--initial-branch", "main")
    made.ini.write_text(
        "[alembic]\nscript_location = %(here)s/migrations\n[alembic:lint]\nignore = squawk\n"
    )
    made.commit()
    made.git("checkout", "--quiet", "-b", "feature")
    return made.folder


@pytest.fixture
def project(
    _on_a_branch: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> Checkout:
    """`main` has base1 and, built upon it, base2; `feature`, which is checked out, is no further.

    The current folder is its top.
    """
    folder = tmp_path / "project"
    shutil.copytree(_on_a_branch, folder)
    monkeypatch.chdir(folder)
    return Checkout(folder)


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str]) -> Lint:
    def run(*words: str) -> tuple[int, list[str]]:
        capsys.readouterr()
        code = main(["lint", "--format", "json", *words])
        said = capsys.readouterr()
        assert said.err == ""
        found: list[dict[str, Any]] = json.loads(said.out)["findings"]
        return code, [f"{one['rule']} {one['path']}:{one['line']}" for one in found]

    return run
