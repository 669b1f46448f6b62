"""Ids that the version table has no room for."""

from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest

from tests.locking.database import rows
from tests.small_project import Project, last_line, script

LONG = "a" * 40


def long_project(folder: pathlib.Path, url: str, option: str = "") -> Project:
    made = Project(folder)
    path = folder / "alembic.ini"
    path.write_text(f"[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {url}\n")
    path.write_text(f"{path.read_text()}{option}\n")
    made.write("1.py", script("b1"))
    made.write("2.py", script(LONG, "b1"))
    return made


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
@pytest.mark.parametrize("option", ["", "migration_lock = off"])
def test_an_id_that_is_too_long_stops_a_run_before_its_first_step(
    tmp_path: pathlib.Path, make_database: Callable[[str], str], kind: str, option: str
) -> None:
    """Bug: the database refused the id when the script had run."""
    url = make_database(kind)
    project = long_project(tmp_path / "project", url, option)
    for command in ("upgrade", "stamp"):
        run = project.run(command, "head")
        assert run.returncode == 255
        assert f"room for 32 characters, which is not enough for {LONG} (40 characters)" in (
            last_line(run)
        )
        assert "Running upgrade" not in run.stderr
    assert project.run("upgrade", "b1").returncode == 0
    change = (
        "ALTER COLUMN version_num TYPE VARCHAR(40)"
        if kind == "postgres"
        else "MODIFY version_num VARCHAR(40) NOT NULL"
    )
    assert f"ALTER TABLE alembic_version {change}" in last_line(project.run("upgrade", "head"))
    rows(url, f"ALTER TABLE alembic_version {change}")
    assert project.run("upgrade", "head").returncode == 0
    assert rows(url, "SELECT version_num FROM alembic_version") == [(LONG,)]


def test_sqlite_takes_an_id_of_any_length(
    tmp_path: pathlib.Path, make_database: Callable[[str], str]
) -> None:
    project = long_project(tmp_path / "project", make_database("sqlite"))
    assert project.run("upgrade", "head").returncode == 0
