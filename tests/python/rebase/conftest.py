"""A project whose feature branch has two heads, and the commands in it."""

from __future__ import annotations

import os
import pathlib
import shutil
from collections.abc import Callable

import pytest

from alembic_native.__main__ import main
from tests.python.git_checkout import Checkout, parted

#: Runs `alembic-native rebase`: the exit code, its standard output, its stderr.
Rebase = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _git_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration of whoever runs the tests decides nothing."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture(scope="session")
def _parted(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("parted")
    return parted(folder).folder


@pytest.fixture
def project(
    _parted: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> Checkout:
    """See `parted`; the current folder is its top."""
    folder = tmp_path / "project"
    shutil.copytree(_parted, folder)
    monkeypatch.chdir(folder)
    return Checkout(folder)


@pytest.fixture
def rebase(capsys: pytest.CaptureFixture[str]) -> Rebase:
    """The command, in the current folder."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["rebase", *words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    return run
