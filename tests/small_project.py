"""A small project to be spoilt, and the real command line on it, ours and upstream's."""

from __future__ import annotations

import os
import pathlib
import sqlite3
import subprocess
import sys
from collections.abc import Sequence

from tests.differential.cli_comparison import without_advice

#: Seconds that no command here may take.
PATIENCE = 60

_ENV = """
from alembic import context
from sqlalchemy import create_engine, pool

if context.is_offline_mode():
    context.configure(url="sqlite://", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    url = context.config.get_main_option("sqlalchemy.url")
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""


def script(revision: str, down_revision: object = None, more: str = "") -> str:
    table = "".join(one for one in revision if one.isalnum())
    return (
        f'"""script {table}"""\n'
        "from alembic import op\n"
        f"revision = {revision!r}\n"
        f"down_revision = {down_revision!r}\n"
        f"{more}\n\n"
        f"def upgrade():\n    op.execute('create table t_{table} (id integer)')\n\n\n"
        f"def downgrade():\n    op.execute('drop table t_{table}')\n"
    )


class Project:
    """A project on SQLite in a folder of its own."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.versions = folder / "migrations" / "versions"
        self.versions.mkdir(parents=True)
        self.database = folder / "data.db"
        (folder / "migrations" / "env.py").write_text(_ENV)
        (folder / "alembic.ini").write_text(
            "[alembic]\nscript_location = %(here)s/migrations\n"
            f"sqlalchemy.url = sqlite:///{self.database}\n"
        )

    def write(self, name: str, source: str | bytes) -> pathlib.Path:
        path = self.versions / name
        path.write_bytes(source.encode() if isinstance(source, str) else source)
        return path

    def run(
        self, *arguments: str, native: bool = True, before: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        environment.pop("ALEMBIC_NATIVE", None)
        if not native:
            environment["ALEMBIC_NATIVE"] = "0"
        return subprocess.run(
            [*before, sys.executable, "-m", "alembic", *arguments],
            cwd=self.folder,
            env=environment,
            timeout=PATIENCE,
            capture_output=True,
            text=True,
            check=False,
        )

    def same(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Our run; exit code, output and last line of the errors are those of upstream's."""
        ours, theirs = self.run(*arguments), self.run(*arguments, native=False)
        assert ours.returncode == theirs.returncode, ours.stderr + theirs.stderr
        assert ours.stdout == theirs.stdout
        assert last_line(ours) == last_line(theirs)
        return ours

    def refused(self, *arguments: str, before: Sequence[str] = ()) -> str:
        """What our run says on its last line; it fails, and leaves the database as it was."""
        with sqlite3.connect(self.database) as connection:
            # Alembic itself makes this table before it looks at the scripts.
            connection.execute("create table if not exists alembic_version (version_num text)")
        content = self.content()
        run = self.run(*arguments, before=before)
        assert run.returncode > 0, run.stdout + run.stderr
        assert self.content() == content
        return last_line(run)

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows of all tables."""
        with sqlite3.connect(self.database) as connection:
            tables = connection.execute("select name from sqlite_master where type = 'table'")
            return {
                name: connection.execute(f"select * from {name}").fetchall()
                for (name,) in tables.fetchall()
            }

    @property
    def rows(self) -> list[str]:
        return sorted(str(row[0]) for row in self.content().get("alembic_version", []))


def last_line(run: subprocess.CompletedProcess[str]) -> str:
    """What a run failed with: Alembic's message, else the last line of the exception's."""
    for output in (run.stdout, run.stderr):
        if "FAILED: " in output:
            return " ".join(output[output.index("FAILED: ") :].split())
    lines = without_advice(run.stderr.encode()).decode().strip().splitlines()
    return lines[-1] if lines else ""


def small_project(folder: pathlib.Path) -> Project:
    """A project with two sound scripts: aaaa1, and bbbb2 upon it."""
    made = Project(folder)
    made.write("1.py", script("aaaa1"))
    made.write("2.py", script("bbbb2", "aaaa1"))
    return made
