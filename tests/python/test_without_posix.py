"""The package where the system is no POSIX system, as far as that can be seen on one."""

from __future__ import annotations

import ntpath
import os
import pathlib
import signal
import types
from collections.abc import Iterator

import pytest

from alembic_native import git_repository, relative_path
from alembic_native.file_replacement import replace_file
from alembic_native.history import configuration
from alembic_native.lint.formats import paths, sarif
from alembic_native.locking.lock_file import lock_file
from tests import alembic_command, native_command, without_posix
from tests.alembic_command import Answer
from tests.locking.database import State, state, upgraded
from tests.locking.projects import Project
from tests.python.locking.test_locking_waiting import TIMED_OUT, WAITING, Run
from tests.without_posix import byte_range_locks

LOCKED_BYTE = 1 << 30
#: As on a console of Windows, not every letter can be written.
ENVIRONMENT = {
    "PYTHONPATH": os.path.dirname(without_posix.__file__),
    "PYTHONIOENCODING": "ascii",
}
#: What a run logs before its first script.
BEGUN = "Running upgrade"
#: Ends once there is a file `go` beside `alembic.ini`.
PATIENT = """\
    while not os.path.exists("{folder}/go"):
        pass
    op.create_table("table_1", sa.Column("id", sa.Integer, primary_key=True))
"""


@pytest.fixture
def url(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a database file; lock files lie below `tmp_path`, too."""
    for name in ("XDG_RUNTIME_DIR", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return Project(tmp_path / "größe 東京", 3)


@pytest.fixture
def begun(tmp_path: pathlib.Path, url: str) -> Iterator[Run]:
    """An upgrade that is in its first script, and its project."""
    folder = tmp_path / "patient"
    project = Project(folder, 2, bodies={1: PATIENT.format(folder=folder)})
    run = Run(project, url, environment=ENVIRONMENT).start()
    run.wait_for(BEGUN)
    yield run
    run.send(signal.SIGKILL)
    run.wait()


def alembic(project: Project, *words: str, url: str) -> Answer:
    return alembic_command.alembic(
        *project.command(*words), folder=project.folder.parent, DATABASE_URL=url, **ENVIRONMENT
    )


def alembic_native(project: Project, *words: str, url: str) -> Answer:
    return native_command.alembic_native(
        *project.command(*words), folder=project.folder.parent, DATABASE_URL=url, **ENVIRONMENT
    )


def test_the_commands(project: Project, url: str) -> None:
    """The import of the package ended in AttributeError: os has no register_at_fork."""
    answer = alembic(project, "upgrade", "head", url=url)
    assert answer.exit_code == 0, answer
    assert state(url) == upgraded(project)
    for words in (["current"], ["heads"]):
        answer = alembic(project, *words, url=url)
        assert (answer.exit_code, answer.stdout) == (0, "step0003 (head)\n"), answer
    answer = alembic(project, "lint", url=url)
    assert answer.exit_code == 0, answer


def test_the_command_of_our_own(project: Project, url: str) -> None:
    """`info` ended in UnicodeEncodeError where the console has no such letters."""
    answer = alembic_native(project, "status", "--check", "--url", url, url=url)
    assert answer.exit_code == 1, answer
    assert "1 of 3  step0001  step 1  gr??e ??/versions/step0001.py" in answer.stdout
    answer = alembic_native(project, "wait", "--timeout", "0", "--url", url, url=url)
    assert answer.exit_code == 1, answer
    assert "Still missing: step0001, step0002, step0003." in answer.stdout
    answer = alembic_native(project, "lint", url=url)
    assert answer.exit_code == 0, answer
    answer = alembic_native(project, "info", url=url)
    assert "overlay: active" in answer.stdout, answer


def test_of_two_upgrades_one_waits_for_the_other(
    begun: Run, tmp_path: pathlib.Path, url: str
) -> None:
    other = Project(tmp_path / "other", 2)
    waiting = Run(other, url, environment=ENVIRONMENT).start()
    waiting.wait_for(WAITING)
    (begun.project.folder / "go").touch()
    assert (begun.wait(), waiting.wait()) == (0, 0), begun.output + waiting.output
    assert state(url) == upgraded(other)


def test_the_lock_of_a_process_that_was_killed_is_free(
    begun: Run, tmp_path: pathlib.Path, url: str
) -> None:
    begun.send(signal.SIGKILL)
    begun.wait()
    other = Project(tmp_path / "other", 2, {"migration_lock_timeout": "0"})
    assert alembic(other, "upgrade", "head", url=url).exit_code == 0
    assert state(url) == upgraded(other)


def test_whoever_waits_gives_up_in_time(tmp_path: pathlib.Path, url: str) -> None:
    project = Project(tmp_path / "project", 2, {"migration_lock_timeout": "0"})
    path = lock_file(str(tmp_path / "shop.db"))
    with path.open("w+b", buffering=0) as file:
        path.chmod(0o600)
        file.write(b"pid 1, the test")
        file.seek(LOCKED_BYTE)
        byte_range_locks.locking(file.fileno(), byte_range_locks.LK_NBLCK, 1)
        answer = alembic(project, "upgrade", "head", url=url)
    assert answer.exit_code == TIMED_OUT, answer
    assert "pid 1, the test" in answer.stderr
    assert state(url) == State([], [], [])


def test_a_file_is_replaced_where_none_can_be_given_away(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`rebase` and `heads_file` ended in AttributeError: os has no chown."""
    monkeypatch.delattr(os, "chown")
    path = tmp_path / "heads"
    for content in (b"one\n", b"two\n"):
        replace_file(str(path), content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths as on Windows, in the modules under test."""
    system = types.SimpleNamespace(
        path=ntpath,
        sep=ntpath.sep,
        curdir=ntpath.curdir,
        pardir=ntpath.pardir,
        getcwd=lambda: "C:\\shop",
        environ={},
        fsencode=os.fsencode,
        fsdecode=os.fsdecode,
    )
    for module in (configuration, git_repository, paths, relative_path, sarif):
        monkeypatch.setattr(module, "os", system)
    monkeypatch.setattr(sarif, "PurePath", pathlib.PureWindowsPath)


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    ("file", "here"),
    [
        ("alembic.ini", "C:/shop"),
        ("db\\..\\alembic.ini", "C:/shop/db/.."),
        ("D:/other/./alembic.ini", "D:/other"),
    ],
)
def test_here_is_upstreams(file: str, here: str) -> None:
    """%(here)s was /C:\\shop on Windows, and so no script was found."""
    assert configuration._folder(file) == here


@pytest.mark.usefixtures("windows")
def test_a_file_on_another_drive() -> None:
    """`lint` ended in ValueError: path is on mount 'D:', start on mount 'C:'."""
    assert relative_path.relative_path("D:\\v\\a.py", "C:\\shop") == "D:\\v\\a.py"
    assert relative_path.relative_path("C:\\shop\\v\\a.py", "C:\\shop") == "v\\a.py"
    assert paths.repository_path("D:\\v\\a.py") == "D:/v/a.py"
    assert paths.repository_path("C:\\shop\\v\\a.py") == "v/a.py"
    assert sarif._artifact("C:\\shop\\v\\a.py")["uri"] == "v/a.py"
    assert sarif._artifact("D:\\v w\\a.py")["uri"] == "file:///D:/v%20w/a.py"


@pytest.mark.usefixtures("windows")
def test_git_names_files_with_slashes() -> None:
    """A folder was versions\\old to git, which has none of that name."""
    repository = git_repository.GitRepository("C:\\shop", is_shallow=False)
    assert repository._relative("C:\\shop\\versions\\old") == b"versions/old"
    assert repository._relative("C:\\shop") == b""
    assert repository._absolute(b"versions/a.py") == "C:\\shop\\versions\\a.py"
    for outside in ("C:\\", "D:\\shop"):
        with pytest.raises(git_repository.GitFailed, match="does not lie in the repository"):
            repository._relative(outside)
