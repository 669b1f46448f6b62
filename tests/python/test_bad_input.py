"""Broken projects on the real command line: a message, no hang, nothing in the database.

Where upstream has a good answer ours is the same; the two are run side by side.
"""

from __future__ import annotations

import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence

import pytest

#: Seconds that no command here may take.
PATIENCE = 60

_ENV = """
from alembic import context
from sqlalchemy import create_engine, pool

if context.is_offline_mode():
    context.configure(url="sqlite://", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    url = context.config.get_main_option("sqlalchemy.url")
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""


def script(revision: str, down_revision: object = None, more: str = "") -> str:
    table = "".join(one for one in revision if one.isalnum())
    return (
        f'"""script {table}"""\n'
        "from alembic import op\n"
        f"revision = {revision!r}\n"
        f"down_revision = {down_revision!r}\n"
        f"{more}\n\n"
        f"def upgrade():\n    op.execute('create table t_{table} (id integer)')\n\n\n"
        f"def downgrade():\n    op.execute('drop table t_{table}')\n"
    )


class Project:
    """A project on SQLite in a folder of its own."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.versions = folder / "migrations" / "versions"
        self.versions.mkdir(parents=True)
        self.database = folder / "data.db"
        (folder / "migrations" / "env.py").write_text(_ENV)
        (folder / "alembic.ini").write_text(
            "[alembic]\nscript_location = %(here)s/migrations\n"
            f"sqlalchemy.url = sqlite:///{self.database}\n"
        )

    def write(self, name: str, source: str | bytes) -> pathlib.Path:
        path = self.versions / name
        path.write_bytes(source.encode() if isinstance(source, str) else source)
        return path

    def run(
        self, *arguments: str, native: bool = True, before: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        environment.pop("ALEMBIC_NATIVE", None)
        if not native:
            environment["ALEMBIC_NATIVE"] = "0"
        return subprocess.run(
            [*before, sys.executable, "-m", "alembic", *arguments],
            cwd=self.folder,
            env=environment,
            timeout=PATIENCE,
            capture_output=True,
            text=True,
            check=False,
        )

    def same(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Our run; exit code, output and last line of the errors are those of upstream's."""
        ours, theirs = self.run(*arguments), self.run(*arguments, native=False)
        assert ours.returncode == theirs.returncode, ours.stderr + theirs.stderr
        assert ours.stdout == theirs.stdout
        assert last_line(ours) == last_line(theirs)
        return ours

    def refused(self, *arguments: str, before: Sequence[str] = ()) -> str:
        """What our run says on its last line; it fails, and leaves the database as it was."""
        with sqlite3.connect(self.database) as connection:
            # Alembic itself makes this table before it looks at the scripts.
            connection.execute("create table if not exists alembic_version (version_num text)")
        content = self.content()
        run = self.run(*arguments, before=before)
        assert run.returncode > 0, run.stdout + run.stderr
        assert self.content() == content
        return last_line(run)

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows of all tables."""
        with sqlite3.connect(self.database) as connection:
            tables = connection.execute("select name from sqlite_master where type = 'table'")
            return {
                name: connection.execute(f"select * from {name}").fetchall()
                for (name,) in tables.fetchall()
            }

    @property
    def rows(self) -> list[str]:
        return sorted(str(row[0]) for row in self.content().get("alembic_version", []))


def last_line(run: subprocess.CompletedProcess[str]) -> str:
    """What a run failed with: Alembic's message, else the last line of the traceback."""
    for output in (run.stdout, run.stderr):
        if "FAILED: " in output:
            return " ".join(output[output.index("FAILED: ") :].split())
    return run.stderr.strip().splitlines()[-1] if run.stderr.strip() else ""


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    """A project with two sound scripts."""
    made = Project(tmp_path)
    made.write("1.py", script("aaaa1"))
    made.write("2.py", script("bbbb2", "aaaa1"))
    return made


# -- files that are no scripts -------------------------------------------------------------------

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


# -- histories that contradict themselves --------------------------------------------------------


def test_duplicate_id_names_both_files(project: Project) -> None:
    again = project.write("3.py", script("bbbb2", "aaaa1"))
    run = project.run("heads")
    assert f"Revision bbbb2 is present more than once: {project.versions}/2.py and {again}" in (
        run.stderr
    )
    assert run.stdout == project.run("heads", native=False).stdout


def test_missing_parent_names_file_line_and_the_nearest(project: Project) -> None:
    path = project.write("3.py", script("cccc3", "bbbb3"))
    message = project.refused("upgrade", "head")
    assert f"({path}, line 4)" in message
    assert "'cccc3' has down_revision 'bbbb3'" in message
    assert "the nearest are: bbbb2" in message


def test_missing_parent_in_a_file_whose_name_is_no_text(project: Project) -> None:
    """The path of such a file in the message ended in a UnicodeDecodeError."""
    name = os.fsdecode("jos\xe9.py".encode("latin-1"))
    project.write(name, script("cccc3", "bbbb3"))
    assert "'cccc3' has down_revision 'bbbb3'" in project.refused("upgrade", "head")


def test_missing_dependency_names_file_line_and_the_nearest(project: Project) -> None:
    path = project.write("3.py", script("cccc3", "bbbb2", "depends_on = 'aaaa9'"))
    message = project.refused("upgrade", "head")
    assert f"({path}, line 5)" in message
    assert "'cccc3' has depends_on 'aaaa9'" in message
    assert "the nearest are: aaaa1" in message


def test_missing_parent_is_what_upstream_raises(project: Project) -> None:
    project.write("3.py", script("cccc3", "nowhere"))
    program = (
        "from alembic.config import Config\n"
        "from alembic.script import ScriptDirectory\n"
        "from alembic.util import CommandError\n"
        "try:\n"
        "    ScriptDirectory.from_config(Config('alembic.ini')).get_heads()\n"
        "except KeyError as error:\n"
        "    print(isinstance(error, CommandError))\n"
    )
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=project.folder,
        timeout=PATIENCE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "True\n", run.stderr


_CYCLES = {
    "of_two": ([("x1", "x2", ""), ("x2", "x1", "")], "Cycle is detected in revisions (x1, x2)"),
    "of_all": (
        [("aaaa1", "bbbb2", ""), ("bbbb2", "aaaa1", "")],
        "Cycle is detected in revisions (aaaa1, bbbb2)",
    ),
    "between_base_and_head": (
        [("x1", ("bbbb2", "x2"), ""), ("x2", "x1", ""), ("x3", "x2", "")],
        "Cycle is detected in revisions (x1, x2)",
    ),
    "through_depends_on": (
        [("x1", None, "depends_on = 'x2'"), ("x2", "x1", "")],
        "Dependency cycle is detected in revisions (x1, x2)",
    ),
    "through_a_label": (
        [("x1", "bbbb2", "depends_on = 'lib'"), ("x2", "x1", "branch_labels = 'lib'")],
        "Dependency cycle is detected in revisions (aaaa1, bbbb2, x1, x2)",
    ),
    "through_a_label_between_base_and_head": (
        [
            ("x1", "bbbb2", "depends_on = 'lib'"),
            ("x2", "x1", "branch_labels = 'lib'"),
            ("x3", "x2", ""),
        ],
        "Dependency cycle is detected in revisions (x1, x2)",
    ),
    "through_its_own_label": (
        [("x1", "bbbb2", "depends_on = 'lib'\nbranch_labels = 'lib'")],
        "Dependency cycle is detected in revisions (aaaa1, bbbb2, x1)",
    ),
}


@pytest.mark.parametrize("kind", _CYCLES)
@pytest.mark.parametrize("command", [("upgrade", "heads"), ("history",), ("current",)])
def test_cycle(project: Project, kind: str, command: tuple[str, ...]) -> None:
    scripts, message = _CYCLES[kind]
    for revision, down_revision, more in scripts:
        name = {"aaaa1": "1.py", "bbbb2": "2.py"}.get(revision, f"{revision}.py")
        project.write(name, script(revision, down_revision, more))
    assert project.refused(*command).endswith(message)


# -- folders -------------------------------------------------------------------------------------


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


# -- the version table ---------------------------------------------------------------------------


def test_row_that_no_script_knows(project: Project) -> None:
    assert project.run("upgrade", "aaaa1").returncode == 0
    with sqlite3.connect(project.database) as connection:
        connection.execute("update alembic_version set version_num = 'ffff9'")
    for command in (("upgrade", "head"), ("downgrade", "base"), ("stamp", "head"), ("current",)):
        run = project.same(*command)
        assert run.returncode > 0
        assert "Can't locate revision identified by 'ffff9'" in run.stderr + run.stdout
    assert project.rows == ["ffff9"]


def test_row_that_vanished_stops_the_step(project: Project) -> None:
    """The update of the version table has to match one row, or the run is undone."""
    project.write(
        "3.py",
        script("cccc3", "bbbb2").replace(
            "def upgrade():\n", "def upgrade():\n    op.execute('delete from alembic_version')\n"
        ),
    )
    assert project.run("upgrade", "bbbb2").returncode == 0
    ours = project.run("upgrade", "head")
    assert ours.returncode > 0
    assert "expected to match one row when updating 'bbbb2' to 'cccc3'" in (
        ours.stderr + ours.stdout
    )


@pytest.mark.parametrize("revision", ["it's", "a''b", "x';drop table t_aaaa1;select'"])
def test_id_that_holds_a_quote(project: Project, revision: str) -> None:
    """Upstream lets such an id end its SQL literal."""
    project.write("3.py", script(revision, "bbbb2"))
    run = project.run("upgrade", "head")
    assert run.returncode == 0, run.stderr
    assert project.rows == [revision]
    assert "t_aaaa1" in project.content()
    assert project.run("downgrade", "-1").returncode == 0
    assert project.rows == ["bbbb2"]
    assert project.run("stamp", "head").returncode == 0
    assert project.rows == [revision]


def test_id_that_holds_a_quote_offline(project: Project) -> None:
    """The SQL of --sql, given to SQLite, leaves the id as it is."""
    project.write("3.py", script("it's", "bbbb2"))
    run = project.run("upgrade", "head", "--sql")
    assert run.returncode == 0, run.stderr
    with sqlite3.connect(project.database) as connection:
        connection.executescript(run.stdout)
    assert project.rows == ["it's"]


def test_sound_project_offline_writes_what_upstream_writes(project: Project) -> None:
    assert "INSERT INTO alembic_version" in project.same("upgrade", "head", "--sql").stdout
    assert "DELETE FROM alembic_version" in project.same("downgrade", "bbbb2:base", "--sql").stdout
