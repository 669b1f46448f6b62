"""`alembic status --url` on PostgreSQL against `alembic current`, and one scan over many schemas.

The second part has two other sides. Of "upstream, each" only a few of the calls are run, one schema
after the other as a user would, and their time is multiplied. "one process" is what such a user
writes next: a program on upstream alone that reads the scripts once, and on one connection makes a
`MigrationContext` for every schema, reads its heads and counts what is pending.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from tests.bench.processes import (
    ALEMBIC,
    BenchmarkFailed,
    Effort,
    Measurement,
    alternate,
    expect_same_answer,
    whole_process,
)
from tests.bench.projects import Project, Projects, revision_id
from tests.bench.table import NONE, Comparison, Promise
from tests.postgres_administrator import Administrator, create_tenants
from tests.servers import PostgresServer

SIZES = (200,)
SCHEMAS = 1000

_CALLS = 3
_FASTER_THAN_CURRENT = 8
_MILLISECONDS_ABOVE_THE_FLOOR = 40
_FASTER_THAN_CALLS = 100
_FASTER_THAN_ONE_PROCESS = 5

ONE_PROCESS = """
import json, sys
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

scripts = ScriptDirectory.from_config(Config(sys.argv[1]))
engine = sa.create_engine(sys.argv[2])
pending = {}
with engine.connect() as connection:
    schemas = connection.scalars(
        sa.text(
            "SELECT table_schema FROM information_schema.tables "
            "WHERE table_name = 'alembic_version' ORDER BY table_schema"
        )
    ).all()
    for schema in schemas:
        context = MigrationContext.configure(connection, opts={"version_table_schema": schema})
        heads = context.get_current_heads()
        pending[schema] = len(list(scripts.iterate_revisions("heads", heads, implicit_base=True)))
print(json.dumps(pending))
"""


def comparisons(projects: Projects, sizes: list[int], effort: Effort) -> Iterator[Comparison]:
    """Rows for each size; fewer schemas where the size is not the usual one."""
    with PostgresServer() as server:
        for size in sizes:
            url = server.create_database(f"status_{size}", "psycopg2")
            project = projects.linear(size, "cached")
            with _configured(project, url):
                # Nothing is pending, so that both print about as much.
                stamp(url, project)
                yield from _one_database(project, url, effort)
                schemas = size if size not in SIZES else SCHEMAS
                yield from _many_schemas(project, url, schemas, effort)


@contextmanager
def _configured(project: Project, url: str) -> Iterator[None]:
    """`status.ini`: the project on the server, in the schema that `-x schema=` names.

    In the end `env.py` is as it was: other subjects use the project, too.
    """
    write_configuration(project, "status.ini", url)
    environment = project.scripts / "env.py"
    usual = environment.read_text(encoding="utf-8")
    configured = usual.replace(
        "connection=connection, target_metadata",
        "connection=connection,\n"
        "            version_table_schema=context.get_x_argument(as_dictionary=True)"
        '.get("schema"),\n'
        "            target_metadata",
    )
    environment.write_text(configured, encoding="utf-8")
    if "version_table_schema" not in configured:
        raise BenchmarkFailed(f"{environment}: no call of context.configure() to add the schema to")
    try:
        yield
    finally:
        environment.write_text(usual, encoding="utf-8")


def write_configuration(project: Project, name: str, url: str, *further: str) -> None:
    """The project's `alembic.ini` under another name, for another database, with further lines."""
    text = (project.folder / "alembic.ini").read_text(encoding="utf-8")
    lines: list[str] = []
    for line in text.splitlines():
        is_url = line.startswith("sqlalchemy.url")
        lines += [f"sqlalchemy.url = {url}", *further] if is_url else [line]
    (project.folder / name).write_text("\n".join(lines), encoding="utf-8")


def stamp(url: str, project: Project) -> None:
    """Make a new database say that every script was run."""
    administrator = Administrator(url)
    administrator.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
    head = revision_id(project.size - 1)
    administrator.execute(f"INSERT INTO alembic_version VALUES ('{head}')")
    administrator.close()


def _process(
    project: Project, command: list[str], *, upstream: bool = False
) -> Callable[[], Measurement]:
    env = project.environment(upstream=upstream)
    return lambda: whole_process(command, cwd=project.folder, env=env)


def _one_database(project: Project, url: str, effort: Effort) -> Iterator[Comparison]:
    ini = ["-c", "status.ini"]
    samples = alternate(
        {
            "current": _process(project, [*ALEMBIC, *ini, "current"], upstream=True),
            "status": _process(project, [*ALEMBIC, *ini, "status", "--url", url]),
            "floor": _process(project, [sys.executable, "-c", "pass"]),
        },
        effort,
    )
    head = revision_id(project.size - 1)
    for name in "current", "status":
        if head not in samples[name].measurements[0].answer:
            raise BenchmarkFailed(f"{name} did not print the head {head}")
    is_usual = project.size in SIZES
    row = Comparison(
        f"status --url, {project.size:,} scripts",
        project.byte_code,
        "upstream's current",
        samples["current"],
        samples["status"],
        Promise(at_least=_FASTER_THAN_CURRENT) if is_usual else NONE,
    )
    yield row
    yield row.above_the_floor(samples["floor"], _MILLISECONDS_ABOVE_THE_FLOOR if is_usual else None)


def _many_schemas(project: Project, url: str, count: int, effort: Effort) -> Iterator[Comparison]:
    administrator = Administrator(url)
    # Of one database, and every third one a revision behind.
    administrator.execute("DROP TABLE alembic_version")
    last = project.size - 1
    head, before = revision_id(last), revision_id(max(last - 1, 0))
    create_tenants(administrator, 1, count, f"CASE i % 3 WHEN 0 THEN '{before}' ELSE '{head}' END")
    administrator.close()
    calls = min(_CALLS, count)
    samples = alternate(
        {
            "each": lambda: _each(project, calls, count),
            "one": _pending(
                project,
                [sys.executable, "-c", ONE_PROCESS, "status.ini", url],
                json.loads,
                upstream=True,
            ),
            "scan": _pending(
                project,
                [
                    *[*ALEMBIC, "-c", "status.ini", "status"],
                    *["--url", url, "--all-schemas", "--json"],
                ],
                lambda text: {one["schema"]: one["pending"] for one in json.loads(text)["schemas"]},
            ),
        },
        effort,
    )
    expect_same_answer("pending revisions of every schema", samples["one"], samples["scan"])
    is_usual = project.size in SIZES
    row = Comparison(
        f"status --all-schemas, {count:,} schemas",
        project.byte_code,
        f"upstream's current, {calls} of {count:,} calls measured",
        samples["each"],
        samples["scan"],
        Promise(at_least=_FASTER_THAN_CALLS) if is_usual else NONE,
    )
    yield row
    yield replace(
        row,
        against="one process, one MigrationContext a schema",
        that=samples["one"],
        promise=Promise(at_least=_FASTER_THAN_ONE_PROCESS) if is_usual else NONE,
    )


def _each(project: Project, calls: int, count: int) -> Measurement:
    """`alembic current` for the first schemas, as if for all of them."""
    measured = [
        _process(
            project,
            [*ALEMBIC, "-c", "status.ini", "-x", f"schema=tenant_{number:05}", "current"],
            upstream=True,
        )()
        for number in range(1, calls + 1)
    ]
    if not all(one.answer for one in measured):
        raise BenchmarkFailed("alembic current found no revision in a schema")
    return Measurement(
        sum(one.seconds for one in measured) * count / calls,
        sum(one.processor_seconds for one in measured) * count / calls,
    )


def _pending(
    project: Project,
    command: list[str],
    read: Callable[[str], dict[str, int]],
    *,
    upstream: bool = False,
) -> Callable[[], Measurement]:
    """A process whose answer is the number of pending revisions of every schema."""
    measure = _process(project, command, upstream=upstream)

    def measure_and_read() -> Measurement:
        measured = measure()
        return replace(measured, answer=json.dumps(read(measured.answer), sort_keys=True))

    return measure_and_read
