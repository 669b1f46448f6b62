"""Projects to compare, with fresh databases."""

from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest

from tests.projects.comparison import Comparison


@pytest.fixture
def compare(
    make_database: Callable[[str], str], tmp_path: pathlib.Path
) -> Callable[[str, str], Comparison]:
    """A function from a project's name and a kind of database to two copies of the project."""

    def make(name: str, kind: str) -> Comparison:
        comparison = Comparison(name, tmp_path, (make_database(kind), make_database(kind)))
        comparison.check_overlay()
        return comparison

    return make
