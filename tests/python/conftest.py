"""What the tests of one process and of the commands share."""

from __future__ import annotations

import pathlib

import pytest

from tests.locking.projects import Project


@pytest.fixture
def steps(tmp_path: pathlib.Path) -> Project:
    """A line of three scripts, whose `env.py` reads DATABASE_URL."""
    return Project(tmp_path / "project", 3)
