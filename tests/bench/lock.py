"""What the migration lock costs a run that has nothing to do: nothing that can be measured.

And what `lock_waits.py` measures, on the same server.

On PostgreSQL, where a statement crosses a socket. The other side is the same command with
`ALEMBIC_MIGRATION_LOCK=off`; a test counts the statements.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench import lock_waits
from tests.bench.processes import (
    ALEMBIC,
    Effort,
    Measurement,
    alternate,
    environment,
    expect_same_answer,
    run,
    whole_process,
)
from tests.bench.projects import Projects
from tests.bench.table import NONE, Comparison, Promise
from tests.locking.projects import Project
from tests.servers import PostgresServer

SIZES = (10, 1000)

_AT_MOST = 1.05


@dataclass(frozen=True)
class Command:
    """`alembic` in a project, on a database."""

    project: Project
    url: str

    def environment(self, lock: str) -> dict[str, str]:
        return {
            **environment(writes_byte_code=True),
            "DATABASE_URL": self.url,
            "ALEMBIC_MIGRATION_LOCK": lock,
        }

    def words(self, *arguments: str) -> list[str]:
        return [*ALEMBIC, *self.project.command(*arguments)]

    def side(self, lock: str) -> Callable[[], Measurement]:
        """Measures `upgrade head` with the lock `on` or `off`."""
        command, env = self.words("upgrade", "head"), self.environment(lock)
        return lambda: whole_process(command, cwd=self.project.folder, env=env)


def comparisons(_: Projects, sizes: list[int], effort: Effort) -> Iterator[Comparison]:
    """One row for each size, and those of `lock_waits`; projects are those of the lock's tests."""
    with PostgresServer() as server, tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            url = server.create_database(f"lock_{size}", "psycopg2")
            project = Project(Path(folder, str(size)), size)
            command = Command(project, url)
            stamp = command.words("stamp", "head")
            run(stamp, cwd=project.folder, env=command.environment("off"))
            samples = alternate({"off": command.side("off"), "on": command.side("on")}, effort)
            expect_same_answer("alembic upgrade head", samples["off"], samples["on"])
            yield Comparison(
                f"upgrade head, nothing to do, PostgreSQL, {size:,} scripts",
                "cached",
                "lock off",
                samples["off"],
                samples["on"],
                Promise(at_most=_AT_MOST) if size in SIZES else NONE,
                shows="growth",
            )
        yield from lock_waits.comparisons(server, Path(folder), sizes, SIZES, effort)
