"""`-v` after `upgrade`, `downgrade` and `stamp`: what it logs, and that nothing else changes."""

from __future__ import annotations

import logging
import pathlib
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from alembic import command
from alembic.config import CommandLine, Config

from tests.differential.cli_processes import Result, clean_environment, run_process
from tests.differential.cli_projects import ini, lay_out

ENV_PY = """
import logging, os
from alembic import context
from sqlalchemy import create_engine

{logging}
if context.is_offline_mode():
    context.configure(dialect_name="sqlite")
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
ALEMBIC_LOGS = 'logging.basicConfig(format="%(name)s: %(message)s", level=logging.INFO)'

FIRST = '''"""customers"""
from alembic import op
import sqlalchemy as sa

revision = "aaaa1111"
down_revision = None


def upgrade():
    customer = op.create_table("customer", sa.Column("name", sa.String(20)))
    op.bulk_insert(customer, [{"name": "secret"}, {"name": "confidential"}])


def downgrade():
    op.drop_table("customer")
'''
SECOND = '''"""names in capitals"""
from alembic import op

revision = "bbbb2222"
down_revision = "aaaa1111"


def upgrade():
    op.execute("UPDATE customer SET name = upper(name)")


def downgrade():
    pass
'''


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "project"
    write_project(path, ALEMBIC_LOGS)
    return path


def write_project(folder: pathlib.Path, logging_lines: str) -> None:
    files = {
        "alembic.ini": ini(script_location="%(here)s/migrations"),
        "migrations/env.py": ENV_PY.replace("{logging}", logging_lines),
        "migrations/versions/first.py": FIRST,
        "migrations/versions/second.py": SECOND,
    }
    lay_out(files, folder)


def run(folder: pathlib.Path, line: str, url: str = "sqlite:///shop.db", **more: str) -> Result:
    return run_process(folder, line.split(), {"DATABASE_URL": url, **more})


def log_of(result: Result) -> list[str]:
    """The records of statements and times, the times left out."""
    assert result.exit_code == 0, result
    text = re.sub(r"\b\d+\.\d{3} s\b", "<time>", result.stderr.decode())
    records = re.split(r"(?m)^(?=[\w.]+: )", text)
    return [
        re.sub(r"\s+", " ", record.partition(": ")[2]).strip()
        for record in records
        if record.startswith("alembic.statements: ")
    ]


def test_each_statement_and_the_time_of_each_revision(folder: pathlib.Path) -> None:
    assert log_of(run(folder, "upgrade head -v")) == [
        "CREATE TABLE customer ( name VARCHAR(20) )",
        "INSERT INTO customer (name) VALUES (?)",
        "INSERT INTO alembic_version (version_num) VALUES ('aaaa1111') RETURNING version_num",
        "Took <time>, 1 of 2: upgrade -> aaaa1111, customers",
        "UPDATE customer SET name = upper(name)",
        "UPDATE alembic_version SET version_num='bbbb2222'"
        " WHERE alembic_version.version_num = 'aaaa1111'",
        "Took <time>, 2 of 2: upgrade aaaa1111 -> bbbb2222, names in capitals",
    ]
    assert log_of(run(folder, "downgrade --verbose -1"))[-1] == (
        "Took <time>, 1 of 1: downgrade bbbb2222 -> aaaa1111, names in capitals"
    )
    assert log_of(run(folder, "stamp -v head"))[-1] == (
        "Took <time>, 1 of 1: stamp aaaa1111 -> bbbb2222"
    )


def test_nothing_else_is_said_or_done(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for line in ("upgrade head", "downgrade base", "stamp head"):
        plain = run(folder, line, "sqlite:///plain.db")
        verbose = run(folder, f"{line} -v", "sqlite:///verbose.db")
        assert (verbose.stdout, verbose.exit_code) == (plain.stdout, plain.exit_code)
        rest = re.sub(
            rb"(?m)^alembic\.(statements|run): (.*\n(?![\w.]+: ))*.*\n", b"", verbose.stderr
        )
        assert rest == plain.stderr
    # A second run has nothing to do, and nothing to say.
    assert log_of(run(folder, "upgrade head -v", "sqlite:///verbose.db")) == []
    assert not list(tmp_path.glob("*.db"))


def test_every_database(
    folder: pathlib.Path, make_database: Callable[[str], str], database_kind: str
) -> None:
    log = log_of(run(folder, "upgrade head -v", make_database(database_kind)))
    assert log[0].startswith("CREATE TABLE customer")
    assert [line for line in log if line.startswith("Took")] == [
        "Took <time>, 1 of 2: upgrade -> aaaa1111, customers",
        "Took <time>, 2 of 2: upgrade aaaa1111 -> bbbb2222, names in capitals",
    ]
    # The lock, the look for the version table and its creation are no part of a revision.
    assert not [line for line in log if re.search("lock|SELECT|CREATE TABLE alembic", line, re.I)]
    assert not [line for line in log if "secret" in line]


def test_a_statement_that_fails_is_the_last_one_logged(folder: pathlib.Path) -> None:
    script = folder / "migrations" / "versions" / "second.py"
    script.write_text(SECOND.replace("customer", "no_such_table"))
    result = run(folder, "upgrade head -v")
    assert result.exit_code == 1
    assert b"alembic.statements: UPDATE no_such_table" in result.stderr
    assert result.stderr.count(b"Took") == 1


def test_no_password_is_logged(folder: pathlib.Path) -> None:
    """A password that a script sets was in the log."""
    script = folder / "migrations" / "versions" / "second.py"
    statement = "SELECT 'hunter2' AS password, 'moonlight' AS name"
    script.write_text(SECOND.replace("UPDATE customer SET name = upper(name)", statement))
    log = log_of(run(folder, "upgrade head -v", SHOP_PASSWORD="moonlight"))
    assert "SELECT '***' AS password, '***' AS name" in log


@pytest.mark.parametrize(
    "logging_lines",
    ["", "logging.basicConfig(level=logging.ERROR)"],
    ids=["no logging", "errors only"],
)
def test_the_log_is_seen_where_env_py_shows_less(
    tmp_path: pathlib.Path, logging_lines: str
) -> None:
    write_project(tmp_path / "project", logging_lines)
    result = run(tmp_path / "project", "upgrade head -v")
    assert b"CREATE TABLE customer" in result.stderr
    assert b"Took" in result.stderr
    assert b"Running upgrade" not in result.stderr


def test_offline_the_statements_are_the_output(folder: pathlib.Path) -> None:
    verbose = run(folder, "upgrade head --sql -v")
    assert log_of(verbose) == []
    assert verbose.stdout == run(folder, "upgrade head --sql").stdout
    assert b"CREATE TABLE customer" in verbose.stdout


def test_help_names_it_and_python_dash_m_takes_it(folder: pathlib.Path) -> None:
    for command_name in ("upgrade", "downgrade", "stamp"):
        assert b"-v, --verbose" in run(folder, f"{command_name} --help").stdout
    result = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head", "-v"],
        cwd=folder,
        env=clean_environment(DATABASE_URL="sqlite:///shop.db"),
        capture_output=True,
    )
    assert result.returncode == 0
    assert b"alembic.statements: CREATE TABLE customer" in result.stderr


def test_switched_off_it_is_refused_as_upstream_does(folder: pathlib.Path) -> None:
    result = run(folder, "upgrade head -v", ALEMBIC_NATIVE="0")
    assert result.exit_code == 2
    assert b"unrecognized arguments: -v" in result.stderr


@pytest.mark.parametrize("line", ["current -v", "history -v", "heads -v", "branches -v"])
def test_elsewhere_it_means_what_it_did(folder: pathlib.Path, line: str) -> None:
    run(folder, "upgrade head")
    verbose = run(folder, line)
    assert verbose == run(folder, line, ALEMBIC_NATIVE="0")
    assert log_of(verbose) == []


class ShopCommandLine(CommandLine):
    """As a program has it that adds commands and options of its own."""

    def __init__(self) -> None:
        super().__init__(prog="shop")
        self.register_command(restock)
        downgrade = self.subparsers.choices["downgrade"]
        downgrade.add_argument("-v", dest="my_own", action="store_true")


restocked: list[bool] = []


def restock(_config: Config, verbose: bool = False) -> None:
    """Fill the shelves."""
    restocked.append(verbose)


def test_a_command_line_of_somebodys_own(
    folder: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///shop.db")
    caplog.set_level(logging.INFO)
    shop = ShopCommandLine()

    def statements_of(*words: str) -> list[str]:
        caplog.clear()
        shop.main([*words])
        return [record.message for record in caplog.records if record.name == "alembic.statements"]

    assert len(statements_of("upgrade", "head", "-v")) == 7
    # A -v of its own stays its own.
    assert statements_of("downgrade", "-1", "-v") == []
    # So does a command of its own, which takes -v as any of upstream's would.
    assert statements_of("restock", "-v") == []
    assert restocked == [True]
    # And the functions are called as ever.
    caplog.clear()
    command.upgrade(Config(folder / "alembic.ini"), "head")
    assert "alembic.statements" not in {record.name for record in caplog.records}
