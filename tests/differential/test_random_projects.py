"""Random histories as script files of a project, through upstream and through the overlay."""

from __future__ import annotations

import pathlib
import random
import shutil

import pytest

from tests.differential.comparison import Difference, compare
from tests.differential.conftest import PARTS, cases_of
from tests.differential.processes import Interpreters, Question
from tests.differential.random_histories import Record, random_history

_DOCSTRINGS = (
    '"""{id} does something\n\nRevision ID: {id}\nRevises: nothing\n"""\n',
    '"""\nFirst line\n\n    indented\n"""\n',
    "'''one line'''\n",
    "# no docstring\n",
    'from alembic import op\n\n"""after an import"""\n',
    '""""""\n',
)


def _written(rng: random.Random, value: object) -> str:
    if isinstance(value, list):
        items = ", ".join(repr(one) for one in value)
        opening, closing = rng.choice([("[", "]"), ("(", ",)" if value else ")")])
        text = f"{opening}{items}{closing}"
        return text.replace(", ", ",  # a comment\n    ") if rng.random() < 0.2 else text
    if isinstance(value, str) and rng.random() < 0.1:
        return f"({value[: len(value) // 2]!r} {value[len(value) // 2 :]!r})"
    return repr(value)


def _script(rng: random.Random, record: Record) -> str:
    annotation = rng.choice(["", "", ": str | None", ": 'Union[str, None]'"])
    lines = [rng.choice(_DOCSTRINGS).format(id=record["id"])]
    names = [
        ("revision", record["id"]),
        ("down_revision", record["down"]),
        ("branch_labels", record["labels"]),
        ("depends_on", record["depends"]),
    ]
    if rng.random() < 0.1:
        rng.shuffle(names)
    for name, value in names:
        if value is None and name in ("branch_labels", "depends_on") and rng.random() < 0.3:
            continue
        if rng.random() < 0.01:
            continue
        lines.append(f"{name}{annotation} = {_written(rng, value)}\n")
    if rng.random() < 0.15:
        # Then the header is not certain, and the script is imported.
        lines.append(rng.choice(["globals()\n", "down_revision = down_revision\n"]))
    if rng.random() < 0.01:
        lines.append("a broken line (\n")
    lines.append("\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n")
    return "".join(lines)


def _write_project(rng: random.Random, folder: pathlib.Path) -> Question:
    recursive = rng.random() < 0.3
    locations = [folder / "versions"]
    if rng.random() < 0.3:
        locations.append(folder / "more")
    if rng.random() < 0.1:
        locations.append(folder / "missing")
    folders = list(locations)
    if recursive or rng.random() < 0.2:
        folders.append(folder / "versions" / "2024" / "deep")
    for place in folders:
        if place.name != "missing":
            place.mkdir(parents=True, exist_ok=True)
    folders = [place for place in folders if place.is_dir()]
    history = random_history(rng)
    for number, record in enumerate(history):
        name = rng.choice([f"{number:02d}.py", f"z{rng.randrange(100)}_{number}.py"])
        path = rng.choice(folders) / name
        path.write_text(_script(rng, record), encoding="utf-8")
        if rng.random() < 0.03:
            other = rng.choice(folders) / f"link_{number}.py"
            other.symlink_to(path)
    if rng.random() < 0.2:
        noise = rng.choice([".#lock.py", "__init__.py", "notes.txt", "a.py~", "x.py.swp", "b.PY"])
        (rng.choice(folders) / noise).write_text("revision = 1 / 0\n")
    return {
        "project": str(folder),
        "locations": [str(place) for place in locations],
        "recursive": recursive,
        "revisions": history,
        "calls": [("walk_revisions", [], {})],
    }


@pytest.mark.parametrize("part", range(PARTS))
def test_same_scripts(part: int, interpreters: Interpreters, tmp_path: pathlib.Path) -> None:
    asked = 0
    for seed in cases_of(part, usual=320):
        folder = tmp_path / "project"
        folder.mkdir()
        try:
            compare(interpreters, _write_project(random.Random(seed), folder))
        except Difference as difference:
            files = "".join(
                f"--- {path.relative_to(folder)}\n{path.read_text()}"
                for path in sorted(folder.rglob("*.py"))
            )
            pytest.fail(f"case {seed}: {difference}\n{files}", pytrace=False)
        shutil.rmtree(folder)
        asked += 1
    assert asked
