"""`upgrade head` where the database is at the head: answered without env.py, where it may be."""

from __future__ import annotations

import pathlib
import socket

import pytest

from alembic_native.history.declined import Declined
from alembic_native.run import nothing_to_do
from alembic_native.upstream import entry
from alembic_native.upstream.command_words import read_command_line
from alembic_native.upstream.direct_upgrade import DirectUpgrade
from tests.alembic_command import alembic
from tests.differential.cli_projects import ini, lay_out, script
from tests.locking.database import rows
from tests.postgres_administrator import Administrator
from tests.python.reading.test_cli_imports import HEAVY, modules_after

ENV = 'raise SystemExit("env.py was run")\n'
WITHOUT = ini(script_location="scripts")
FILES = {
    "alembic.ini": WITHOUT + "check_first_url_env = DATABASE_URL\n",
    "scripts/env.py": ENV,
    "scripts/versions/1.py": script("a1"),
    "scripts/versions/2.py": script("b2", "a1"),
}
BRANCH = script("c3", "a1")


@pytest.fixture(autouse=True)
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A project of two scripts, and the current folder."""
    lay_out(FILES, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def url(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database at the head, and DATABASE_URL."""
    rows(postgres_url, "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
    rows(postgres_url, "INSERT INTO alembic_version VALUES ('b2')")
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    return postgres_url


def is_answered(*words: str) -> bool:
    """Whether env.py is spared, as far as the command line and the project decide."""
    if not entry.may_be_answered(words):
        return False
    try:
        DirectUpgrade(read_command_line(words)).refuse_unless_nothing_to_do("@-+:")
    except Declined:
        return False
    return True


def test_a_database_at_the_head(folder: pathlib.Path, url: str) -> None:
    """Each start of a container took a second to learn that nothing is to be done."""
    assert not modules_after(FILES, folder, "upgrade", "head") & (HEAVY - {"typing"})
    answer = alembic("upgrade", "head", folder=folder)
    assert (answer.exit_code, answer.stdout, answer.stderr) == (0, "", "")
    rows(url, "UPDATE alembic_version SET version_num = 'a1'")
    answer = alembic("upgrade", "head", folder=folder)
    assert (answer.exit_code, answer.stdout, answer.stderr) == (1, "", "env.py was run\n")


def test_which_command_lines() -> None:
    assert is_answered("upgrade", "head")
    assert is_answered("upgrade", "heads")
    assert is_answered("-c", "alembic.ini", "-q", "--raiseerr", "upgrade", "head")
    for words in (
        "upgrade +1",
        "upgrade b2",
        "upgrade head --sql",
        "upgrade head --tag x",
        "upgrade head -v",
        "-x a=b upgrade head",
        "-n alembic2 upgrade head",
        "upgrade",
        "upgrade head head",
        "downgrade head",
        "stamp head",
    ):
        assert not is_answered(*words.split()), words


def test_which_rows(folder: pathlib.Path, url: str) -> None:
    (folder / "scripts/versions/3.py").write_text(BRANCH)
    assert not is_answered("upgrade", "heads")
    rows(url, "INSERT INTO alembic_version VALUES ('c3')")
    assert is_answered("upgrade", "heads")
    # Which Alembic refuses.
    assert not is_answered("upgrade", "head")
    rows(url, "INSERT INTO alembic_version VALUES ('unknown')")
    assert not is_answered("upgrade", "heads")
    rows(url, "DELETE FROM alembic_version")
    assert not is_answered("upgrade", "heads")
    rows(url, "DROP TABLE alembic_version")
    assert not is_answered("upgrade", "heads")
    for path in folder.glob("scripts/versions/*.py"):
        path.unlink()
    assert not is_answered("upgrade", "heads")


@pytest.mark.parametrize("driver", ["", "+psycopg2", "+psycopg", "+asyncpg"])
def test_urls_of_postgresql(url: str, driver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url.replace("+psycopg2", driver))
    assert is_answered("upgrade", "head")


def test_databases_that_cannot_be_asked(
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The run itself says what is wrong, and nothing else does."""
    monkeypatch.setattr(nothing_to_do, "PATIENCE", 1.0)
    # Takes connections, and says nothing.
    with socket.create_server(("127.0.0.1", 0)) as server:
        for wrong in (
            f"postgresql://me:s3cret@127.0.0.1:{server.getsockname()[1]}/shop",
            "postgresql://me:s3cret@127.0.0.1:1/shop",
            "postgresql://me:s3cret@127.0.0.1:port/shop?nothing=1",
            "postgresql://nobody:s3cret@" + url.partition("@")[2],
            "mysql+pymysql://me:s3cret@127.0.0.1/shop",
            "sqlite:///shop.db",
            "s3cret",
        ):
            monkeypatch.setenv("DATABASE_URL", wrong)
            assert not is_answered("upgrade", "head"), wrong
    monkeypatch.delenv("DATABASE_URL")
    assert not is_answered("upgrade", "head")
    assert capfd.readouterr() == ("", "")


def test_a_table_that_is_locked(
    administrator: Administrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nothing_to_do, "PATIENCE", 1.0)
    with administrator.transaction("LOCK alembic_version"):
        assert not is_answered("upgrade", "head")


def test_where_the_setting_stands(
    folder: pathlib.Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "alembic.ini").write_text(WITHOUT)
    assert not is_answered("upgrade", "head")
    assert not entry.may_be_answered(["upgrade", "head"])
    monkeypatch.setenv("ALEMBIC_CHECK_FIRST_URL", url)
    assert is_answered("upgrade", "head")
    monkeypatch.setenv("ALEMBIC_CHECK_FIRST_URL_ENV", "DATABASE_URL")
    # It is not said which of the two.
    assert not is_answered("upgrade", "head")
    monkeypatch.delenv("ALEMBIC_CHECK_FIRST_URL")
    assert is_answered("upgrade", "head")
    monkeypatch.delenv("ALEMBIC_CHECK_FIRST_URL_ENV")
    (folder / "other.ini").write_text(f"{WITHOUT}check_first_url = {url}\n")
    assert is_answered("--config=other.ini", "upgrade", "head")
    (folder / "pyproject.toml").write_text(f"[tool.alembic]\ncheck_first_url = {url!r}\n")
    assert is_answered("upgrade", "head")


def test_projects_whose_version_table_is_another_one(
    folder: pathlib.Path,
) -> None:
    env = folder / "scripts" / "env.py"
    env.write_text("context.configure(version_table_schema='tenant')\n")
    assert not is_answered("upgrade", "head")
    env.unlink()
    assert not is_answered("upgrade", "head")
    env.write_text(ENV)
    (folder / "alembic.ini").write_text(f"{FILES['alembic.ini']}databases = one, two\n")
    assert not is_answered("upgrade", "head")


def test_somebody_sees_warnings(
    folder: pathlib.Path,
) -> None:
    answer = alembic("upgrade", "head", folder=folder, PYTHONWARNINGS="error::ResourceWarning")
    assert answer.stderr.endswith("env.py was run\n")
