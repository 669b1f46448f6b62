"""exchange-docs: asyncpg, dated file names, and a schema that `init.sql` makes or the scripts do.

JSONB, a generated search vector with its GIN index and triggers: for PostgreSQL alone.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest

from tests.projects.comparison import Comparison, Copy
from tests.projects.schema import rows
from tests.servers.postgres import find_postgres_program

#: Its commands, in its order, but for the troubleshooting, which has a test of its own.
README = """
alembic current
alembic upgrade head
alembic downgrade -1
alembic revision --autogenerate -m "description of changes"
alembic revision -m "description of changes"
alembic history
alembic upgrade head
alembic revision --autogenerate -m "add new column"
alembic upgrade head
alembic downgrade -1
alembic upgrade head
"""
MODELS = "backend/app/models/__init__.py"
BACKEND = "backend"


@pytest.fixture
def project(compare: Callable[[str, str], Comparison]) -> Comparison:
    comparison = compare("exchange-docs", "postgres")
    comparison.each(
        lambda copy: copy.environment.update(DATABASE_URL=copy.url.replace("+psycopg2", "+asyncpg"))
    )
    return comparison


def start_database_container(copy: Copy) -> None:
    """What the image of PostgreSQL does with a script for an empty database."""
    psql = [find_postgres_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    script = copy.folder / "docker" / "init.sql"
    url = copy.url.replace("+psycopg2", "")
    subprocess.run([*psql, f"--file={script}", url], check=True, stdout=subprocess.DEVNULL)


def remove_database_container(copy: Copy) -> None:
    rows(copy.url, "DROP TABLE IF EXISTS sections, documents, alembic_version")
    rows(copy.url, "DROP FUNCTION IF EXISTS set_updated_at")


def add_column(project: Comparison) -> None:
    project.replace(
        MODELS,
        "    page_count: Mapped[int | None]\n",
        "    page_count: Mapped[int | None]\n    language: Mapped[str | None]\n",
    )


def test_every_command_of_the_readme_in_its_order(project: Comparison) -> None:
    assert project.run("alembic current", where=BACKEND).stdout == ""
    project.run("alembic upgrade head", where=BACKEND)
    schema = project.database().schema
    assert "metadata jsonb" in schema
    assert "search_vector tsvector GENERATED ALWAYS AS (to_tsvector(" in schema
    assert "CREATE INDEX idx_sections_fts ON public.sections USING gin (search_vector)" in schema
    assert schema.count("ON DELETE CASCADE") == 2
    assert schema.count("EXECUTE FUNCTION public.set_updated_at()") == 2
    assert project.run("alembic current", where=BACKEND).stdout == "001 (head)\n"

    project.run("alembic downgrade -1", where=BACKEND)
    assert "set_updated_at" not in project.database().schema
    refused = project.run(
        'alembic revision --autogenerate -m "description of changes"', where=BACKEND, exit_code=255
    )
    assert "Target database is not up to date." in refused.stdout + refused.stderr
    created = project.run('alembic revision -m "description of changes"', where=BACKEND)
    (name,) = created.files
    assert (
        name == "backend/alembic/versions/<date>-<description of changes>_description_of_changes.py"
    )
    assert project.run("alembic history", where=BACKEND).stdout == (
        "001 -> <description of changes> (head), description of changes\n"
        "<base> -> 001, Initial schema\n"
    )

    # Production deployment, then a change of the models.
    project.run("alembic upgrade head", where=BACKEND)
    add_column(project)
    created = project.run('alembic revision --autogenerate -m "add new column"', where=BACKEND)
    assert "op.add_column('documents', sa.Column('language'" in created.written
    assert created.written.count("op.") == 2
    for command in ("upgrade head", "downgrade -1", "upgrade head"):
        project.run(f"alembic {command}", where=BACKEND)
        has_column = "language character varying" in project.database().schema
        assert has_column == command.startswith("upgrade")
    assert project.database().versions == ["<add new column>"]
    project.assert_ran_in_order(README)


def test_stamping_the_schema_that_init_sql_made(project: Comparison) -> None:
    project.each(start_database_container)
    made_by_container = project.database().schema
    # The tables are there, and the database does not say so.
    conflict = project.run("alembic upgrade head", where=BACKEND, exit_code=1)
    assert 'relation "documents" already exists' in conflict.stderr

    assert project.run("alembic current", where=BACKEND).stdout == ""
    project.run("alembic stamp head", where=BACKEND)
    assert project.run("alembic current", where=BACKEND).stdout == "001 (head)\n"
    project.run("alembic upgrade head", where=BACKEND)
    project.run("alembic check", where=BACKEND)
    stamped = project.database()
    assert stamped.versions == ["001"]

    # Reset. The scripts make what init.sql makes, too.
    project.each(remove_database_container)
    project.run("alembic upgrade head", where=BACKEND)
    assert project.database().schema == stamped.schema
    assert objects(made_by_container) < objects(stamped.schema)

    project.each(remove_database_container)
    project.each(start_database_container)
    assert project.database().schema == made_by_container


def test_triggers_cascades_and_search_do_their_work(project: Comparison) -> None:
    project.run("alembic upgrade head", where=BACKEND)
    url = project.overlay.url
    rows(url, "INSERT INTO documents (title, version, file_path) VALUES ('FIX', '5.0', 'fix.pdf')")
    rows(
        url,
        "INSERT INTO sections (document_id, level, title, content, order_index)"
        " SELECT id, 1, 'Orders', 'Placing and cancelling orders', 0 FROM documents",
    )
    rows(
        url,
        "INSERT INTO sections (document_id, parent_id, level, title, content, order_index)"
        " SELECT document_id, id, 2, 'Limits', 'A price is given', 1 FROM sections",
    )
    found = "SELECT title FROM sections WHERE search_vector @@ to_tsquery('english', 'cancel')"
    assert rows(url, found) == [("Orders",)]

    rows(url, "UPDATE documents SET processing_status = 'done'")
    assert rows(url, "SELECT updated_at > created_at FROM documents") == [(True,)]
    rows(url, "DELETE FROM documents")
    assert rows(url, "SELECT count(*) FROM sections") == [(0,)]


def objects(schema: str) -> set[str]:
    """The objects that a dump names."""
    return set(re.findall(r"^-- Name: (.*?);", schema, re.MULTILINE))
