"""ai-chat: a Poetry project on PostgreSQL, with a UUID as key, an enum and a soft delete.

Under Poetry, upstream alone is a project without alembic-native, and the other one has the built
wheel as one more dependency. Without Poetry the commands run on every database.
"""

from __future__ import annotations

import http.server
import pathlib
import platform
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.projects.comparison import Comparison, Copy

BUILD = pathlib.Path(__file__).parents[2] / "build"
POETRY = BUILD / f"poetry-{platform.python_version()}"
PACKAGES = POETRY / "packages"
WHEELS = BUILD / f"wheels-{platform.python_version()}"
MODELS = "chat_api/db/models.py"
INITIAL = "create threads table"
#: Its commands, in its order, after `poetry install`; each with `poetry run` before it. Starting
#: the database with docker-compose is no matter of Alembic's.
README = f"""
alembic upgrade head
alembic upgrade {{{INITIAL}}}
alembic revision --autogenerate -m "description_of_changes"
alembic revision -m "description_of_changes"
alembic current
alembic history
alembic history --verbose
alembic downgrade -1
alembic downgrade {{{INITIAL}}}
alembic downgrade base
alembic downgrade base
alembic upgrade head
"""


@pytest.fixture
def make_project(compare: Callable[[str, str], Comparison]) -> Callable[[str], Comparison]:
    def make(kind: str) -> Comparison:
        comparison = compare("ai-chat", kind)
        configure_database(comparison)
        return comparison

    return make


class PackageIndex(http.server.SimpleHTTPRequestHandler):
    """The packages that `make` has downloaded, to be asked for as an index is asked."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments, directory=str(PACKAGES))

    def do_GET(self) -> None:
        if not self.path.endswith("/"):
            super().do_GET()
            return
        name = self.path.strip("/").replace("-", "_").lower()
        found = [
            path.name for path in PACKAGES.iterdir() if path.name.lower().startswith(f"{name}-")
        ]
        page = "\n".join(f'<a href="/{file}">{file}</a>' for file in found).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def package_index() -> Iterator[str]:
    """The URL of a package index that serves while the test runs."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), PackageIndex) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def poetry_project(
    tmp_path: pathlib.Path, make_database: Callable[[str], str], package_index: str
) -> Comparison:
    """The project, which finds packages in `package_index`; in the one copy with alembic-native."""
    if not (POETRY / "installed").exists():
        pytest.fail(f"Poetry is not there: make {(POETRY / 'installed').relative_to(BUILD.parent)}")
    (wheel,) = WHEELS.glob("*.whl")
    urls = (make_database("postgres"), make_database("postgres"))
    comparison = Comparison("ai-chat", tmp_path, urls)
    # The index has what serves the interpreter of this run, and Poetry looks at all that may be.
    interpreter = f'python = "~{platform.python_version().rpartition(".")[0]}"'
    comparison.replace("pyproject.toml", 'python = "^3.10"', interpreter)

    def prepare(copy: Copy) -> None:
        copy.environment.update(
            PATH=f"{POETRY / 'bin'}:{copy.environment['PATH']}",
            POETRY_VIRTUALENVS_IN_PROJECT="true",
            POETRY_CACHE_DIR=str(tmp_path / "cache"),
            POETRY_NO_INTERACTION="1",
        )
        copy.environment.pop("VIRTUAL_ENV", None)
        succeed(copy, f"poetry source add --priority=primary packages {package_index}")

    comparison.each(prepare)
    comparison.upstream.environment.pop("ALEMBIC_NATIVE")
    succeed(comparison.overlay, f"poetry add --lock {wheel}")
    return comparison


def succeed(copy: Copy, command: str) -> None:
    result = copy.execute(command)
    assert result.returncode == 0, (result.stdout + result.stderr).decode()


def configure_database(project: Comparison) -> None:
    """Setup, step 2."""
    project.replace("alembic.ini", "postgresql://admin:chatAdmin@localhost:5434/ai_chat", "{url}")


def every_command(project: Comparison, prefix: str) -> None:
    project.run(f"{prefix}alembic upgrade head")
    project.run(f"{prefix}alembic upgrade {{{INITIAL}}}")
    schema = project.database().schema
    assert "ix_threads_email" in schema
    assert "ix_threads_created_at" in schema

    project.replace(
        MODELS,
        "    # Threads are never deleted.\n",
        "    title: Mapped[str | None] = mapped_column(String(200))\n",
    )
    created = project.run(f'{prefix}alembic revision --autogenerate -m "description_of_changes"')
    assert "sa.Column('title', sa.String(length=200), nullable=True)" in created.written
    project.run(f"{prefix}alembic upgrade head")
    created = project.run(f'{prefix}alembic revision -m "description_of_changes"')
    second = "description_of_changes 2"
    assert list(created.files) == [f"migrations/versions/<{second}>_description_of_changes.py"]

    assert project.run(f"{prefix}alembic current").stdout == "<description_of_changes>\n"
    history = project.run(f"{prefix}alembic history").stdout
    assert history.startswith(f"<description_of_changes> -> <{second}> (head)")
    verbose = project.run(f"{prefix}alembic history --verbose").stdout
    assert f"Rev: <{second}> (head)\nParent: <description_of_changes>\n" in verbose

    project.run(f"{prefix}alembic downgrade -1")
    assert project.database().versions == ["001"]
    project.run(f"{prefix}alembic upgrade head")
    project.run(f"{prefix}alembic downgrade {{{INITIAL}}}")
    assert "title" not in project.database().schema
    project.run(f"{prefix}alembic downgrade base")
    database = project.database()
    assert database.versions == []
    assert "platform" not in database.schema

    # Troubleshooting: starting fresh.
    project.run(f"{prefix}alembic downgrade base")
    project.run(f"{prefix}alembic upgrade head")
    assert project.database().versions == [f"<{second}>"]
    project.assert_ran_in_order(re.sub("^alembic", f"{prefix}alembic", README, flags=re.M))


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_every_command_of_the_readme_in_its_order(
    make_project: Callable[[str], Comparison], kind: str
) -> None:
    every_command(make_project(kind), prefix="")


def test_every_command_of_the_readme_in_its_order_with_poetry(poetry_project: Comparison) -> None:
    project = poetry_project
    project.each(lambda copy: succeed(copy, "poetry install"))
    versions = [copy.execute("poetry run python -m alembic_native") for copy in project.copies]
    assert b"No module named alembic_native" in versions[0].stderr
    assert b"overlay: active" in versions[1].stdout, versions[1]
    configure_database(project)
    every_command(project, prefix="poetry run ")


def test_tables_that_are_there_already(
    make_project: Callable[[str], Comparison], database_kind: str
) -> None:
    project = make_project(database_kind)
    # As an application does that creates its tables by itself.
    create = (
        "import sqlalchemy as s; from chat_api.db.models import Base; "
        "Base.metadata.create_all(s.create_engine('{url}'))"
    )
    for copy in project.copies:
        (copy.folder / "create_tables.py").write_text(create.replace("{url}", copy.url))
        succeed(copy, "python create_tables.py")
    failed = project.run("alembic upgrade head", exit_code=1)
    expected = {"postgres": 'type "platform" already exists'}
    assert expected.get(database_kind, "already exists") in failed.stderr

    # What the README advises goes as far as the version table reaches: it names no revision.
    project.run("alembic downgrade base")
    project.run("alembic upgrade head", exit_code=1)
    project.run("alembic stamp head")
    project.run("alembic downgrade base")
    project.run("alembic upgrade head")
    assert project.database().versions == ["001"]


def test_a_model_that_env_py_does_not_import(
    make_project: Callable[[str], Comparison], database_kind: str
) -> None:
    project = make_project(database_kind)
    project.run("alembic upgrade head")
    project.replace("migrations/env.py", "import Thread ", "import Reaction, Thread ")
    refused = project.run("alembic upgrade head", exit_code=1)
    assert "cannot import name 'Reaction'" in refused.stderr
    # Imported by nobody, a model's table looks like one that is to be dropped.
    project.replace(
        "migrations/env.py", "from chat_api.db.models import Reaction, Thread  # noqa: F401\n", ""
    )
    created = project.run("alembic revision --autogenerate -m 'too much'")
    assert "op.drop_table('threads')" in created.written


def test_a_database_that_does_not_answer(compare: Callable[[str, str], Comparison]) -> None:
    project = compare("ai-chat", "sqlite")
    project.replace("alembic.ini", "localhost:5434", "127.0.0.1:1")
    refused = project.run("alembic upgrade head", exit_code=1)
    assert "Connection refused" in refused.stderr
