"""docker-backend: from a new model to a table, and containers that upgrade when they start.

Docker is not needed: what its README runs with `docker-compose exec backend` is run here without
it, and `docker-compose up` is `entrypoint.sh`. `docker-compose ps` and `logs` are Docker's own.
"""

from __future__ import annotations

import pathlib
import re
import subprocess
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from tests.projects.comparison import Comparison
from tests.projects.schema import rows

#: Its commands, in its order, but for those of the last two sections, which have their own tests.
README = """
pip install -r requirements.txt
alembic revision --autogenerate -m "Add users table"
alembic upgrade head
alembic upgrade {Add users table}
alembic downgrade -1
alembic downgrade {Add users table}
alembic downgrade base
alembic current
alembic history
alembic revision -m "Description"
alembic heads
alembic upgrade head
alembic downgrade -1
"""
MODEL = """from datetime import datetime

from sqlalchemy import Column, DateTime, Integer, String

from app.core.database import Base


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True, index=True)
    email = Column(String, unique=True, index=True)
    name = Column(String)
    created_at = Column(DateTime, default=datetime.utcnow)
"""
IMPORT = """from app.models.user import User

__all__ = ["User"]
"""
#: As the README says it looks like, and the index that `index=True` of the key asks for.
SCRIPT = '''"""Add users table

Revision ID: <Add users table>
Revises:
Create Date: <date>

"""
from alembic import op
import sqlalchemy as sa

revision = '<Add users table>'
down_revision = None
branch_labels = None
depends_on = None

def upgrade() -> None:
    op.create_table('users',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_users_email'), 'users', ['email'], unique=True)
    op.create_index(op.f('ix_users_id'), 'users', ['id'], unique=False)

def downgrade() -> None:
    op.drop_index(op.f('ix_users_id'), table_name='users')
    op.drop_index(op.f('ix_users_email'), table_name='users')
    op.drop_table('users')
'''
CREATE = 'alembic revision --autogenerate -m "Add users table"'
CONTAINERS = 4


@pytest.fixture
def make_project(compare: Callable[[str, str], Comparison]) -> Callable[[str], Comparison]:
    """The project with its first model, whose strings have a length where MariaDB asks for one."""

    def make(kind: str) -> Comparison:
        comparison = compare("docker-backend", kind)
        length = "(255)" if kind == "mariadb" else ""
        comparison.write("app/models/user.py", MODEL.replace("(String", f"(String{length}"))
        return comparison

    return make


@pytest.fixture
def project(make_project: Callable[[str], Comparison], database_kind: str) -> Comparison:
    return make_project(database_kind)


def add_users_table(project: Comparison) -> str:
    """Steps 1 and 2 of the workflow; the new script."""
    project.write("app/models/__init__.py", IMPORT)
    created = project.run(CREATE)
    ((name, script),) = created.files.items()
    assert name == "alembic/versions/<Add users table>_add_users_table.py"
    return script


def test_every_command_of_the_readme_in_its_order(project: Comparison, database_kind: str) -> None:
    # All of it is installed, and with PIP_NO_INDEX nothing else would be.
    project.each(lambda copy: copy.environment.update(PIP_NO_INDEX="1"))
    project.run("pip install -r requirements.txt")

    script = add_users_table(project)
    if database_kind != "mariadb":
        assert without_remarks(script) == SCRIPT
    project.run("alembic upgrade head")
    database = project.database()
    assert database.versions == ["<Add users table>"]
    assert "ix_users_email" in database.schema
    project.run("alembic upgrade {Add users table}")

    project.run("alembic downgrade -1")
    assert project.database().versions == []
    project.run("alembic upgrade head")
    project.run("alembic downgrade {Add users table}")
    assert project.database().versions == ["<Add users table>"]
    project.run("alembic downgrade base")
    assert "ix_users_email" not in project.database().schema

    assert project.run("alembic current").stdout == ""
    history = "<base> -> <Add users table> (head), Add users table\n"
    assert project.run("alembic history").stdout == history
    project.run('alembic revision -m "Description"')
    assert project.run("alembic heads").stdout == "<Description> (head)\n"

    # What is run in the container, by hand.
    project.run("alembic upgrade head")
    assert project.database().versions == ["<Description>"]
    project.run("alembic downgrade -1")
    assert project.database().versions == ["<Add users table>"]
    project.assert_ran_in_order(README)


def test_no_changes_are_detected(project: Comparison) -> None:
    """For each of the three causes that its troubleshooting names."""
    project.write("app/models/__init__.py", IMPORT)
    for file, right, wrong in [
        ("app/models/__init__.py", IMPORT, "# No models.\n"),
        ("alembic/env.py", "= Base.metadata", "= type(Base.metadata)()"),
        ("app/models/user.py", "class User(Base):", "class User:"),
    ]:
        project.replace(file, right, wrong)
        assert "No new upgrade operations detected." in project.run("alembic check").stdout
        project.replace(file, wrong, right)

    project.replace("app/models/__init__.py", IMPORT, "# No models.\n")
    assert "create_table" not in project.run(CREATE).written
    project.run("alembic upgrade head")
    project.replace("app/models/__init__.py", "# No models.\n", IMPORT)
    project.run("alembic check", exit_code=255)
    assert "op.create_table('users'," in project.run(CREATE).written
    project.run("alembic upgrade head")
    assert project.database().versions == ["<Add users table 2>"]


def test_a_revision_of_the_database_that_no_script_has(project: Comparison) -> None:
    add_users_table(project)
    project.run("alembic upgrade head")
    for copy in project.copies:
        (script,) = copy.folder.glob("alembic/versions/*.py")
        script.rename(copy.folder / "removed.py")
    for command in ("alembic current", "alembic upgrade head", "alembic downgrade -1"):
        answer = project.run(command, exit_code=255)
        assert "Can't locate revision identified by" in answer.stdout + answer.stderr
    for copy in project.copies:
        (copy.folder / "removed.py").rename(copy.folder / "alembic" / "versions" / "back.py")
    project.run("alembic upgrade head")
    assert project.run("alembic current").stdout == "<Add users table> (head)\n"

    # And where all scripts are there, and the table holds something else.
    project.each(lambda copy: rows(copy.url, "UPDATE alembic_version SET version_num = 'aaaa'"))
    answer = project.run("alembic upgrade head", exit_code=255)
    assert "Can't locate revision identified by 'aaaa'" in answer.stdout + answer.stderr
    assert project.run("alembic heads").stdout == "<Add users table> (head)\n"
    project.run("alembic stamp --purge head")
    assert project.run("alembic current").stdout == "<Add users table> (head)\n"


def test_connection_errors(project: Comparison, tmp_path: pathlib.Path) -> None:
    """Its troubleshooting looks at the database's health, and runs the upgrade by hand."""
    add_users_table(project)
    address = sa.make_url(project.overlay.url)
    if address.get_backend_name() == "sqlite":
        nowhere = address.set(database=str(tmp_path / "no such folder" / "app.db"))
    else:
        nowhere = address.set(port=1)
    url = nowhere.render_as_string(hide_password=False)
    project.each(lambda copy: copy.environment.update(DATABASE_URL=url))
    failed = project.run("alembic upgrade head", exit_code=1)
    assert "OperationalError" in failed.stderr
    assert project.run("./entrypoint.sh echo ready", exit_code=1).stdout == ""

    project.each(lambda copy: copy.environment.update(DATABASE_URL=copy.url))
    project.run("alembic upgrade head")
    assert project.database().versions == ["<Add users table>"]


def test_verbose_upgrade_as_the_readme_has_it(project: Comparison) -> None:
    # The README's command, which upstream refuses.
    add_users_table(project)
    refused = project.upstream.run("alembic upgrade head -v")
    assert refused.exit_code == 2
    assert "unrecognized arguments: -v" in refused.stderr
    project.upstream.run("alembic upgrade head")

    answer = project.overlay.run("alembic upgrade head -v")
    assert answer.exit_code == 0
    assert answer.stdout == ""
    logged = re.sub(r"\d+\.\d{3} s", "<time>", answer.stderr)
    running, statements = logged.split(
        "Running upgrade  -> <Add users table>, Add users table\n", 1
    )
    assert "alembic.statements" not in running
    assert statements.startswith("INFO  [alembic.statements] CREATE TABLE users (\n")
    assert "INFO  [alembic.statements] CREATE UNIQUE INDEX ix_users_email" in statements
    assert "INFO  [alembic.statements] INSERT INTO alembic_version" in statements
    took = "Took <time>, 1 of 1: upgrade  -> <Add users table>, Add users table"
    assert f"\nINFO  [alembic.statements] {took}\n" in statements
    assert "INFO  [alembic.run] Upgraded 1 revision in " in statements.splitlines()[-1]
    assert project.database().versions == ["<Add users table>"]


def test_containers_that_start_at_once_upgrade_once(project: Comparison) -> None:
    add_users_table(project)
    project.run("alembic revision -m 'First user'")
    statement = "op.execute(\"INSERT INTO users (name) VALUES ('first')\")"
    for copy in project.copies:
        (path,) = copy.folder.glob("alembic/versions/*_first_user.py")
        text = path.read_text()
        path.write_text(text.replace("    pass", f"    {statement}", 1))
    assert project.upstream.execute("./entrypoint.sh echo ready").stdout == b"ready\n"

    starting = [
        subprocess.Popen(
            ["./entrypoint.sh", "echo", "ready"],
            cwd=project.overlay.folder,
            env=project.overlay.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(CONTAINERS)
    ]
    logs = []
    for container in starting:
        stdout, log = container.communicate(timeout=300)
        assert (container.returncode, stdout) == (0, "ready\n"), log
        logs.append(log)
    ran = re.findall(r"Running upgrade .*, (.*)", "".join(logs))
    assert ran == ["Add users table", "First user"]
    assert project.database().versions == ["<First user>"]
    assert rows(project.overlay.url, "SELECT name FROM users") == [("first",)]


def without_remarks(script: str) -> str:
    """Without comments, spaces at the end of a line, and more than one empty line in a row."""
    lines = [line.rstrip() for line in script.splitlines() if not line.strip().startswith("#")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines) + "\n")
