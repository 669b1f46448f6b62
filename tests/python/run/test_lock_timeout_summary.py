"""With `-v`, a command that starts over has one line at its end, and counts on."""

from __future__ import annotations

import pathlib
import re

import pytest

from tests.locking.database import rows
from tests.python.run.lock_waits import (
    READER,
    TRY_AGAIN,
    Alembic,
    Pauses,
    alembic,
    altering,
    held,
    orders,
    pauses,
)

__all__ = ["alembic", "pauses"]


@pytest.mark.parametrize(
    ("per_migration", "numbers"), [("true", "1 2 3"), ("false", "1 1 2 3")], ids=["each", "all"]
)
def test_one_line_at_the_end_of_all_tries(
    postgres_url: str,
    per_migration: str,
    numbers: str,
    tmp_path: pathlib.Path,
    alembic: Alembic,
    pauses: Pauses,
) -> None:
    """Each try had a line of its own, and counted from the revision where it began."""
    orders(postgres_url)
    project = altering(tmp_path, transaction_per_migration=per_migration)
    with held(postgres_url, READER) as release:
        pauses.then = release
        ending = alembic(project, postgres_url, "upgrade", "head", "-v")
    assert ending.exit_code == 0, ending.output
    [line] = ending.output.split("[alembic.run] ")[1:]
    assert line.startswith("Upgraded 3 revisions in ")
    assert line.endswith(" s: base -> step0003 (head)")
    assert re.findall(r"Took \S+ s, (\d) of 3", ending.output) == numbers.split()


def test_the_line_at_the_end_of_tries_that_are_given_up(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(postgres_url)
    project = altering(tmp_path, transaction_per_migration="true", lock_retries="1")
    with held(postgres_url, READER):
        ending = alembic(project, postgres_url, "upgrade", "head", "-v")
    assert ending.exit_code == TRY_AGAIN
    assert pauses.count == 1
    [line] = ending.output.split("[alembic.run] ")[1:]
    assert line.startswith("Upgraded 1 of 3 revisions in ")
    assert " s: base -> step0001; step0002 failed " in line


def test_no_line_at_the_end_when_another_run_has_done_it_all(
    postgres_url: str, tmp_path: pathlib.Path, alembic: Alembic, pauses: Pauses
) -> None:
    orders(postgres_url)
    project = altering(tmp_path)
    with held(postgres_url, READER) as release:

        def do_it_all() -> None:
            release()
            rows(postgres_url, "CREATE TABLE alembic_version (version_num VARCHAR(32))")
            rows(postgres_url, "INSERT INTO alembic_version VALUES ('step0003')")

        pauses.then = do_it_all
        ending = alembic(project, postgres_url, "upgrade", "head", "-v")
    assert ending.exit_code == 0, ending.output
    assert "[alembic.run]" not in ending.output
