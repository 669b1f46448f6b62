"""The native path of ``status`` and the one through ``env.py``, after random moves on PostgreSQL.

Both must give the heads and the pending revisions that upstream alone gives, in the order in which
its ``upgrade heads`` would run them.
"""

from __future__ import annotations

import json
import pathlib
import random
import subprocess
import sys
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

import alembic_native
from tests.differential.cli_processes import Upstreams, clean_environment
from tests.differential.cli_projects import lay_out
from tests.differential.conftest import PARTS, cases_of
from tests.differential.random_histories import History, Record, sound_history
from tests.postgres_administrator import Administrator

ENV_PY = """
import sqlalchemy as sa
from alembic import context
engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

#: Reads questions, ``[ini, heads]`` a line; answers with the ids that upgrade would run, or None.
UPSTREAM = """
import json, sys
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
for line in sys.stdin:
    ini, heads = json.loads(line)
    try:
        directory = ScriptDirectory.from_config(Config(ini))
        steps = directory._upgrade_revs("heads", tuple(heads))
        print(json.dumps([step.revision.revision for step in steps]))
    except CommandError:
        print("null")
"""


def _script(rng: random.Random, record: Record) -> str:
    lines = [
        f'"""Change {record["id"]!a}"""',
        f"revision = {record['id']!r}",
        f"down_revision = {_value(record['down'])!r}",
        f"branch_labels = {_value(record['labels'])!r}",
        f"depends_on = {_value(record['depends'])!r}",
        # Of a name that is bound twice like this the header is not certain: it is imported.
        *(["revision = revision"] if rng.random() < 0.05 else []),
        "def upgrade(): pass",
        "def downgrade(): pass",
    ]
    return "\n".join([*lines, ""])


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _lay_out(rng: random.Random, history: History, folder: pathlib.Path) -> None:
    lay_out(
        {
            "alembic.ini": "[alembic]\nscript_location = %(here)s/scripts\n",
            "scripts/env.py": ENV_PY,
            **{
                f"scripts/versions/{number:02}.py": _script(rng, record)
                for number, record in enumerate(history)
            },
        },
        folder,
    )


def _move(rng: random.Random, config: Config, history: History) -> None:
    """An upgrade, downgrade or stamp to somewhere; many of them are refused, and change nothing."""
    target = rng.choice(history)["id"]
    try:
        match rng.randrange(4):
            case 0 | 1:
                command.upgrade(config, rng.choice([target, target, "+1", "heads"]))
            case 2:
                command.downgrade(config, rng.choice([target, "-1", "base"]))
            case _:
                command.stamp(config, target)
    except (CommandError, AssertionError, KeyError):
        pass


def _upstream(questions: list[str], order: int) -> list[list[str] | None]:
    """What upstream alone would run, with its sets in some order."""
    done = subprocess.run(
        [sys.executable, "-c", UPSTREAM],
        input="\n".join(questions),
        env=clean_environment(ALEMBIC_NATIVE="0", PYTHONHASHSEED=str(order)),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _outcome(project: Any, **arguments: Any) -> Any:
    """Heads, pending, unknown; or that upgrade could not run."""
    try:
        status = alembic_native.status(project, **arguments)
    except alembic_native.StatusUnavailable as error:
        return str(error)
    (database,) = status.databases
    return status.script_heads, database.heads, database.pending, database.unknown


@pytest.mark.parametrize("part", range(PARTS))
def test_heads_and_pending_are_the_same(
    part: int, tmp_path: pathlib.Path, postgres_url: str, administrator: Administrator
) -> None:
    questions, expected = [], []
    seen: set[int] = set()
    for seed in cases_of(part, usual=48):
        rng = random.Random(seed)
        history = sound_history(rng)
        folder = tmp_path / str(seed)
        _lay_out(rng, history, folder)
        administrator.execute("DROP TABLE IF EXISTS alembic_version")
        ini = folder / "alembic.ini"
        config = Config(ini, attributes={"url": postgres_url})
        for _ in range(4):
            _move(rng, config, history)
            native = _outcome(ini, url=postgres_url)
            assert native == _outcome(config), f"case {seed}"
            if not isinstance(native, str):
                questions.append(json.dumps([str(ini), native[1]]))
                expected.append([one.revision for one in native[2]])
                seen.add(len(native[2]))
    assert len(seen) > 1, "too much of the same"
    for order in range(Upstreams.ORDERS):
        answers = _upstream(questions, order)
        left = [place for place, answer in enumerate(answers) if answer != expected[place]]
        if not left:
            return
        # Where several dependencies come together its order is that of its hashes.
        questions = [questions[place] for place in left]
        expected = [expected[place] for place in left]
    pytest.fail(f"upstream never runs {expected[0]} for {questions[0]}")
