"""A later Alembic in which a name that is relied on is another one, or code that is replaced is.

Commands end as they do with that Alembic alone, with at most one warning, and every part that is
said to be active is.
"""

from __future__ import annotations

import json
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from alembic_native.upstream.contract import ALL_PARTS
from tests.differential.cli_comparison import without_our_commands
from tests.differential.cli_processes import clean_environment, files_of
from tests.differential.cli_projects import LINEAR, lay_out, project
from tests.python.upstream import future_alembic

PROGRAM = pathlib.Path(__file__).with_name("commands_in_one_process.py")

NAMES = sorted(
    {
        (module, name)
        for part in ALL_PARTS
        for module, names in part.names().items()
        for name in names
    }
)
REPLACED = sorted(
    {
        (module, name)
        for part in ALL_PARTS
        for module, names in part.replaced.items()
        for name in names
    }
)


class Answers:
    """A process that answers for the Alembic of a folder."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment(),
        )

    def ask(
        self, switch: str, alembic: pathlib.Path, folder: pathlib.Path
    ) -> tuple[dict[str, Any], dict[str, bytes]]:
        """What became of the commands, and the files of the project afterwards."""
        lay_out(project(*LINEAR), folder)
        question = {"switch": switch, "alembic": str(alembic), "project": str(folder)}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        files = {
            name: content for name, content in files_of(folder).items() if name.endswith(".py")
        }
        shutil.rmtree(folder)
        return answer, files

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    started = Answers()
    yield started
    started.stop()


def expect_as_upstream(answers: Answers, alembic: pathlib.Path, folder: pathlib.Path) -> list[str]:
    """The warnings of ours; everything else is as with that Alembic alone."""
    upstream, upstream_files = answers.ask("0", alembic, folder)
    ours, files = answers.ask("1", alembic, folder)
    for theirs, found in zip(upstream["endings"], ours["endings"], strict=True):
        assert without_our_commands(found[2].encode()) == without_our_commands(theirs[2].encode())
        assert found[:2] == theirs[:2]
    assert without_dates(files) == without_dates(upstream_files)
    for part, (is_said, is_seen) in ours["parts"].items():
        assert is_said <= is_seen, f"{part} is said to be active"
    warnings: list[str] = ours["warnings"]
    assert len(warnings) <= 1, warnings
    return warnings


def without_dates(files: dict[str, bytes]) -> dict[str, bytes]:
    return {
        name: b"\n".join(line for line in content.splitlines() if b"Create Date" not in line)
        for name, content in files.items()
    }


@pytest.mark.parametrize("name", sorted({name for _, name in NAMES if name}))
def test_a_name_is_another_one(answers: Answers, tmp_path: pathlib.Path, name: str) -> None:
    """Of 18 private names renamed, 12 ended `upgrade head` in an AttributeError."""
    alembic = future_alembic.renamed(name, tmp_path / "later")
    expect_as_upstream(answers, alembic, tmp_path / "project")


@pytest.mark.parametrize(("module", "name"), REPLACED)
def test_code_that_is_replaced_is_another_one(
    answers: Answers, tmp_path: pathlib.Path, module: str, name: str
) -> None:
    alembic = future_alembic.changed(module, name, tmp_path / "later")
    warnings = expect_as_upstream(answers, alembic, tmp_path / "project")
    is_of_reading_alone = all(
        name not in part.replaced.get(module, ()) for part in ALL_PARTS if part.name != "reading"
    )
    # What only the first door replaces is not asked about in a program.
    assert is_of_reading_alone or warnings, "the change was not noticed"
    assert is_of_reading_alone or f"{module}.{name}".rstrip(".") in warnings[0]


def test_the_installed_alembic_has_every_part(answers: Answers, tmp_path: pathlib.Path) -> None:
    warnings = expect_as_upstream(answers, future_alembic.PACKAGE.parent, tmp_path / "project")
    assert warnings == []
