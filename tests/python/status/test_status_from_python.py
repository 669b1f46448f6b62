"""``alembic_native.status`` and ``wait``: for start-up checks and health endpoints."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import pickle
import sys
import time
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

import alembic_native
from alembic_native import database_errors
from tests.differential.cli_processes import ALEMBIC
from tests.differential.cli_projects import DIAMOND, LINEAR, PYPROJECT, lay_out, project
from tests.locking.projects import Project
from tests.postgres_administrator import Administrator
from tests.python.reading.test_cli_imports import python
from tests.threads import in_threads


@pytest.fixture(autouse=True)
def _no_inherited_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def administrator(administrator: Administrator) -> Administrator:
    """With a version table at the second of three scripts."""
    administrator.execute("CREATE TABLE alembic_version (version_num text)")
    administrator.execute("INSERT INTO alembic_version VALUES ('step0002')")
    return administrator


def named(steps: Project) -> dict[str, Any]:
    """The same project in every form."""
    config = Config(steps.ini)
    return {
        "path": steps.ini,
        "string": str(steps.ini),
        "folder": steps.folder,
        "configuration": config,
        "directory": ScriptDirectory.from_config(config),
    }


@pytest.mark.usefixtures("administrator")
def test_every_form_of_a_project(steps: Project, postgres_url: str) -> None:
    expected = alembic_native.Status(
        script_heads=("step0003",),
        databases=(
            alembic_native.DatabaseStatus(
                database=postgres_url.partition("//")[2],
                heads=("step0002",),
                pending=(
                    alembic_native.PendingRevision(
                        revision="step0003",
                        message="step 3",
                        path=str(steps.folder / "versions" / "step0003.py"),
                        number=1,
                        of=1,
                    ),
                ),
                unknown=(),
            ),
        ),
    )
    for form, given in named(steps).items():
        assert alembic_native.status(given, url=postgres_url) == expected, form
    assert alembic_native.status(steps.ini, url=sa.make_url(postgres_url)) == expected


def test_pyproject(tmp_path: pathlib.Path, sqlite_url: str) -> None:
    lay_out(PYPROJECT, tmp_path)
    status = alembic_native.status(tmp_path / "pyproject.toml", url=sqlite_url)
    assert status.script_heads == ("cccc3333",)
    assert [one.revision for one in status.pending] == ["aaaa1111", "bbbb2222", "cccc3333"]


def test_through_env_py(steps: Project, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    for given in steps.ini, Config(steps.ini):
        status = alembic_native.status(given)
        assert (len(status.pending), status.databases[0].database) == (3, sqlite_url)
    for given in steps.folder, ScriptDirectory(str(steps.folder)):
        with pytest.raises(alembic_native.StatusUnavailable, match="which database"):
            alembic_native.status(given)
    with pytest.raises(alembic_native.StatusUnavailable, match=r"named by env\.py"):
        alembic_native.status(steps.ini, version_table="x")


def test_results_are_values(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    status = alembic_native.status(steps.ini, url=postgres_url)
    assert pickle.loads(pickle.dumps(status)) == status
    assert (status.is_at_heads, status.heads, status.unknown) == (False, ("step0002",), ())
    for value in status, status.databases[0], status.pending[0]:
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.heads = ()  # type: ignore[misc]
    administrator.execute("UPDATE alembic_version SET version_num = 'fade'")
    status = alembic_native.status(steps.ini, url=postgres_url)
    assert (status.is_at_heads, status.pending, status.unknown) == (False, (), ("fade",))


def test_what_it_raises(steps: Project, tmp_path: pathlib.Path, postgres_url: str) -> None:
    with pytest.raises(database_errors.ConnectionFailed) as refused:
        alembic_native.status(steps.ini, url="postgresql://u:hunter2@127.0.0.1:1/d")
    assert "hunter2" not in str(refused.value)
    with pytest.raises(FileNotFoundError, match=r"nowhere\.ini: no such file"):
        alembic_native.status(tmp_path / "nowhere.ini", url=postgres_url)
    with pytest.raises(FileNotFoundError, match="has no folder versions"):
        alembic_native.status(tmp_path, url=postgres_url)
    (tmp_path / "empty.ini").write_text("[alembic]\n")
    with pytest.raises(CommandError, match="script_location"):
        alembic_native.status(tmp_path / "empty.ini", url=postgres_url)


def test_a_driver_for_asyncio_through_sqlalchemy(postgres_url: str) -> None:
    """Where there is no native store for a database, its driver may be one for asyncio."""
    from alembic_native.status.through_sqlalchemy import SqlalchemyDatabase
    from alembic_native.status.version_table import VersionTable

    url = postgres_url.replace("psycopg2", "asyncpg")
    (rows,) = SqlalchemyDatabase(url, VersionTable()).read()
    assert rows.database == postgres_url.partition("//")[2]
    assert (rows.heads, rows.missing_table) == ((), "alembic_version")


def test_the_path_for_imports_does_not_grow(tmp_path: pathlib.Path, sqlite_url: str) -> None:
    """Each call put prepend_sys_path in front of it once more."""
    ini = (
        "[alembic]\nscript_location = %(here)s/migrations\n"
        "prepend_sys_path = %(here)s/lib\npath_separator = os\n"
    )
    lay_out(project(*LINEAR, files={"alembic.ini": ini}), tmp_path)
    config = Config(tmp_path / "alembic.ini")
    before = list(sys.path)
    try:
        for _ in range(3):
            alembic_native.status(config, url=sqlite_url)
            alembic_native.status(config)
        assert sys.path == [str(tmp_path / "lib"), *before]
    finally:
        sys.path[:] = before


# Waiting.


def test_wait_returns_the_status(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    lines: list[str] = []

    def finish(line: str) -> None:
        lines.append(line)
        if "still to run" in line:
            administrator.execute("UPDATE alembic_version SET version_num = 'step0003'")

    status = alembic_native.wait(steps.ini, url=postgres_url, tell=finish)
    assert (status.is_at_heads, status.heads) == (True, ("step0003",))
    begins, missing, reached = lines
    assert begins.endswith("to be at step0003, at most 60 s.")
    assert "1 revision is still to run" in missing
    assert reached.endswith("is at step0003.")


@pytest.mark.usefixtures("administrator")
def test_wait_times_out(steps: Project, postgres_url: str) -> None:
    for timeout in (0, 0.5):
        with pytest.raises(alembic_native.WaitTimeout, match="Still missing: step0003") as caught:
            alembic_native.wait(steps.ini, url=postgres_url, timeout=timeout)
        assert isinstance(caught.value, TimeoutError)
        assert caught.value.status == alembic_native.status(steps.ini, url=postgres_url)
        copy = pickle.loads(pickle.dumps(caught.value))
        assert (str(copy), copy.status) == (str(caught.value), caught.value.status)
    with pytest.raises(alembic_native.WaitTimeout, match="refused") as caught:
        alembic_native.wait(steps.ini, url="postgresql://u@127.0.0.1:1/d", timeout=0)
    assert caught.value.status is None


@pytest.mark.parametrize("timeout", [-1, float("nan"), float("inf")])
def test_timeouts_are_numbers_of_seconds(timeout: float, steps: Project) -> None:
    with pytest.raises(ValueError, match="seconds"):
        alembic_native.wait(steps.ini, url="postgresql://", timeout=timeout)


# Threads.


@pytest.mark.usefixtures("administrator")
def test_several_threads_at_once(
    steps: Project, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each form of a project, a directory that all of them share, and env.py."""
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    forms = list(named(steps).values())

    def inspect(number: int) -> None:
        for turn in range(4):
            given = forms[(number + turn) % len(forms)]
            status = alembic_native.status(given, url=postgres_url)
            assert [one.revision for one in status.pending] == ["step0003"]
        status = alembic_native.status(steps.ini)
        assert [one.revision for one in status.pending] == ["step0003"]

    in_threads(8, inspect)


def test_threads_that_wait(steps: Project, postgres_url: str, administrator: Administrator) -> None:
    def wait(number: int) -> None:
        if number == 0:
            while administrator.native_sessions() < 5:
                time.sleep(0.01)
            administrator.execute("UPDATE alembic_version SET version_num = 'step0003'")
        else:
            assert alembic_native.wait(steps.ini, url=postgres_url).is_at_heads

    in_threads(6, wait)


# What is imported.

PROGRAM = """
import json, sys
import alembic_native
project, url = sys.argv[1:]
status = alembic_native.status(project, url=url)
try:
    alembic_native.wait(project, url=url, timeout=0)
except alembic_native.WaitTimeout as timeout:
    assert timeout.status == status
print(json.dumps([len(status.pending), sorted(sys.modules)]))
"""

#: As the script of the command does.
COMMAND = f"""
import json, sys
sys.argv[:] = [{ALEMBIC!r}, *sys.argv[1:]]
try:
    exec(compile(open(sys.argv[0]).read(), sys.argv[0], "exec"))
except SystemExit:
    pass
print("\\n" + json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("form", ["alembic.ini", "migrations"])
def test_neither_sqlalchemy_nor_env_py_is_imported(
    form: str, tmp_path: pathlib.Path, postgres_url: str
) -> None:
    lay_out(project(*DIAMOND, files={"migrations/env.py": "raise SystemExit"}), tmp_path)
    output = python("-c", PROGRAM, form, postgres_url, folder=tmp_path)
    pending, loaded = json.loads(output)
    assert pending == 4
    assert not {"sqlalchemy", "mako", "alembic.util", "argparse", "logging"} & set(loaded)
    assert not any("change" in name for name in loaded), "a script was imported"


@pytest.mark.parametrize(
    "words", ["status", "status --check --json", "status --all-schemas", "wait --timeout 0"]
)
def test_the_commands_import_little(words: str, tmp_path: pathlib.Path, postgres_url: str) -> None:
    lay_out(project(*LINEAR, files={"migrations/env.py": "raise SystemExit"}), tmp_path)
    output = python(
        "-c", COMMAND, *words.split(), "--url-env", "SHOP", folder=tmp_path, SHOP=postgres_url
    )
    loaded = set(json.loads(output.splitlines()[-1]))
    assert "alembic_native._postgres" in loaded
    assert not {"sqlalchemy", "mako", "alembic.util", "argparse", "logging"} & loaded
    assert not {"dataclasses", "inspect", "typing", "pathlib", "datetime"} & loaded


def test_other_commands_do_not_load_the_store(tmp_path: pathlib.Path) -> None:
    lay_out(project(*LINEAR), tmp_path)
    output = python("-c", COMMAND, "heads", folder=tmp_path)
    loaded = json.loads(output.splitlines()[-1])
    assert not {"alembic_native._postgres", "alembic_native.upstream.direct_status"} & set(loaded)


def test_a_build_without_the_store_says_what_to_install(
    tmp_path: pathlib.Path, postgres_url: str
) -> None:
    lay_out(project(*LINEAR), tmp_path)
    program = """
import sys
sys.stderr = sys.stdout
sys.modules["alembic_native._postgres"] = None
from alembic.config import main
try:
    main(["status", "--url", sys.argv[1]])
except SystemExit as end:
    print(end.code)
"""
    output = python("-c", program, postgres_url, folder=tmp_path)
    error, _, code = output.strip().rpartition("\n")
    assert error.startswith("FAILED: The URL of a PostgreSQL database needs the native core: its ")
    assert error.endswith("Or leave out the URL to go through env.py.")
    assert code == "255"


def test_the_function_stays_the_function(tmp_path: pathlib.Path) -> None:
    """After its first call `alembic_native.status` was the package of that name."""
    program = """
import alembic_native
import alembic_native.status.report, alembic_native.status.errors
print(callable(alembic_native.status), alembic_native.Status.__name__)
"""
    assert python("-c", program, folder=tmp_path) == "True Status\n"
