"""Files and folders that are no scripts: a message, no hang, nothing in the database."""

from __future__ import annotations

import os
import pathlib
import random
import subprocess
import sys
import threading

import pytest

from tests.small_project import PATIENCE, Project, last_line, script, small_project


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return small_project(tmp_path)


_BROKEN_FILES = {
    "binary": bytes(range(256)) * 20,
    "random_bytes": random.Random(1).randbytes(5000),
    "bad_encoding": 'revision = "é"\ndown_revision = None\n'.encode("latin-1"),
    "unknown_encoding": b"# coding: nonsense\nrevision = 'x1'\ndown_revision = None\n",
    "null_byte": b"revision = 'x1'\0\ndown_revision = None\n",
    "null_byte_in_a_comment": b"revision = 'x1'\ndown_revision = None\n# \0\n",
    "unterminated_string": b"revision = 'x1\ndown_revision = None\n",
    "unterminated_docstring": b'"""\nrevision = "x1"\ndown_revision = None\n',
    "unclosed_brackets": b"revision = 'x1'\ndown_revision = None\nx = " + b"(" * 10_000,
    "deep_brackets": b"revision = 'x1'\ndown_revision = None\nx = " + b"(" * 10_000 + b")" * 10_000,
    "deep_brackets_around_the_id": b"revision = " + b"(" * 10_000 + b"'x1'" + b")" * 10_000,
    "no_revision": b"down_revision = 'bbbb2'\n",
    "empty": b"",
    "no_down_revision": b"revision = 'x1'\n",
    "revision_none": b"revision = None\ndown_revision = None\n",
    "revision_empty": b"revision = ''\ndown_revision = None\n",
    "revision_number": b"revision = 5\ndown_revision = None\n",
    "illegal_character": b"revision = 'x-1'\ndown_revision = 'bbbb2'\n",
    "illegal_characters": b"revision = 'x@1+'\ndown_revision = 'bbbb2'\n",
    "self_loop": b"revision = 'x1'\ndown_revision = 'x1'\n",
    "dependency_self_loop": b"revision = 'x1'\ndown_revision = 'bbbb2'\ndepends_on = 'x1'\n",
    "raises": b"revision = 'x1'\ndown_revision = 'bbbb2'\nraise ValueError('not today')\n",
}


@pytest.mark.parametrize("kind", _BROKEN_FILES)
def test_broken_file_stops_the_upgrade_before_the_database(project: Project, kind: str) -> None:
    project.write("3.py", _BROKEN_FILES[kind])
    theirs = project.run("upgrade", "head", native=False)
    message = project.refused("upgrade", "head")
    assert message == last_line(theirs)


_WRONG_TYPES = {
    "revision_list": ("revision = ['x1']", "revision", "['x1']"),
    "revision_bytes": ("revision = b'x1'", "revision", "b'x1'"),
    "down_revision_number": ("down_revision = 5", "down_revision", "5"),
    "down_revision_of_numbers": ("down_revision = ('bbbb2', 6)", "down_revision", "6"),
    "branch_labels_number": ("branch_labels = 5", "branch_labels", "5"),
    "branch_labels_of_numbers": ("branch_labels = ['lib', 5]", "branch_labels", "5"),
    "depends_on_number": ("depends_on = 5", "depends_on", "5"),
    "depends_on_none_of_several": ("depends_on = ('aaaa1', None)", "depends_on", "None"),
}


@pytest.mark.parametrize("kind", _WRONG_TYPES)
def test_wrong_type_names_the_file_and_the_value(project: Project, kind: str) -> None:
    """Upstream raises TypeError, too, if it does not take the number; it does not say where."""
    line, name, value = _WRONG_TYPES[kind]
    path = project.write("3.py", script("x1", "bbbb2", line))
    assert project.refused("upgrade", "head") == (
        f"TypeError: {name} in {path} holds {value}, and has to be text or a collection of texts"
    )


def test_unreadable_file(project: Project) -> None:
    path = project.write("3.py", script("cccc3", "bbbb2"))
    path.chmod(0)
    # To root nothing is unreadable, until it gives up its privileges.
    modest = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    message = project.refused("upgrade", "head", before=modest)
    assert message == f"PermissionError: [Errno 13] Permission denied: '{path}'"


def test_link_to_nowhere_and_folder_with_the_name_of_a_script(project: Project) -> None:
    (project.versions / "3.py").symlink_to(project.versions / "vanished.py")
    project.same("heads")
    (project.versions / "3.py").unlink()
    (project.versions / "4.py").mkdir()
    project.same("heads")


def test_files_that_vanish_while_they_are_listed(project: Project) -> None:
    """Loads again and again while scripts come and go."""
    program = (
        "import sys\n"
        "from alembic.config import Config\n"
        "from alembic.script import ScriptDirectory\n"
        "met = set()\n"
        "for _ in range(300):\n"
        "    try:\n"
        "        heads = ScriptDirectory.from_config(Config('alembic.ini')).get_heads()\n"
        "    except (FileNotFoundError, ModuleNotFoundError, ImportError) as error:\n"
        "        met.add(type(error).__name__)\n"
        "    else:\n"
        "        assert 'bbbb2' in heads, heads\n"
        "print('met', sorted(met))\n"
    )
    stop = threading.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            paths = [
                project.write(f"x{number}.py", script(f"xxxx{number}")) for number in range(20)
            ]
            for path in paths:
                path.unlink()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        run = subprocess.run(
            [sys.executable, "-c", program],
            cwd=project.folder,
            timeout=PATIENCE,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        stop.set()
        thread.join()
    # A script may be listed before it is written: then it has no revision yet.
    assert run.returncode == 0 or "Could not determine revision id" in run.stderr, run.stderr


@pytest.mark.parametrize(
    "filling",
    ["# " + "x" * 1000 + "\n", "TEXT = '''" + "y" * 1000 + "'''\n"],
    ids=["comments", "strings"],
)
def test_file_of_100_megabytes(project: Project, filling: str) -> None:
    source = filling * (100_000_000 // len(filling))
    project.write("3.py", f"revision = 'cccc3'\ndown_revision = 'bbbb2'\n{source}")
    run = project.run("heads")
    assert (run.returncode, run.stdout) == (0, "cccc3 (head)\n")


def test_more_than_fits_into_memory(project: Project) -> None:
    """A file too large for the memory left ended the process by a signal when threads read."""
    for number in range(200):
        project.write(f"s{number}.py", script(f"dddd{number:04}", "bbbb2"))
    with project.write("large.py", "").open("wb") as large:
        large.truncate(900_000_000)  # and takes no room on the disk
    limited = ("bash", "-c", 'ulimit -v 700000; exec "$@"', "limited")
    run = project.run("heads", before=limited)
    assert run.returncode in (1, 255), run.stderr
    assert last_line(run).startswith(("MemoryError", "FAILED: "))


def test_empty_folder(tmp_path: pathlib.Path) -> None:
    project = Project(tmp_path)
    for command in (("heads",), ("history",), ("upgrade", "heads"), ("current",)):
        assert project.same(*command).returncode == 0
    assert project.rows == []


def test_missing_folders(tmp_path: pathlib.Path) -> None:
    project = Project(tmp_path)
    project.versions.rmdir()
    assert project.same("heads").returncode == 0
    (project.folder / "migrations" / "env.py").unlink()
    (project.folder / "migrations").rmdir()
    assert project.same("heads").returncode > 0
