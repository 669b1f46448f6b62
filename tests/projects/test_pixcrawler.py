"""PixCrawler: an `alembic/` folder, seven tables, numbered scripts, two heads that are merged.

Its settings name a driver for asyncio, and `env.py` turns that into one that migrations can use.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from tests.projects.comparison import Comparison, Copy
from tests.projects.schema import dump_schema
from tests.servers.postgres import find_postgres_program

#: Its commands, in its order: those of the sections, of the troubleshooting and of CI.
README = """
alembic revision --autogenerate -m "Description of changes"
alembic revision -m "Description of changes"
alembic upgrade head
alembic upgrade +2
alembic upgrade 001
alembic downgrade -1
alembic downgrade 001
alembic downgrade base
alembic current
alembic history
alembic history --verbose
alembic merge -m "Merge branches"
alembic downgrade base
alembic upgrade head
alembic current
alembic history
alembic upgrade head
"""
MODELS = "backend/models/__init__.py"
ASYNC_DRIVERS = {"postgres": "asyncpg", "mariadb": "aiomysql", "sqlite": "aiosqlite"}
TABLES = {
    "profiles",
    "projects",
    "crawl_jobs",
    "images",
    "activity_logs",
    "validation_jobs",
    "export_jobs",
}
FOREIGN_KEYS = [
    ("projects", "profiles"),
    ("crawl_jobs", "projects"),
    ("images", "crawl_jobs"),
    ("validation_jobs", "crawl_jobs"),
    ("export_jobs", "crawl_jobs"),
    ("activity_logs", "profiles"),
]
INDEXES = [
    "profiles (email)",
    "projects (user_id)",
    "crawl_jobs (status)",
    "crawl_jobs (project_id, status)",
    "images (crawl_job_id)",
    "activity_logs (user_id)",
    "activity_logs (timestamp)",
    "validation_jobs (status)",
    "export_jobs (status)",
    "export_jobs (user_id)",
]
BRANCH = '''"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "003"


def upgrade():
    op.add_column("projects", sa.Column("{column}", sa.String(20)))


def downgrade():
    op.drop_column("projects", "{column}")
'''


@pytest.fixture
def make_project(compare: Callable[[str, str], Comparison]) -> Callable[[str], Comparison]:
    def make(kind: str) -> Comparison:
        comparison = compare("pixcrawler", kind)

        def configure(copy: Copy) -> None:
            url = sa.make_url(copy.url)
            driver = f"{url.get_backend_name()}+{ASYNC_DRIVERS[kind]}"
            copy.environment["DATABASE_URL"] = url.set(drivername=driver).render_as_string()

        comparison.each(configure)
        return comparison

    return make


def versions_after(project: Comparison, command: str) -> list[str]:
    project.run(command)
    return project.database().versions


def test_every_command_of_the_readme_in_its_order(
    make_project: Callable[[str], Comparison], database_kind: str
) -> None:
    """On the database of a developer, who has just changed a model."""
    project = make_project(database_kind)
    project.run("alembic upgrade head")
    project.replace(
        MODELS,
        "    description: Mapped[str | None] = mapped_column(Text)\n",
        "    description: Mapped[str | None] = mapped_column(Text)\n"
        "    language: Mapped[str | None] = mapped_column(String(20))\n",
    )

    created = project.run('alembic revision --autogenerate -m "Description of changes"')
    assert "op.add_column('projects', sa.Column('language', sa.String(length=20)" in created.written
    created = project.run('alembic revision -m "Description of changes"')
    name = "<Description of changes 2>_description_of_changes.py"
    assert list(created.files) == [f"alembic/versions/{name}"]

    assert versions_after(project, "alembic upgrade head") == ["<Description of changes 2>"]
    assert "language" in project.database().schema
    # There is nothing after it, and it is behind.
    project.run("alembic upgrade +2", exit_code=255)
    assert versions_after(project, "alembic upgrade 001") == ["<Description of changes 2>"]

    assert versions_after(project, "alembic downgrade -1") == ["<Description of changes>"]
    assert versions_after(project, "alembic downgrade 001") == ["001"]
    schema = project.database().schema
    assert "language" not in schema
    assert "priority" not in schema
    assert versions_after(project, "alembic downgrade base") == []

    assert project.run("alembic current").stdout == ""
    history = project.run("alembic history").stdout
    assert history.startswith("<Description of changes> -> <Description of changes 2> (head)")
    assert history.endswith("<base> -> 001, Initial schema\n")
    assert "Parent: 001" in project.run("alembic history --verbose").stdout

    # Troubleshooting. The command of "Migration conflicts" does not say what to merge.
    project.run('alembic merge -m "Merge branches"', exit_code=2)
    project.run("alembic downgrade base")
    assert versions_after(project, "alembic upgrade head") == ["<Description of changes 2>"]
    assert project.run("alembic current").stdout == "<Description of changes 2> (head)\n"
    assert project.run("alembic history").stdout == history
    # Integration with CI/CD: nothing is left to do.
    assert "Running upgrade" not in project.run("alembic upgrade head").stderr
    project.assert_ran_in_order(README)


def test_a_fresh_database(make_project: Callable[[str], Comparison], database_kind: str) -> None:
    project = make_project(database_kind)
    # The database is behind the scripts, and then it is not.
    create = 'alembic revision --autogenerate -m "Description of changes"'
    refused = project.run(create, exit_code=255)
    assert "Target database is not up to date." in refused.stdout + refused.stderr
    assert versions_after(project, "alembic upgrade 001") == ["001"]
    assert versions_after(project, "alembic upgrade +2") == ["003"]
    assert project.run("alembic current").stdout == "003 (head)\n"

    inspector = sa.inspect(sa.create_engine(project.overlay.url, poolclass=sa.pool.NullPool))
    assert {*inspector.get_table_names()} == {*TABLES, "alembic_version"}
    for table, referred in FOREIGN_KEYS:
        assert referred in {key["referred_table"] for key in inspector.get_foreign_keys(table)}
    indexes = {
        f"{table} ({', '.join(str(name) for name in index['column_names'])})"
        for table in TABLES
        for index in inspector.get_indexes(table)
    }
    assert indexes >= {*INDEXES}


def test_conflicting_heads_are_merged(
    make_project: Callable[[str], Comparison], database_kind: str
) -> None:
    project = make_project(database_kind)
    project.run("alembic upgrade head")
    for revision, message, column in [
        ("004a", "Colour of a project", "colour"),
        ("004b", "Licence of a project", "licence"),
    ]:
        text = BRANCH.format(revision=revision, message=message, column=column)
        project.write(f"alembic/versions/{revision}.py", text)
    conflict = project.run("alembic upgrade head", exit_code=255)
    assert "Multiple head revisions are present" in conflict.stdout + conflict.stderr
    assert project.run("alembic heads").stdout == "004a (head)\n004b (head)\n"

    # The README's command, and the one that it means.
    project.run('alembic merge -m "Merge branches"', exit_code=2)
    merged = project.run('alembic merge -m "Merge branches" heads')
    assert re.search(r"^down_revision.* = \('004a', '004b'\)$", merged.written, re.MULTILINE)
    assert versions_after(project, "alembic upgrade head") == ["<Merge branches>"]
    assert "(mergepoint)" in project.run("alembic history").stdout
    assert versions_after(project, "alembic downgrade 004a") == ["004a", "004b"]

    assert versions_after(project, "alembic downgrade base") == []
    assert versions_after(project, "alembic upgrade head") == ["<Merge branches>"]
    project.run("alembic current")


def test_offline_statements_are_the_same(
    make_project: Callable[[str], Comparison], database_kind: str
) -> None:
    project = make_project(database_kind)
    upgrade = project.run("alembic upgrade head --sql").stdout
    assert "CREATE TABLE export_jobs" in upgrade
    assert "ADD COLUMN priority" in project.run("alembic upgrade 001:002 --sql").stdout
    downgrade = project.run("alembic downgrade 003:base --sql").stdout
    assert "DROP TABLE profiles" in downgrade

    if database_kind == "postgres":
        # They make what the scripts make.
        psql = [find_postgres_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        urls = [copy.url.replace("+psycopg2", "") for copy in project.copies]
        subprocess.run([*psql, urls[0]], input=upgrade, text=True, check=True)
        project.overlay.run("alembic upgrade head")
        project.database()
        subprocess.run([*psql, urls[0]], input=downgrade, text=True, check=True)
        assert "crawl_jobs" not in dump_schema(urls[0])
