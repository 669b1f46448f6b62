"""The run that holds the lock is killed at a random moment: a waiter takes over and finishes.

`ALEMBIC_NATIVE_ROUNDS=20` kills a hundred on each database.
"""

from __future__ import annotations

import os
import pathlib
import random
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from tests.locking.crowd import Crowd
from tests.locking.database import state, upgraded
from tests.locking.projects import Project

KILLS = 5 * int(os.environ.get("ALEMBIC_NATIVE_ROUNDS", "1"))
SCRIPTS = 12


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    with Crowd() as crowd:
        yield crowd


def kill_who_works(project: Project, children: list[int], moment: float) -> int:
    """Wait until a script runs, and `moment` longer; then kill the process that ran the last."""
    deadline = time.monotonic() + 60
    while not project.running.exists() or not project.running.read_text():
        assert time.monotonic() < deadline, "no script was run"
        time.sleep(0.001)
    time.sleep(moment)
    victim = int(project.running.read_text() or children[0])
    assert victim in children
    os.kill(victim, signal.SIGKILL)
    return children.index(victim)


@pytest.mark.parametrize("per_migration", ["false", "true"])
@pytest.mark.parametrize("kill", range(KILLS))
def test_on_postgres_the_schema_equals_the_heads(
    crowd: Crowd, postgres_url: str, per_migration: str, kill: int, tmp_path: pathlib.Path
) -> None:
    project = Project(tmp_path / "project", SCRIPTS, {"transaction_per_migration": per_migration})
    children = crowd.start([project.command("upgrade", "head")] * 4, {"DATABASE_URL": postgres_url})
    victim = kill_who_works(project, children, random.Random(kill).uniform(0, 0.1))
    others = [result for place, result in enumerate(crowd.wait()) if place != victim]
    assert [result.exit_code for result in others] == [0, 0, 0], others[0].output
    assert state(postgres_url) == upgraded(project)


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
@pytest.mark.parametrize("kill", range(KILLS))
def test_without_transactional_ddl_a_waiter_takes_over_where_the_killed_one_stopped(
    crowd: Crowd,
    kind: str,
    kill: int,
    make_database: Callable[[str], str],
    tmp_path: pathlib.Path,
) -> None:
    """A step that was half done stays so, and the next run stops at it: never two at once."""
    project = Project(tmp_path / "project", SCRIPTS)
    url = make_database(kind)
    children = crowd.start([project.command("upgrade", "head")] * 4, {"DATABASE_URL": url})
    victim = kill_who_works(project, children, random.Random(kill).uniform(0, 0.1))
    others = [result for place, result in enumerate(crowd.wait()) if place != victim]

    found = state(url)
    if all(result.exit_code == 0 for result in others):
        assert found == upgraded(project)
        return
    # Half a step: its table is there, and neither its version nor what it counted.
    done = len(found.executed)
    assert found == upgraded(project, done) or found.tables == [
        f"table_{number}" for number in range(1, done + 2)
    ]
    assert found.heads == project.revisions[:done][-1:]
    assert all("already exists" in result.output for result in others)
