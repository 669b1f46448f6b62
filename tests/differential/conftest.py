"""How many random cases run, from which seed, and the interpreters that answer.

``ALEMBIC_NATIVE_CASES`` is the number of cases of each test of random cases, for long runs;
``ALEMBIC_NATIVE_SEED`` chooses others than those of every run.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator

import pytest

from tests.differential.cli_comparison import Comparer
from tests.differential.processes import Interpreters

SEED = os.environ.get("ALEMBIC_NATIVE_SEED", "1")

#: Parts that the cases of a test are divided into, for runs on several processors.
PARTS = 16


def cases_of(part: int, usual: int) -> Iterator[str]:
    """Seeds of the cases of one part; ``usual`` is the number in an ordinary run."""
    count = int(os.environ.get("ALEMBIC_NATIVE_CASES", usual))
    return (f"{SEED}/{number}" for number in range(part, count, PARTS))


def pytest_report_header() -> str:
    return f"differential tests: ALEMBIC_NATIVE_SEED={SEED}"


@pytest.fixture(scope="session")
def interpreters() -> Iterator[Interpreters]:
    started = Interpreters()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def comparer() -> Iterator[Comparer]:
    started = Comparer()
    yield started
    started.stop()


@pytest.fixture
def compare(comparer: Comparer, tmp_path: pathlib.Path) -> Comparer:
    """Runs command lines through upstream and through the overlay."""
    comparer.folder = tmp_path / "project"
    return comparer
