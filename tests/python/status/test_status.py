"""``alembic status``: what it shows, how it ends, and that it changes nothing."""

from __future__ import annotations

import json
import pathlib
import shutil
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from tests.alembic_command import Answer, alembic
from tests.differential.cli_projects import DEPENDENT, DIAMOND, lay_out, project, script
from tests.locking.projects import Project
from tests.postgres_administrator import Administrator
from tests.servers import PostgresServer

THREE = ["step0001", "step0002", "step0003"]


def run(steps: Project, *words: str, **environment: str) -> Answer:
    return alembic(*steps.command(*words), folder=steps.folder, **environment)


def tables(url: str) -> list[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return sorted(sa.inspect(engine).get_table_names())


def versions(administrator: Administrator, *heads: str, table: str = "alembic_version") -> None:
    """Make the version table hold exactly these."""
    administrator.execute(f"CREATE TABLE IF NOT EXISTS {table} (version_num text)")
    administrator.execute(f"DELETE FROM {table}")
    for head in heads:
        administrator.execute(f"INSERT INTO {table} VALUES ('{head}')")


def pending(answer: Answer) -> list[str]:
    (database,) = json.loads(answer.stdout)["databases"]
    return [one["revision"] for one in database["pending"]]


# What it shows.


def test_the_table_for_people(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    versions(administrator, "step0001")
    database = postgres_url.partition("//")[2]
    expected = f"""\
Database  {database}
Heads     step0001
Scripts   step0003
Pending   2

1 of 2  step0002  step 2  versions/step0002.py
2 of 2  step0003  step 3  versions/step0003.py
"""
    assert run(steps, "status", "--url", postgres_url) == Answer(0, expected, "")
    through_env = run(steps, "status", DATABASE_URL=postgres_url)
    assert through_env.stdout == expected
    versions(administrator, *THREE[2:])
    assert run(steps, "status", "--url", postgres_url).stdout.endswith("Pending   none\n")


def test_json(steps: Project, postgres_url: str, administrator: Administrator) -> None:
    versions(administrator, "step0002")
    expected = {
        "format": 1,
        "at_heads": False,
        "script_heads": ["step0003"],
        "multiple_heads": False,
        "databases": [
            {
                "database": postgres_url.partition("//")[2],
                "at_heads": False,
                "heads": ["step0002"],
                "missing_table": "",
                "pending": [
                    {
                        "revision": "step0003",
                        "message": "step 3",
                        "path": str(steps.folder / "versions" / "step0003.py"),
                        "number": 1,
                        "of": 1,
                    }
                ],
                "unknown": [],
                "run_at_work": "",
            }
        ],
    }
    assert json.loads(run(steps, "status", "--json", "--url", postgres_url).stdout) == expected
    through_env = run(steps, "status", "--json", DATABASE_URL=postgres_url)
    assert json.loads(through_env.stdout) == expected


def test_the_order_is_that_of_upgrade(
    tmp_path: pathlib.Path, postgres_url: str, administrator: Administrator
) -> None:
    lay_out(project(*DIAMOND), tmp_path)
    answer = alembic("status", "--json", "--url", postgres_url, folder=tmp_path)
    assert pending(answer) == ["aaaa1111", "cccc3333", "bbbb2222", "dddd4444"]
    versions(administrator, "cccc3333")
    answer = alembic("status", "--json", "--url", postgres_url, folder=tmp_path)
    assert pending(answer) == ["bbbb2222", "dddd4444"]


def test_a_dependency_is_applied_without_a_row(
    tmp_path: pathlib.Path, postgres_url: str, administrator: Administrator
) -> None:
    lay_out(project(*DEPENDENT), tmp_path)
    versions(administrator, "cccc3333")
    words = ["status", "--check", "--allow-multiple-heads", "--url", postgres_url]
    answer = alembic(*words, folder=tmp_path)
    assert answer.exit_code == 0
    assert "Scripts   aaaa1111, cccc3333\nPending   none\n" in answer.stdout


def test_scripts_whose_headers_are_uncertain_are_imported(
    tmp_path: pathlib.Path, postgres_url: str
) -> None:
    computed = (
        script("aaaa1111").replace('"""a change"""', '"""computed"""') + "revision = revision\n"
    )
    lay_out(project(computed, script("bbbb2222", "aaaa1111")), tmp_path)
    answer = alembic("status", "--url", postgres_url, folder=tmp_path)
    assert "1 of 2  aaaa1111  computed" in answer.stdout
    assert "env.py runs" not in answer.stderr


def test_several_databases_of_one_environment(
    steps: Project, make_database: Callable[[str], str]
) -> None:
    first, second = make_database("sqlite"), make_database("sqlite")
    (steps.folder / "env.py").write_text(f"""
import sqlalchemy as sa
from alembic import context
for url in {[first, second]!r}:
    with sa.create_engine(url).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
""")
    answer = run(steps, "status", "--json", "--check")
    assert answer.exit_code == 1
    assert [one["database"] for one in json.loads(answer.stdout)["databases"]] == [first, second]
    assert run(steps, "status").stdout.count("Pending   3") == 2


# Where the version table is.


@pytest.mark.parametrize("kind", ["sqlite", "mariadb", "postgres"])
def test_any_database_and_nothing_is_changed(
    kind: str, steps: Project, make_database: Callable[[str], str]
) -> None:
    url = make_database(kind)
    for place in ({"DATABASE_URL": url}, {"URL_OF_THE_SHOP": url}):
        words = ["--url-env", "URL_OF_THE_SHOP"] if "URL_OF_THE_SHOP" in place else []
        answer = run(steps, "status", "--json", "--check", *words, **place)
        assert (answer.exit_code, pending(answer)) == (1, THREE), answer
        assert tables(url) == []
    assert run(steps, "upgrade", "step0002", DATABASE_URL=url).exit_code == 0
    for place in ({"DATABASE_URL": url}, {"URL_OF_THE_SHOP": url}):
        words = ["--url-env", "URL_OF_THE_SHOP"] if "URL_OF_THE_SHOP" in place else []
        answer = run(steps, "status", "--json", *words, **place)
        assert pending(answer) == ["step0003"]


def test_a_file_that_is_not_there_is_not_made(steps: Project, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "shop.db"
    answer = run(steps, "status", "--json", "--url", f"sqlite:///{file}")
    assert pending(answer) == THREE
    assert not file.exists()


def test_another_table_in_another_schema(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    administrator.execute("CREATE SCHEMA tenant")
    versions(administrator, "step0001", table="tenant.migrations")
    versions(administrator, "step0003")
    words = ["--version-table", "migrations", "--version-table-schema", "tenant"]
    answer = run(steps, "status", "--json", "--url", postgres_url, *words)
    assert pending(answer) == THREE[1:]


def test_another_table_through_sqlalchemy(steps: Project, sqlite_url: str) -> None:
    engine = sa.create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE migrations (version_num VARCHAR(32))"))
        connection.execute(sa.text("INSERT INTO migrations VALUES ('step0002')"))
    answer = run(steps, "status", "--json", "--url", sqlite_url, "--version-table", "migrations")
    assert pending(answer) == ["step0003"]


def test_a_user_who_may_only_read(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    versions(administrator, "step0001")
    administrator.execute("DROP ROLE IF EXISTS looker; CREATE ROLE looker LOGIN")
    url = postgres_url.replace("postgres@", "looker@")
    try:
        refused = run(steps, "status", "--check", "--url", url)
        assert refused.exit_code == 255
        assert refused.stderr.startswith("FAILED: PostgreSQL at looker@")
        assert "permission denied for table alembic_version" in refused.stderr
        administrator.execute("GRANT SELECT ON alembic_version TO looker")
        for place in (["--url", url], []):
            answer = run(steps, "status", "--json", *place, DATABASE_URL=url)
            assert pending(answer) == THREE[1:]
    finally:
        administrator.execute("DROP OWNED BY looker; DROP ROLE looker")


def test_with_a_url_env_py_is_not_run(tmp_path: pathlib.Path, postgres_url: str) -> None:
    lay_out(project(*DIAMOND, files={"migrations/env.py": "raise SystemExit('it ran')"}), tmp_path)
    for url in (postgres_url, f"sqlite:///{tmp_path}/x.db"):
        answer = alembic("status", "--url", url, folder=tmp_path)
        assert (answer.exit_code, answer.stderr) == (0, "")


# How it ends.


def test_exit_codes(steps: Project, postgres_url: str, administrator: Administrator) -> None:
    for heads, code, checked in ([], 0, 1), (["step0001"], 0, 1), (["step0003"], 0, 0):
        versions(administrator, *heads)
        for place in (["--url", postgres_url], []):
            for words, expected in (([], code), (["--check"], checked)):
                answer = run(steps, "status", *words, *place, DATABASE_URL=postgres_url)
                assert answer.exit_code == expected, answer


@pytest.mark.parametrize("words", [["status", "--quiet"], ["--quiet", "status"], ["status", "-q"]])
def test_quiet_is_nothing_but_the_exit_code(
    words: list[str], steps: Project, postgres_url: str
) -> None:
    for place in (["--url", postgres_url], []):
        answer = run(steps, *words, "--check", *place, DATABASE_URL=postgres_url)
        assert (answer.exit_code, answer.stdout) == (1, "")


def test_a_revision_that_no_script_has(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    # A prefix of an id, a label and a symbol are no revision that upgrade would find a row for.
    for heads in (["fade"], ["step0001", "fade"], ["step"], ["heads"]):
        versions(administrator, *heads)
        for place in (["--url", postgres_url], []):
            answer = run(steps, "status", "--check", *place, DATABASE_URL=postgres_url)
            assert answer.exit_code == 3, answer
            assert f"Unknown   {heads[-1]}\n" in answer.stdout
            assert f"The database holds revision {heads[-1]}, which" in answer.stdout
            assert "Usually the code was rolled back" in answer.stdout
            assert "Pending" not in answer.stdout
    document = json.loads(run(steps, "status", "--json", "--url", postgres_url).stdout)
    assert (document["at_heads"], document["databases"][0]["unknown"]) == (False, ["heads"])


def test_heads_of_which_one_is_built_upon_another(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    versions(administrator, "step0001", "step0002")
    answers = [
        run(steps, "status", *place, DATABASE_URL=postgres_url)
        for place in (["--url", postgres_url], [])
    ]
    assert {answer.exit_code for answer in answers} == {255}
    # What env.py logs stands before it.
    assert answers[1].stderr.endswith(answers[0].stderr)
    upgrade = run(steps, "upgrade", "heads", DATABASE_URL=postgres_url)
    assert upgrade.stdout.strip().removeprefix("FAILED: ") in answers[0].stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--url-env", "NOT_THERE"], "The environment variable NOT_THERE"),
        (["--url", ""], "--url is empty"),
        (["--url", "nosuch://h/d"], "SQLAlchemy does not take this database URL"),
        (["--url", "postgresql://u:hunter2@h/d?sslmod=x"], '"sslmod"'),
        (["--url", "hunter2@nowhere"], "SQLAlchemy does not take this database URL"),
        (["--url", "mysql+pymysql://u:p@hunter2:x@h/d"], "written as %40"),
        (["--url", "mysql+pymysql://u:p@hunter2@h/d"], "written as %40"),
    ],
)
def test_what_cannot_be_answered_says_why(words: list[str], expected: str, steps: Project) -> None:
    answer = run(steps, "status", *words)
    assert answer.exit_code == 255
    assert answer.stdout == ""
    assert answer.stderr.startswith("FAILED: ")
    assert expected in answer.stderr
    assert "hunter2" not in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["status", "--chek"], "unrecognized arguments: --chek"),
        (["status", "--url", "sqlite://", "--url-env", "X"], "not allowed with argument --url"),
        (["status", "--all-schemas"], "--all-schemas needs --url or --url-env"),
        (["status", "--version-table", "x"], "--version-table needs --url or --url-env"),
        (["status", "--schema-pattern", "x"], "--schema-pattern needs --all-schemas"),
        (["status", "--all-schemas", "--url", "sqlite://"], "for PostgreSQL only"),
        (
            ["status", "--all-schemas", "--url", "postgresql://", "--version-table-schema", "x"],
            "leave out --version-table-schema",
        ),
        (["wait", "--version-table-schema", "x"], "--version-table-schema needs --url"),
        (["wait", "--timeout", "soon"], "argument --timeout: invalid seconds value: 'soon'"),
        (["wait", "--timeout", "-1"], "argument --timeout"),
    ],
)
def test_wrong_options(words: list[str], expected: str, steps: Project) -> None:
    """Options that do not go together ended with 255, as a server that is down."""
    answer = run(steps, *words)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("usage: alembic ")
    assert expected in answer.stderr


def test_a_server_that_is_not_there(steps: Project, postgres_server: PostgresServer) -> None:
    url = f"postgresql+psycopg2://shop:hunter2@127.0.0.1:1/{postgres_server.kind}"
    for place in (
        ["--url", url],
        ["--url", url.replace("postgresql+psycopg2", "mysql+pymysql")],
        [],
    ):
        answer = run(steps, "status", "--check", *place, DATABASE_URL=url)
        assert answer.exit_code == 255, answer
        assert "refused" in answer.stderr
        assert "hunter2" not in answer.stdout + answer.stderr


def test_a_mistake_in_env_py_shows_its_traceback(steps: Project) -> None:
    """Its exit code must not be that of pending revisions."""
    (steps.folder / "env.py").write_text("import no_such_module\n")
    answer = run(steps, "status", "--check")
    assert answer.exit_code == 255
    assert "ModuleNotFoundError: No module named 'no_such_module'" in answer.stderr
    assert "FAILED: ModuleNotFoundError" in answer.stderr


def test_an_environment_that_migrates_nothing(steps: Project) -> None:
    (steps.folder / "env.py").write_text("")
    assert "did not call context.run_migrations()" in run(steps, "status").stderr


@pytest.mark.parametrize("place", [["--url", "sqlite:///x.db"], []])
def test_without_the_folder_of_the_scripts_nothing_is_up_to_date(
    place: list[str], steps: Project, sqlite_url: str
) -> None:
    """An image that lacked its scripts was at the heads."""
    shutil.rmtree(steps.folder / "versions")
    for command in (["status", "--check"], ["wait", "--timeout", "0"]):
        answer = run(steps, *command, *place, DATABASE_URL=sqlite_url)
        assert answer.exit_code == 255
        assert "no such folder" in answer.stderr


def test_env_py_that_exits_is_no_answer(steps: Project, sqlite_url: str) -> None:
    """sys.exit("...") in env.py ended with 1, as if revisions were pending."""
    (steps.folder / "env.py").write_text("import sys\nsys.exit('DATABASE_URL is not set')\n")
    for command in (["status", "--check"], ["wait", "--timeout", "5"]):
        answer = run(steps, *command, DATABASE_URL=sqlite_url)
        assert answer.exit_code == 255
        assert "DATABASE_URL is not set" in answer.stderr


def test_a_file_in_a_folder_that_is_not_there(steps: Project) -> None:
    """A mistyped path was a database without a revision."""
    answer = run(steps, "status", "--url", "sqlite:///nosuch/folder/x.db")
    assert answer.exit_code == 255
    assert "unable to open database file" in answer.stderr


def test_a_file_named_by_a_uri_is_not_made(steps: Project) -> None:
    """Looking at an SQLite database that is not there yet made its file."""
    answer = run(steps, "status", "--url", "sqlite:///file:made.db?uri=true")
    assert answer.exit_code == 0
    assert not (steps.folder / "made.db").exists()
