"""What watching for locks costs a run that never waits; and how long readers wait for a migration.

On PostgreSQL. The first row compares an upgrade with `ALEMBIC_LOCK_WATCH=off` and on: nothing that
can be measured. In the other one the figures are the longest wait of one of 20 readers, one of whom
is slow, while a migration needs their table for itself: with `lock_timeout` it is about that.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from unittest import mock

from alembic import command
from alembic.config import Config

from tests.bench.processes import (
    ALEMBIC,
    Effort,
    Measurement,
    alternate,
    environment,
    expect_same_answer,
    whole_process,
)
from tests.bench.table import NONE, Comparison, Promise
from tests.locking.database import rows
from tests.locking.projects import Project
from tests.locking.readers import Readers
from tests.servers import PostgresServer

_AT_MOST = 1.05
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
        return lambda: whole_process(
            self._command, cwd=self._project.folder, env=self._environment(self._url(), watch, "0")
        )

    def among_readers(self, timeout: str) -> Callable[[], Measurement]:
        """Measures the longest wait of a reader."""
        return lambda: self._longest_wait(timeout)

    @property
    def _command(self) -> list[str]:
        return [*ALEMBIC, *self._project.command("upgrade", "head")]

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
            mock.patch.dict(os.environ, changed),
            contextlib.redirect_stderr(io.StringIO()),
            Readers(url, "orders", (_SLOW, *[_QUICK] * (_READERS - 1))) as readers,
        ):
            command.upgrade(Config(self._project.ini), "head")
        return Measurement(readers.longest_wait, time.process_time() - begun)


def comparisons(
    server: PostgresServer, folder: Path, sizes: list[int], promised: Sequence[int], effort: Effort
) -> Iterator[Comparison]:
    """A row for each size, of which some are promised, and one with readers."""
    for size in sizes:
        runs = _Runs(server, Project(folder / f"watched_{size}", size))
        samples = alternate({"off": runs.watched("off"), "on": runs.watched("on")}, effort)
        expect_same_answer("alembic upgrade head", samples["off"], samples["on"])
        yield Comparison(
            f"upgrade head, {size:,} steps that never wait, PostgreSQL",
            "cached",
            "lock_watch off",
            samples["off"],
            samples["on"],
            Promise(at_most=_AT_MOST) if size in promised else NONE,
            shows="growth",
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
