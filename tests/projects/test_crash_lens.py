"""crash-lens: `python -m alembic` in `backend/`, string keys, arrays, times with a time zone.

Its two settings are PostgreSQL and TiDB, for which MariaDB stands here: lists of strings are an
array on the one and JSON on the other. SQLite serves its developers.
"""

from __future__ import annotations

import site
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.projects.comparison import Comparison, Copy

BACKEND = "backend"
SCRIPT = "backend/alembic/versions/9f3c21d07b54_create_repository_crash_and_crash_rca.py"
MODELS = "backend/src/app/models/sqlalchemy_models.py"
INITIAL = "Create repository, crash and crash_rca"
#: Its commands, in its order, after `pip install -e .`, which has a test of its own.
README = f"""
python -m alembic revision --autogenerate -m "Description of changes"
python -m alembic upgrade head
python -m alembic downgrade -1
python -m alembic downgrade {{{INITIAL}}}
python -m alembic downgrade base
python -m alembic current
python -m alembic history
"""
INDEXES = [
    ("crash_rca", "crash_id"),
    ("crash", "repository_id"),
    ("crash", "severity"),
    ("crash", "status"),
    ("crash", "created_at"),
]


@pytest.fixture
def project(compare: Callable[[str, str], Comparison], database_kind: str) -> Comparison:
    comparison = compare("crash-lens", database_kind)
    configure_database(comparison)
    return comparison


def configure_database(project: Comparison) -> None:
    """Setup, step 2."""
    project.replace(
        "backend/alembic.ini", "postgresql://crash_lens@localhost:5432/crash_lens", "{url}"
    )


def add_column(project: Comparison) -> None:
    project.replace(
        MODELS,
        "    impacted_users: Mapped[int]\n",
        "    impacted_users: Mapped[int]\n    resolved_by: Mapped[str | None]"
        " = mapped_column(String(255))\n",
    )


def test_every_command_of_the_readme_in_its_order(project: Comparison) -> None:
    # In a fresh database, the first command comes too early.
    create = 'python -m alembic revision --autogenerate -m "Description of changes"'
    refused = project.run(create, where=BACKEND, exit_code=255)
    assert "Target database is not up to date." in refused.stdout + refused.stderr
    project.run("python -m alembic upgrade head", where=BACKEND)

    add_column(project)
    created = project.run(create, where=BACKEND)
    assert "op.add_column('crash', sa.Column('resolved_by'" in created.written
    project.run("python -m alembic upgrade head", where=BACKEND)
    assert "resolved_by" in project.database().schema

    project.run("python -m alembic downgrade -1", where=BACKEND)
    assert "resolved_by" not in project.database().schema
    project.run("python -m alembic upgrade head", where=BACKEND)
    project.run(f"python -m alembic downgrade {{{INITIAL}}}", where=BACKEND)
    assert project.database().versions == ["9f3c21d07b54"]
    current = project.run("python -m alembic current", where=BACKEND)
    assert current.stdout == "9f3c21d07b54\n"
    project.run("python -m alembic downgrade base", where=BACKEND)
    database = project.database()
    assert database.versions == []
    assert "crash" not in database.schema

    assert project.run("python -m alembic current", where=BACKEND).stdout == ""
    assert project.run("python -m alembic history", where=BACKEND).stdout == (
        "9f3c21d07b54 -> <Description of changes> (head), Description of changes\n"
        f"<base> -> 9f3c21d07b54, {INITIAL}\n"
    )
    project.assert_ran_in_order(README)


def test_the_first_script_comes_from_the_models(project: Comparison, database_kind: str) -> None:
    project.each(lambda copy: (copy.folder / SCRIPT).unlink())
    created = project.run("python -m alembic revision --autogenerate -m initial", where=BACKEND)
    for table, column in INDEXES:
        index = f"op.create_index(op.f('ix_{table}_{column}'), '{table}', ['{column}']"
        assert index in created.written
    project.run("python -m alembic upgrade head", where=BACKEND)

    schema = project.database().schema
    assert all(f"ix_{table}_{column}" in schema for table, column in INDEXES)
    expected = {
        "postgres": ["author character varying[]", "created_at timestamp with time zone"],
        "mariadb": ["`author` longtext", "json_valid(`author`)", "`id` varchar(36)"],
        "sqlite": ["author JSON", "id VARCHAR(36)"],
    }
    for definition in expected[database_kind]:
        assert definition in schema


def test_the_backend_installed_in_an_environment_of_its_own(project: Comparison) -> None:
    # Then the models are found because they are installed.
    project.replace("backend/alembic.ini", "prepend_sys_path = src\n", "")
    refused = project.run("python -m alembic upgrade head", where=BACKEND, exit_code=1)
    assert "No module named 'app'" in refused.stderr

    project.each(make_environment)
    for copy in project.copies:
        installed = copy.execute("python -m pip install -e .", where=BACKEND)
        assert installed.returncode == 0, installed.stdout.decode() + installed.stderr.decode()
    project.check_overlay()
    project.run("python -m alembic upgrade head", where=BACKEND)
    assert "crash_rca" in project.database().schema


def make_environment(copy: Copy) -> None:
    """A virtual environment in which everything is installed but the project."""
    folder = copy.folder.with_name("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "lib" / version / "site-packages"
    lines = [f"import site; site.addsitedir({path!r})" for path in site.getsitepackages()]
    (packages / "packages_of_the_tests.pth").write_text("\n".join(lines))
    copy.environment["PATH"] = f"{folder / 'bin'}:{copy.environment['PATH']}"
    # All that is needed is there. To pip, this 0 says: no isolation.
    copy.environment.update(PIP_NO_BUILD_ISOLATION="0", PIP_NO_INDEX="1")
