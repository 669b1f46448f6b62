"""A small project in a git repository that a test makes."""

from __future__ import annotations

import os
import pathlib
import subprocess

SCRIPT = '''\
"""{message}

Revision ID: {revision}
Revises: {revises}
Create Date: 2026-03-02 10:15:02.000000

"""
from typing import Sequence, Union

from alembic import op


# revision identifiers, used by Alembic.
revision: str = '{revision}'
down_revision: Union[str, Sequence[str], None] = {down!r}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("CREATE TABLE {revision} (id INTEGER)")


def downgrade() -> None:
    op.execute("DROP TABLE {revision}")
'''
INI = """\
[alembic]
script_location = %(here)s/migrations
heads_file = %(here)s/heads.txt
{options}
"""
ENV = """\
from alembic import context
from sqlalchemy import create_engine

with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
#: Nothing of whoever runs the tests decides what git does.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{
        f"GIT_{role}_{field}": value
        for role in ("AUTHOR", "COMMITTER")
        for field, value in (("NAME", "Someone"), ("EMAIL", "someone@example.org"))
    },
}


def git(folder: pathlib.Path, *words: str, may_fail: bool = False) -> str:
    """What it prints."""
    done = subprocess.run(
        ["git", "-c", "protocol.file.allow=always", *words],
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert may_fail or done.returncode == 0, done.stderr
    return done.stdout


class Checkout:
    """A working tree with a project at its top."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.ini = folder / "alembic.ini"
        self.versions = folder / "migrations" / "versions"
        self.heads_file = folder / "heads.txt"

    def git(self, *words: str, may_fail: bool = False) -> str:
        return git(self.folder, *words, may_fail=may_fail)

    def write(self, revision: str, down: str | tuple[str, ...] | None) -> pathlib.Path:
        """A script as Alembic's own template writes it."""
        down_text = ", ".join(down) if isinstance(down, tuple) else down or ""
        path = self.versions / f"{revision}.py"
        path.write_text(
            SCRIPT.format(
                message=f"about {revision}", revision=revision, revises=down_text, down=down
            )
        )
        return path

    def commit(self, message: str = "more") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def let_main_go_on(self) -> None:
        """`main` gets theirs, built upon base2; `feature` is checked out then."""
        self.git("checkout", "--quiet", "main")
        self.write("theirs", "base2")
        self.commit()
        self.git("checkout", "--quiet", "feature")

    def configure(self, *options: str) -> None:
        self.ini.write_text(INI.format(options="\n".join(options)))


def checkout(folder: pathlib.Path) -> Checkout:
    """On `main`: base1 and, built upon it, base2. Not a repository yet."""
    made = Checkout(folder)
    made.versions.mkdir(parents=True)
    made.configure()
    (folder / "migrations" / "env.py").write_text(ENV)
    (folder / "migrations" / "script.py.mako").write_text("")
    made.write("base1", None)
    made.write("base2", "base1")
    return made


def parted(folder: pathlib.Path) -> Checkout:
    """`main` has gone on from base2 with theirs; on `feature` are mine1 and mine2, and main is
    merged into it: two heads."""
    made = checkout(folder)
    made.git("init", "--quiet", "--template=", "--initial-branch", "main")
    made.commit()
    made.git("checkout", "--quiet", "-b", "feature")
    made.write("mine1", "base2")
    made.write("mine2", "mine1")
    made.commit()
    made.let_main_go_on()
    made.git("merge", "--quiet", "main")
    return made
