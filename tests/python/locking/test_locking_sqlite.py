"""The lock file of an SQLite database: where it lies, and what happens where it cannot."""

from __future__ import annotations

import errno
import os
import pathlib
import tempfile
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from alembic_native.locking.errors import MigrationLockTimeout, MigrationLockUnavailable
from alembic_native.locking.lock_file import give_up, lock_file, take
from tests.locking.database import lock_held, lock_is_free, rows, state, upgraded
from tests.locking.projects import Project

NO_LOCK_FILE = "No lock file can be made for"


@pytest.fixture(autouse=True)
def folders(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A runtime folder and one for temporary files that are empty, and a database `shop.db`."""
    for name in ("runtime", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    rows(f"sqlite:///{tmp_path}/shop.db", "SELECT 1")


@pytest.fixture
def url(tmp_path: pathlib.Path) -> str:
    return f"sqlite:///{tmp_path}/shop.db"


def upgrade(project: Project, url: str) -> None:
    config = Config(project.ini)
    config.set_main_option("sqlalchemy.url", url)
    command.upgrade(config, "head")


def test_it_is_the_users_own(
    tmp_path: pathlib.Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(Project(tmp_path / "project", 1), url)
    [path] = (tmp_path / "runtime" / "alembic-native").iterdir()
    assert path == lock_file(str(tmp_path / "shop.db"))
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600

    monkeypatch.delenv("XDG_RUNTIME_DIR")
    expected = tmp_path / "temporary" / f"alembic-native-{os.getuid()}"
    assert lock_file("shop.db").parent == expected


@pytest.mark.parametrize(
    "name",
    [
        "shop.db",
        "folder/../shop.db",
        "link.db",
        "file:shop.db?uri=true",
        "file:{folder}/link.db?cache=shared&uri=true",
    ],
)
def test_one_database_by_many_names_is_one_lock(
    name: str, tmp_path: pathlib.Path, url: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.db").symlink_to("shop.db")
    project = Project(tmp_path / "project", 2, {"migration_lock_timeout": "0"})
    named = f"sqlite:///{name.format(folder=tmp_path)}"
    with lock_held(url), pytest.raises(MigrationLockTimeout, match=r"shop\.db"):
        upgrade(project, named)
    upgrade(project, named)
    assert state(url) == upgraded(project)


@pytest.mark.parametrize(
    "in_memory", ["sqlite://", "sqlite:///file:shop?mode=memory&cache=shared&uri=true"]
)
def test_databases_in_memory_have_no_lock(in_memory: str, tmp_path: pathlib.Path) -> None:
    upgrade(Project(tmp_path / "project", 2), in_memory)
    assert not (tmp_path / "runtime" / "alembic-native").exists()


def folder_of_another_user(tmp_path: pathlib.Path) -> pathlib.Path:
    if os.getuid() != 0:
        return pathlib.Path("/")
    folder = tmp_path / "of_another"
    folder.mkdir()
    os.chown(folder, 1, -1)
    return folder


def test_the_runtime_folder_of_another_user_is_not_used(
    tmp_path: pathlib.Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `sudo -E`, root left a folder there that stopped each later run of its user."""
    other = folder_of_another_user(tmp_path)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(other))
    project = Project(tmp_path / "project", 2)
    upgrade(project, url)
    assert not (other / "alembic-native").exists()
    assert len(list((tmp_path / "temporary").glob("alembic-native-*/*.lock"))) == 1


@pytest.mark.parametrize("missing", ["folder", "file"])
def test_a_machine_on_which_no_lock_file_can_be_made(
    missing: str,
    tmp_path: pathlib.Path,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An upgrade ended with `OSError` in containers that cannot write to /tmp."""
    if missing == "folder":
        # A file where each of the folders would be.
        (tmp_path / "file").touch()
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    else:
        lock_file(str(tmp_path / "shop.db")).mkdir()
    project = Project(tmp_path / "project", 2)
    upgrade(project, url)
    assert capsys.readouterr().err.count(NO_LOCK_FILE) == 1
    assert state(url) == upgraded(project)

    required = Project(tmp_path / "required", 3, {"migration_lock": "required"})
    with pytest.raises(MigrationLockUnavailable, match=NO_LOCK_FILE):
        upgrade(required, url)
    assert state(url) == upgraded(project)


def none_at_all() -> str:
    raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")


@pytest.mark.parametrize("gettempdir", [none_at_all, os.getcwd])
def test_without_any_folder_for_temporary_files_it_is_in_that_for_state(
    gettempdir: Callable[[], str],
    tmp_path: pathlib.Path,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On a read-only root without /tmp the second place was not tried, and the run had no lock.

    Where the current folder could be written to, Python takes that for temporary files: runs from
    two folders did not keep each other out.
    """
    monkeypatch.setattr(tempfile, "gettempdir", gettempdir)
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    project = Project(tmp_path / "project", 2)
    upgrade(project, url)
    assert len(list((tmp_path / "state" / "alembic-native").glob("*.lock"))) == 1
    assert "no folder for temporary files can be written to" in capsys.readouterr().err
    assert state(url) == upgraded(project)


OBSTACLES: dict[str, Callable[[pathlib.Path], object]] = {
    "a link": lambda folder: folder.symlink_to(folder.parent),
    "a link to nowhere": lambda folder: folder.symlink_to("/nowhere"),
    "a file": lambda folder: folder.touch(),
    "a folder that all can write to": lambda folder: (folder.mkdir(), folder.chmod(0o777)),
    "a folder of another user": lambda folder: (folder.mkdir(), os.chown(folder, 1, -1)),
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_a_folder_that_somebody_else_has_put_there_is_not_used(
    obstacle: str,
    tmp_path: pathlib.Path,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Anybody could stop another user's upgrades, or have them write into a folder of his."""
    if "another user" in obstacle and os.geteuid() != 0:
        pytest.fail("needs root")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    put_there = tmp_path / "temporary" / f"alembic-native-{os.geteuid()}"
    OBSTACLES[obstacle](put_there)
    before = sorted(tmp_path.iterdir())
    project = Project(tmp_path / "project", 2)
    upgrade(project, url)
    assert state(url) == upgraded(project)
    assert str(put_there) in capsys.readouterr().err
    assert len(list((tmp_path / "state" / "alembic-native").glob("*.lock"))) == 1
    assert not put_there.is_dir() or put_there.is_symlink() or not list(put_there.iterdir())
    assert set(tmp_path.iterdir()) - set(before) == {tmp_path / "project", tmp_path / "state"}


@pytest.mark.parametrize("way", ["hard link", "symbolic link"])
def test_a_file_of_another_name_is_not_overwritten(
    way: str, tmp_path: pathlib.Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A link in place of the lock file had its target emptied and written to."""
    precious = tmp_path / "precious"
    precious.write_text("content")
    path = lock_file(str(tmp_path / "shop.db"))
    if way == "hard link":
        path.hardlink_to(precious)
    else:
        path.symlink_to(precious)
    project = Project(tmp_path / "project", 2)
    upgrade(project, url)
    assert precious.read_text() == "content"
    assert capsys.readouterr().err.count(NO_LOCK_FILE) == 1
    assert state(url) == upgraded(project)


def test_a_lock_file_that_is_no_text(
    tmp_path: pathlib.Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A waiter ended with UnicodeDecodeError."""
    path = lock_file(str(tmp_path / "shop.db"))
    descriptor = take(path, "")
    assert descriptor is not None
    path.write_bytes(b"pid \xff\xfe")
    project = Project(tmp_path / "project", 2, {"migration_lock_timeout": "0.2"})
    with pytest.raises(MigrationLockTimeout, match="its holder is not known"):
        upgrade(project, url)
    assert "waiting for it: its holder is not known" in capsys.readouterr().err
    give_up(descriptor)


def test_a_database_in_memory_satisfies_who_requires_the_lock(tmp_path: pathlib.Path) -> None:
    upgrade(Project(tmp_path / "project", 2, {"migration_lock": "required"}), "sqlite://")


def test_a_database_that_cannot_be_written_fails_as_ever(tmp_path: pathlib.Path) -> None:
    with pytest.raises(sa.exc.OperationalError, match="readonly database"):
        upgrade(Project(tmp_path / "project", 2), "sqlite:///file:shop.db?mode=ro&uri=true")


STAMPS_ANOTHER = """\
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    context = MigrationContext.configure(op.get_bind(), opts={{"version_table": "of_a_plugin"}})
    context.stamp(ScriptDirectory({folder!r}), "head")
"""


def test_a_script_that_stamps_another_version_table_of_the_file(
    tmp_path: pathlib.Path, url: str
) -> None:
    """It waited for the lock of the run that it is a part of."""
    plugin = Project(tmp_path / "plugin", 2)
    bodies = {2: STAMPS_ANOTHER.format(folder=str(plugin.folder))}
    project = Project(tmp_path / "project", 3, {"migration_lock_timeout": "0"}, bodies)
    upgrade(project, url)
    assert state(url).heads == project.revisions[-1:]
    assert rows(url, "SELECT version_num FROM of_a_plugin") == [("step0002",)]
    assert lock_is_free(url)


STAMPS_IN_ANOTHER_THREAD = """\
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from concurrent.futures import ThreadPoolExecutor

    def stamp():
        config = Config({folder!r} + "/alembic.ini")
        config.set_main_option("migration_lock_timeout", "0")
        script = ScriptDirectory.from_config(config)
        environment = EnvironmentContext(config, script)
        with sa.create_engine(op.get_bind().engine.url).connect() as connection:
            context = MigrationContext.configure(
                connection, environment_context=environment, opts={{"version_table": "plugin"}}
            )
            context.stamp(script, "head")

    with ThreadPoolExecutor() as threads:
        threads.submit(stamp).result()
"""


def test_another_thread_is_not_within_the_run(tmp_path: pathlib.Path, url: str) -> None:
    """It may not take the lock of the run for its own."""
    body = STAMPS_IN_ANOTHER_THREAD.format(folder=str(Project(tmp_path / "plugin", 2).folder))
    project = Project(tmp_path / "project", 1, bodies={1: body})
    with pytest.raises(MigrationLockTimeout):
        upgrade(project, url)
