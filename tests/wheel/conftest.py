"""The wheel without the native core, for the tests of this folder."""

from __future__ import annotations

import pathlib

import pytest

from tests.environments import pure_wheel


@pytest.fixture(scope="session")
def pure(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The wheel, alone in its folder but for the log of its build."""
    return pure_wheel(tmp_path_factory.mktemp("pure"))
