"""Random histories: an error where Alembic cannot upgrade to the head, and only there."""

from __future__ import annotations

import json
import pathlib
import random
import warnings

import pytest
from alembic.script import ScriptDirectory

from alembic_native.__main__ import main
from tests.differential.random_histories import History, random_history

COUNT = 300


def write(folder: pathlib.Path, history: History) -> None:
    for path in folder.glob("*.py"):
        path.unlink()
    for number, record in enumerate(history):
        names = {
            "revision": record["id"],
            "down_revision": record["down"],
            "branch_labels": record["labels"],
            "depends_on": record["depends"],
        }
        lines = [f"{name} = {value!r}" for name, value in names.items()]
        (folder / f"{number:02}.py").write_text("\n".join(lines) + "\n", encoding="utf-8")


def fault(folder: pathlib.Path) -> str:
    """Why `alembic upgrade head` would end before the first step; empty if it would not."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            scripts = ScriptDirectory(str(folder))
            head = scripts.get_current_head()
            list(scripts.iterate_revisions(head, "base", implicit_base=True))
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return "".join(f"warning: {one.message}" for one in caught)


def test_errors_are_where_alembic_stops(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = tmp_path / "versions"
    versions.mkdir()
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    monkeypatch.chdir(tmp_path)
    rng = random.Random("lint")
    seen: set[str] = set()
    for _ in range(COUNT):
        history = random_history(rng)
        write(versions, history)
        code = main(["lint", "--format", "json"])
        said = capsys.readouterr()
        assert said.err == ""
        errors = {
            one["rule"] for one in json.loads(said.out)["findings"] if one["severity"] == "error"
        }
        assert code == bool(errors)
        assert bool(errors) == bool(fault(tmp_path)), (errors, fault(tmp_path), history)
        seen |= errors
    assert seen == {
        "duplicate-revision",
        "illegal-revision-id",
        "label-conflict",
        "missing-parent",
        "multiple-heads",
        "revision-cycle",
    }
