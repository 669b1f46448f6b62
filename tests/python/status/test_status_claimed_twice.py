"""A revision id that more than one script claims: no upgrade to head runs, and nothing is pending.

Upstream counts the script that was read last, and takes the others for heads beside it.
"""

from __future__ import annotations

import pathlib

import pytest

import alembic_native
from tests.alembic_command import Answer, alembic
from tests.differential.cli_projects import lay_out, project, script
from tests.python.reading.test_cli_imports import python

BASE, MIDDLE, HEAD = (
    script("aaaa1111"),
    script("bbbb2222", "aaaa1111"),
    script("cccc3333", "bbbb2222"),
)

#: Name: the scripts, the id, and the numbers of those that claim it.
CASES = {
    "head": ([BASE, MIDDLE, HEAD, HEAD], "cccc3333", (2, 3)),
    "head, elsewhere": ([BASE, script("cccc3333", "aaaa1111"), MIDDLE, HEAD], "cccc3333", (1, 3)),
    "head, as a base": ([BASE, MIDDLE, HEAD, script("cccc3333")], "cccc3333", (2, 3)),
    "middle": ([BASE, MIDDLE, MIDDLE, HEAD], "bbbb2222", (1, 2)),
    "base": ([BASE, BASE, MIDDLE, HEAD], "aaaa1111", (0, 1)),
    "three times": ([BASE, MIDDLE, HEAD, HEAD, HEAD], "cccc3333", (2, 3, 4)),
}


def run(folder: pathlib.Path, *words: str) -> Answer:
    return alembic(*words, folder=folder)


@pytest.mark.parametrize("switch", ["1", "0"])
@pytest.mark.parametrize("case", CASES)
def test_upgrade_fails(case: str, switch: str, tmp_path: pathlib.Path) -> None:
    """ "Multiple heads are present ... merge" cannot help where one id is in two files."""
    scripts, revision, claiming = CASES[case]
    lay_out(project(*scripts), tmp_path)
    answer = alembic("upgrade", "head", folder=tmp_path, ALEMBIC_NATIVE=switch)
    assert answer.exit_code == 255
    if switch == "0":
        assert "Multiple head revisions are present" in answer.stdout
    else:
        assert f"Revision {revision} is present more than once" in answer.stdout
        assert sum(f"{number:02}_change.py" in answer.stdout for number in claiming) == 2


@pytest.mark.parametrize("case", CASES)
def test_status_and_wait_say_so(case: str, tmp_path: pathlib.Path, postgres_url: str) -> None:
    """Two equal heads were shown, and --check passed where the upgrade had failed."""
    scripts, revision, claiming = CASES[case]
    lay_out(project(*scripts), tmp_path)
    paths = [f"{tmp_path}/migrations/versions/{number:02}_change.py" for number in claiming]
    expected = f"Revision {revision} is claimed by more than one script: {' and '.join(paths)}."
    for words in (
        ["status", "--check", "--url", postgres_url],
        ["status", "--json", "--url", f"sqlite:///{tmp_path}/x.db"],
        ["status", "--all-schemas", "--url", postgres_url],
        ["wait", "--timeout", "600"],
    ):
        answer = run(tmp_path, *words)
        assert answer.exit_code == 255, answer
        assert f"FAILED: {expected} " in answer.stderr


@pytest.mark.parametrize("case", CASES)
def test_from_python(
    case: str, tmp_path: pathlib.Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts, revision, _ = CASES[case]
    lay_out(project(*scripts), tmp_path)
    monkeypatch.chdir(tmp_path)
    for function in alembic_native.status, alembic_native.wait:
        for place in {"url": postgres_url}, {}:
            with (
                pytest.warns(UserWarning, match="present more than once"),
                pytest.raises(alembic_native.StatusUnavailable, match=f"Revision {revision} is"),
            ):
                function("alembic.ini", **place)


def test_a_cycle_that_such_an_id_makes_fails_as_it_does_in_upgrade(tmp_path: pathlib.Path) -> None:
    """It ended with a traceback."""
    lay_out(project(BASE, MIDDLE, script("aaaa1111", "bbbb2222"), HEAD), tmp_path)
    answer = run(tmp_path, "status")
    assert answer.exit_code == 255
    assert run(tmp_path, "upgrade", "head").stdout in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_the_overlay(tmp_path: pathlib.Path) -> None:
    lay_out(project(BASE, MIDDLE, MIDDLE, HEAD), tmp_path)
    program = """
import alembic_native
try:
    alembic_native.status("alembic.ini")
except alembic_native.StatusUnavailable as error:
    print(error)
"""
    printed = python("-W", "ignore", "-c", program, folder=tmp_path, ALEMBIC_NATIVE="0")
    assert "01_change.py and " in printed
