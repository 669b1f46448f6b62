"""Which rows the matrix has, which of them have failed, and when it is green as a whole."""

from __future__ import annotations

import pathlib
import sys

import pytest

from tests.environments import VirtualEnvironment
from tests.matrix import interpreters
from tests.matrix.drivers import DRIVERS, Databases
from tests.matrix.run import (
    Row,
    conclusion,
    expected_of_drivers,
    one_row,
    row_without_interpreter,
    table,
)
from tests.programs import ProgramFailed

OK = Row(("3.11", "1.20.1", "2.1.9", *("ok" for _ in DRIVERS), "120 passed", "ok"), ran=True)
FORBIDDEN = Row(("3.11", "1.20", "1.4", *("" for _ in DRIVERS), "", "not allowed by Alembic"))
FAILED = Row((*OK.cells[:-1], "FAILED"), failed=True, ran=True)


def test_a_row_that_fails_is_seen_in_the_table() -> None:
    header, line = table([FAILED]).splitlines()
    assert header.split()[:3] == ["Python", "Alembic", "SQLAlchemy"]
    assert line.endswith("FAILED")


def test_one_failed_row_fails_the_matrix() -> None:
    assert conclusion([OK, FORBIDDEN]) == ("1 of 2 rows ran, 0 failed", 0)
    assert conclusion([OK, FAILED, FORBIDDEN]) == ("2 of 3 rows ran, 1 failed", 1)


@pytest.mark.parametrize("rows", [[], [FORBIDDEN]])
def test_a_matrix_in_which_no_row_ran_has_failed(rows: list[Row]) -> None:
    """Where no interpreter was found, the exit code was 0."""
    line, exit_code = conclusion(rows)
    assert line.startswith(f"0 of {len(rows)} rows ran, 0 failed: nothing was tested")
    assert exit_code == 1


class Refused(VirtualEnvironment):
    """An environment whose pip ends with an error."""

    def __init__(self, message: str) -> None:
        super().__init__(pathlib.Path("nowhere"))
        self._message = message

    def install(self, *_: str) -> None:
        raise ProgramFailed(self._message)


NO_DATABASES: Databases = None  # type: ignore[assignment]


def test_a_row_that_upstream_forbids_has_not_failed() -> None:
    message = (
        "The conflict is caused by:\n    alembic 1.20.1 depends on SQLAlchemy>=2.0\n\n"
        "ERROR: ResolutionImpossible\n"
    )
    row = one_row("3.11", "1.20", "1.4", Refused(message), NO_DATABASES)
    assert row.cells[-1] == "not allowed by Alembic"
    assert (row.ran, row.failed) == (False, False)


def test_a_row_that_cannot_be_installed_has_failed() -> None:
    row = one_row("3.11", "1.20", "2.1", Refused("ERROR: no route to host"), NO_DATABASES)
    assert row.cells[-1] == "FAILED to install"
    assert (row.ran, row.failed) == (False, True)


def test_only_a_dialect_that_is_known_to_be_missing_may_be_missing() -> None:
    assert expected_of_drivers("1.4") == {**dict.fromkeys(DRIVERS, "ok"), "psycopg": "-"}
    assert expected_of_drivers("2.1") == dict.fromkeys(DRIVERS, "ok")


@pytest.fixture
def path(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A folder that is the whole PATH, beside an empty folder of pyenv."""
    for name in ("bin", "pyenv"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path / "bin"


def put(program: pathlib.Path, text: str) -> str:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return str(program)


def other_line() -> str:
    """One that this process is not of."""
    return next(line for line in interpreters.LINES if not sys.version.startswith(f"{line}."))


def test_a_python_that_is_nowhere_is_not_installed(path: pathlib.Path) -> None:
    line = other_line()
    put(path / f"python{line}", "exit 127  # a shim that leads nowhere")
    assert interpreters.present(line) == []
    row = row_without_interpreter(line)
    assert (row.cells[-1], row.failed, row.ran) == ("not installed", False, False)


def test_pythons_of_path_and_of_pyenv_are_found_newest_first(path: pathlib.Path) -> None:
    line = other_line()
    shim = put(path / f"python{line}", "exit 127")
    by_line = f'[ "$1" = -c ] && echo {line}'
    of_pyenv = [
        put(path.parent / "pyenv" / "versions" / f"{line}.{n}" / "bin" / f"python{line}", by_line)
        for n in (10, 9)
    ]
    on_path = put(path / "python3", by_line)
    assert interpreters.present(line) == [on_path, *of_pyenv]
    assert interpreters.find(line) == on_path
    assert shim not in interpreters.present(line)


def test_a_python_that_is_there_and_cannot_build_has_failed(path: pathlib.Path) -> None:
    """It counted as not installed, and its rows were missed by nobody."""
    line = other_line()
    python = put(path / f"python{line}", f'case "$2" in *ensurepip*) exit 1;; esac; echo {line}')
    assert interpreters.present(line) == [python]
    assert interpreters.find(line) is None
    row = row_without_interpreter(line)
    assert row.cells[-1] == f"FAILED: {python} lacks pip, venv or Python.h"
    assert conclusion([OK, row]) == ("1 of 2 rows ran, 1 failed", 1)


def test_this_process_is_of_a_line_that_is_found() -> None:
    line = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert sys.executable in interpreters.present(line)
    assert interpreters.find(line) is not None
