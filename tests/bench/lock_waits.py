"""What watching for locks costs a run that never waits; and how long readers wait for a migration.

On PostgreSQL. The first rows compare an upgrade with `ALEMBIC_LOCK_WATCH=off` and on: nothing that
can be measured. A whole process takes many times as long as what is looked for, so these upgrades
run in this process, many short ones, in turn, and their medians are compared; every module is
loaded before. In the last row the figures are the longest wait of one of 20 readers, one of whom
is slow, while a migration needs their table for itself: with `lock_timeout` it is about that.
"""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from unittest import mock

from alembic import command
from alembic.config import Config

from tests.bench.in_process import Stopwatch
from tests.bench.processes import (
    Effort,
    Measurement,
    alternate,
    environment,
    expect_same_answer,
    median,
)
from tests.bench.table import NONE, Comparison, Promise
from tests.locking.database import rows
from tests.locking.projects import Project
from tests.locking.readers import Readers
from tests.servers import PostgresServer

_AT_MOST = 1.05
_VERSION = "SELECT version_num FROM alembic_version"
_MOST_STEPS = 30
_TIMES_AS_MANY = 10
_READERS = 20
_SLOW, _QUICK = 1.0, 0.02
_TIMEOUT = "100ms"


class _Runs:
    """Upgrades of one project, each on a database of its own."""

    def __init__(self, server: PostgresServer, project: Project) -> None:
        self._server = server
        self._project = project
        self._numbers = itertools.count()

    def watched(self, watch: str) -> Callable[[], Measurement]:
        """Measures an upgrade that nobody is in the way of."""
        url = self._url()

        def measure() -> Measurement:
            rows(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            with self._in_this_process(self._environment(url, watch, "0")):
                gc.collect()
                stopwatch = Stopwatch()
                command.upgrade(Config(self._project.ini), "head")
                return Measurement(*stopwatch.stop(), answer=str(rows(url, _VERSION)))

        # What is imported for it.
        measure()
        return measure

    def among_readers(self, timeout: str) -> Callable[[], Measurement]:
        """Measures the longest wait of a reader."""
        return lambda: self._longest_wait(timeout)

    @contextlib.contextmanager
    def _in_this_process(self, changed: dict[str, str]) -> Iterator[None]:
        with mock.patch.dict(os.environ, changed), contextlib.redirect_stderr(io.StringIO()):
            yield

    def _url(self) -> str:
        name = f"{self._project.folder.name}_{next(self._numbers)}"
        return self._server.create_database(name, "psycopg2")

    def _environment(self, url: str, watch: str, timeout: str) -> dict[str, str]:
        return {
            **environment(writes_byte_code=True),
            "DATABASE_URL": url,
            "ALEMBIC_LOCK_WATCH": watch,
            "ALEMBIC_LOCK_TIMEOUT": timeout,
            "ALEMBIC_LOCK_RETRIES": "1000",
        }

    def _longest_wait(self, timeout: str) -> Measurement:
        # In this process, so that it comes while the slow reader has the table.
        url = self._url()
        rows(url, "CREATE TABLE orders (id INTEGER)")
        changed = self._environment(url, "off", timeout)
        begun = time.process_time()
        with (
            self._in_this_process(changed),
            Readers(url, "orders", (_SLOW, *[_QUICK] * (_READERS - 1))) as readers,
        ):
            command.upgrade(Config(self._project.ini), "head")
        return Measurement(readers.longest_wait, time.process_time() - begun)


def comparisons(
    server: PostgresServer, folder: Path, sizes: list[int], promised: Sequence[int], effort: Effort
) -> Iterator[Comparison]:
    """A row for each size, of which some are promised, and one with readers."""
    many = replace(
        effort,
        rounds=_TIMES_AS_MANY * effort.rounds,
        at_least=_TIMES_AS_MANY * effort.at_least // 2,
    )
    for size in sizes:
        steps = min(size, _MOST_STEPS)
        runs = _Runs(server, Project(folder / f"watched_{steps}", steps))
        samples = alternate({"off": runs.watched("off"), "on": runs.watched("on")}, many)
        expect_same_answer("alembic upgrade head", samples["off"], samples["on"])
        yield Comparison(
            f"upgrade head, {steps:,} steps that never wait, PostgreSQL",
            "loaded",
            "lock_watch off",
            samples["off"],
            samples["on"],
            Promise(at_most=_AT_MOST) if size in promised else NONE,
            shows="growth",
            figure=median,
        )
    altering = {2: '    op.execute("ALTER TABLE orders ADD COLUMN state INTEGER")\n'}
    runs = _Runs(server, Project(folder / "readers", 2, bodies=altering))
    sides = {"none": runs.among_readers("0"), "set": runs.among_readers(_TIMEOUT)}
    samples = alternate(sides, effort)
    yield Comparison(
        f"longest wait of {_READERS} readers, lock_timeout = {_TIMEOUT}",
        "cached",
        "no lock_timeout",
        samples["none"],
        samples["set"],
    )
