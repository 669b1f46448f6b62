"""What users of ``status`` and ``wait`` met, one fault a test."""

from __future__ import annotations

import atexit
import json
import pathlib
import signal
import socket
import subprocess

import pytest
import sqlalchemy as sa

import alembic_native
from alembic_native.locking.key import migration_lock_key
from alembic_native.locking.mysql import lock_name
from tests.alembic_command import Answer, alembic
from tests.differential.cli_processes import ALEMBIC, PATIENCE_SECONDS, clean_environment
from tests.differential.cli_projects import LINEAR, TWO_HEADS, lay_out, project
from tests.locking.projects import Project
from tests.native_command import ALEMBIC_NATIVE
from tests.native_command import alembic_native as native_command
from tests.postgres_administrator import Administrator

NO_SERVER = "postgresql://a:hunter2@127.0.0.1:1/x"
HOSTILE = "\x1b]0;pwn\x07\nDatabase  another"
SHOWN = r"\x1b]0;pwn\x07\nDatabase  another"


def run(steps: Project, *words: str, **environment: str) -> Answer:
    return alembic(*steps.command(*words), folder=steps.folder, **environment)


def native(steps: Project, *words: str, **environment: str) -> Answer:
    return native_command("-c", str(steps.ini), *words, folder=steps.folder, **environment)


BOTH = pytest.mark.parametrize("command", [run, native])


@BOTH
def test_quiet_is_not_about_errors(command: object, steps: Project) -> None:
    """`status --check --quiet` without a server ended with 255, and had said nothing at all."""
    for words in (["status", "--check"], ["status", "--json"]):
        for place in (["--url", NO_SERVER], []):
            answer = command(  # type: ignore[operator]
                steps, *words, "--quiet", *place, DATABASE_URL=NO_SERVER
            )
            assert (answer.exit_code, answer.stdout) == (255, "")
            assert "FAILED: " in answer.stderr
            assert "refused" in answer.stderr
            assert "hunter2" not in answer.stderr
    for place in (["--url", NO_SERVER], []):
        answer = command(  # type: ignore[operator]
            steps, "wait", "-q", "--timeout", "0", *place, DATABASE_URL=NO_SERVER
        )
        assert (answer.exit_code, answer.stdout) == (1, "")
        assert "refused" in answer.stderr


@BOTH
@pytest.mark.parametrize("value", [NO_SERVER, "hunter2", "not a name", "", "1X"])
def test_a_value_that_is_no_name_of_a_variable(command: object, value: str, steps: Project) -> None:
    """`--url-env "$DATABASE_URL"` showed the URL with its password in the error."""
    for word in "status", "wait":
        answer = command(steps, word, "--url-env", value)  # type: ignore[operator]
        assert answer.stdout == ""
        if value == "hunter2":
            assert (answer.exit_code, "is not set" in answer.stderr) == (255, True)
        else:
            assert answer.exit_code == 2
            assert "the name of an environment variable" in answer.stderr
            assert not value or value not in answer.stderr.partition("error:")[2]


def test_a_long_timeout(steps: Project, postgres_url: str, administrator: Administrator) -> None:
    """`wait --timeout 1000001` ended with a traceback and the exit code of a timeout."""
    administrator.execute("CREATE TABLE alembic_version (version_num text)")
    administrator.execute("INSERT INTO alembic_version VALUES ('step0003')")
    for timeout in ("1000001", "1e300"):
        for place in (["--url", postgres_url], []):
            answer = run(steps, "wait", "--timeout", timeout, *place, DATABASE_URL=postgres_url)
            assert answer.exit_code == 0, answer


@pytest.mark.parametrize("program", [ALEMBIC, ALEMBIC_NATIVE])
def test_control_c_while_a_server_says_nothing(program: str, steps: Project) -> None:
    """Ctrl-C during `status` ended with a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/d?connect_timeout=600"
        with subprocess.Popen(
            [program, "-c", str(steps.ini), "status", "--url", url],
            cwd=steps.folder,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            connection, _ = silent.accept()
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=PATIENCE_SECONDS)
            connection.close()
    assert (process.returncode, stdout, stderr) == (130, "", "Interrupted.\n")


def test_a_server_that_says_nothing_has_not_closed_the_connection(steps: Project) -> None:
    """The error said that it had, "unexpectedly", and gave seconds with ten digits."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = f"postgresql://u@127.0.0.1:{port}/d?connect_timeout=1"
        answer = run(steps, "status", "--url", url)
        assert answer.stderr.startswith(f"FAILED: PostgreSQL at u@127.0.0.1:{port}/d: ")
        assert "no answer within the connect timeout of 1 s." in answer.stderr
        several = f"postgresql://u@127.0.0.1:1,127.0.0.1:{port}/d?connect_timeout=1"
        both = run(steps, "status", "--url", several)
        assert "refused" in both.stderr
        for said in (answer.stderr, both.stderr):
            assert "closed the connection" not in said
        waited = run(steps, "wait", "--timeout", "2.123456789", "--url", url)
        assert "2.123456" not in waited.stdout.splitlines()[1]


def test_two_heads(tmp_path: pathlib.Path, sqlite_url: str) -> None:
    """`status` said "Pending 1" and `status --check` passed, while `upgrade head` failed."""
    lay_out(project(*TWO_HEADS), tmp_path)
    heads = ["bbbb2222", "cccc3333"]
    assert alembic("upgrade", "head", folder=tmp_path).exit_code == 255
    answer = alembic("status", "--check", "--url", sqlite_url, folder=tmp_path)
    assert answer.exit_code == 5
    assert (
        f"The scripts have 2 heads ({heads[0]}, {heads[1]}), so `alembic upgrade head` fails"
        in (answer.stdout)
    )
    meant = ["status", "--check", "--allow-multiple-heads", "--url", sqlite_url]
    assert alembic(*meant, folder=tmp_path).exit_code == 1
    document = json.loads(alembic("status", "--json", "--url", sqlite_url, folder=tmp_path).stdout)
    assert (document["multiple_heads"], document["script_heads"]) == (True, heads)
    status = alembic_native.status(tmp_path / "migrations", url=sqlite_url)
    assert status.has_multiple_heads


@pytest.mark.parametrize("through_env", [False, True])
def test_a_run_at_work_on_postgresql(
    through_env: bool, steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    """Nothing told who held the lock before one ran into it."""
    place = [] if through_env else ["--url", postgres_url]

    def at_work() -> str:
        answer = run(steps, "status", "--json", *place, DATABASE_URL=postgres_url)
        assert answer.exit_code == 0, answer
        said: str = json.loads(answer.stdout)["databases"][0]["run_at_work"]
        return said

    assert at_work() == ""
    key = migration_lock_key("public", "alembic_version")
    administrator.execute(f"SET application_name = E'shop\\x1b'; SELECT pg_advisory_lock({key})")
    ((pid,),) = administrator.execute("SELECT pg_backend_pid()")
    assert at_work().startswith(f"pid {pid}, client 127.0.0.1, application shop")
    answer = run(steps, "status", *place, DATABASE_URL=postgres_url)
    assert f"Pending   3\nAt work   pid {pid}, client 127.0.0.1, application shop" in answer.stdout
    assert "\x1b" not in answer.stdout
    status = alembic_native.status(steps.ini, url=postgres_url)
    assert status.databases[0].run_at_work.startswith(f"pid {pid}")
    administrator.execute("REVOKE SELECT ON pg_stat_activity FROM PUBLIC")
    administrator.execute("DROP ROLE IF EXISTS viewer; CREATE ROLE viewer LOGIN")
    try:
        viewer = postgres_url.replace("postgres@", "viewer@")
        place, postgres_url = ([], viewer) if through_env else (["--url", viewer], viewer)
        assert at_work() == f"pid {pid}"
        administrator.execute("REVOKE SELECT ON pg_locks FROM PUBLIC")
        assert at_work() == ""
    finally:
        administrator.execute("GRANT SELECT ON pg_locks, pg_stat_activity TO PUBLIC")
        administrator.execute("DROP OWNED BY viewer; DROP ROLE viewer")


def test_a_run_at_work_on_mariadb(steps: Project, mariadb_url: str) -> None:
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        name = lock_name(engine.url.database, "alembic_version")
        connection.execute(sa.text("SELECT GET_LOCK(:name, 0)"), {"name": name})
        (pid,) = connection.execute(sa.text("SELECT CONNECTION_ID()")).scalars()
        # `status` says so once there is a version table to migrate.
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        for place in (["--url", mariadb_url], []):
            answer = run(steps, "status", *place, DATABASE_URL=mariadb_url)
            assert f"At work   connection {pid}, client " in answer.stdout


@BOTH
def test_json_without_a_server(command: object, steps: Project) -> None:
    """A program that read JSON met text."""
    for place in (["--url", NO_SERVER], []):
        answer = command(  # type: ignore[operator]
            steps, "status", "--json", *place, DATABASE_URL=NO_SERVER
        )
        assert answer.exit_code == 255
        document = json.loads(answer.stdout)
        assert document["format"] == 1
        assert document["error"]["type"] in ("ConnectionFailed", "OperationalError")
        assert "refused" in document["error"]["message"]
        assert "hunter2" not in answer.stdout


def test_wait_json(steps: Project, postgres_url: str, administrator: Administrator) -> None:
    """`wait` had nothing for programs."""

    def documents(*words: str) -> list[dict[str, object]]:
        answer = run(steps, "wait", "--json", "--timeout", "0.5", *words)
        found = [json.loads(line) for line in answer.stdout.splitlines()]
        assert all(one["format"] == 1 for one in found)
        return found

    first, missing, end = documents("--url", postgres_url)
    assert (first["event"], first["script_heads"]) == ("waiting", ["step0003"])
    assert (missing["event"], end["event"]) == ("not_at_heads", "timed_out")
    (database,) = end["databases"]  # type: ignore[misc]
    assert [one["revision"] for one in database["pending"]] == ["step0001", "step0002", "step0003"]
    kinds = [one["event"] for one in documents("--url", NO_SERVER)]
    assert kinds == ["waiting", "unreachable", "timed_out"]
    administrator.execute("CREATE TABLE alembic_version (version_num text)")
    administrator.execute("INSERT INTO alembic_version VALUES ('step0003')")
    assert [one["event"] for one in documents("--url", postgres_url)] == ["waiting", "reached"]
    (failed,) = documents("--url", "postgresql://h/d?sslmod=x")
    assert failed["event"] == "failed"


def test_nothing_is_left_for_the_end_of_the_process(
    tmp_path: pathlib.Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call with a `package:folder` location left callbacks of `atexit` behind."""
    ini = "[alembic]\nscript_location = shop:migrations\nprepend_sys_path = .\n"
    lay_out(project(*LINEAR, files={"alembic.ini": ini}), tmp_path / "shop")
    (tmp_path / "alembic.ini").write_text(ini)
    (tmp_path / "shop" / "__init__.py").write_text("")
    monkeypatch.chdir(tmp_path)
    alembic_native.status("alembic.ini", url=sqlite_url)
    before = atexit._ncallbacks()  # type: ignore[attr-defined]
    for _ in range(10):
        assert len(alembic_native.status("alembic.ini", url=sqlite_url).pending) == 3
    assert atexit._ncallbacks() == before  # type: ignore[attr-defined]


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg"])
def test_one_database_has_one_name(driver: str, steps: Project, postgres_url: str) -> None:
    """It was `postgresql+asyncpg://postgres@...` through env.py and `postgres@...` with a URL."""
    url = postgres_url.replace("psycopg2", driver)
    answers = [
        run(steps, "status", *place, DATABASE_URL=url).stdout for place in (["--url", url], [])
    ]
    assert answers[0] == answers[1]
    assert answers[0].startswith(f"Database  {postgres_url.partition('//')[2]}\n")


@pytest.mark.parametrize("through_env", [False, True])
def test_what_a_version_table_holds_is_shown_and_not_obeyed(
    through_env: bool, steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    """A version row set the title of the terminal and wrote a line of its own."""
    place = [] if through_env else ["--url", postgres_url]
    administrator.execute("CREATE TABLE alembic_version (version_num text)")
    quoted = HOSTILE.replace("\x1b", "\\x1b").replace("\x07", "\\x07").replace("\n", "\\n")
    administrator.execute(f"INSERT INTO alembic_version VALUES (E'{quoted}')")
    for words in (["status"], ["wait", "--timeout", "0"], ["status", "--json"]):
        answer = run(steps, *words, *place, DATABASE_URL=postgres_url)
        assert "\x1b" not in answer.stdout + answer.stderr
        assert "\nDatabase  another" not in answer.stdout + answer.stderr
    assert SHOWN in run(steps, "status", *place, DATABASE_URL=postgres_url).stdout


@BOTH
def test_what_a_script_holds_is_shown_and_not_obeyed(
    command: object, steps: Project, sqlite_url: str
) -> None:
    """The same by a docstring, an id, the name of a file or an error."""
    path = steps.folder / "versions" / "step0003.py"
    text = path.read_text()
    path.write_text(
        text.replace('"""step 3"""', r'"""\x1b]0;pwn\x07step 3"""').replace(
            'revision = "step0003"', r'revision = "step0003\x1b\n"', 1
        )
    )
    path.rename(path.with_name("three\x1b.py"))
    for words in (["status"], ["wait", "--timeout", "0"]):
        for place in (["--url", sqlite_url], []):
            answer = command(steps, *words, *place, DATABASE_URL=sqlite_url)  # type: ignore[operator]
            assert "\x1b" not in answer.stdout + answer.stderr
            assert r"step0003\x1b\n" in answer.stdout
    path.with_name("three\x1b.py").write_text("raise ValueError('\\x1b]0;pwn')")
    answer = command(steps, "status", "--url", sqlite_url)  # type: ignore[operator]
    assert r"FAILED: ValueError: \x1b]0;pwn" in answer.stderr
    assert "\x1b" not in answer.stderr


def test_an_exception_in_env_py_or_a_script_is_told_by_the_lines_of_the_project(
    steps: Project, sqlite_url: str
) -> None:
    """Most of forty lines were of this package."""
    (steps.folder / "env.py").write_text("import os\nos.environ['NOPE']\n")
    answer = run(steps, "status", DATABASE_URL=sqlite_url)
    assert answer.stderr.splitlines()[1:] == ["    os.environ['NOPE']", "FAILED: KeyError: 'NOPE'"]
    (steps.folder / "versions" / "step0002.py").write_text("def upgrade(:\n")
    answer = run(steps, "status", "--url", sqlite_url)
    assert (
        answer.stderr.splitlines()[-1]
        == "FAILED: SyntaxError: invalid syntax (step0002.py, line 1)"
    )
    assert len(answer.stderr.splitlines()) == 4


@pytest.mark.parametrize("kind", ["through_env", "sqlalchemy", "native"])
def test_a_row_without_a_value_is_named(
    kind: str, steps: Project, sqlite_url: str, postgres_url: str
) -> None:
    """A NULL in the version table was a bare TypeError through env.py."""
    url = postgres_url if kind == "native" else sqlite_url
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('step0001'), (NULL)"))
    place = [] if kind == "through_env" else ["--url", url]
    answer = run(steps, "status", *place, DATABASE_URL=url)
    assert answer.exit_code == 255
    assert "Traceback" not in answer.stderr
    assert "alembic_version" in answer.stderr
