"""The commands of a project's README, each run twice: by upstream alone, and with the overlay.

    project = Comparison("pixcrawler", folder, (upstream_url, overlay_url))
    project.run("alembic upgrade head")
    assert "images" in project.database().schema

There are two copies of the project, each with a database of its own. Upstream alone is what
`ALEMBIC_NATIVE=0` gives; that the overlay is at work in the other copy is made sure of first. What
a command prints, its exit code, the files it writes and the databases afterwards have to be the
same, but for revision ids made at random, dates, and the names of folder and database.
"""

from __future__ import annotations

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass

from tests.differential.cli_comparison import comparable
from tests.differential.cli_processes import Result, clean_environment, files_of
from tests.projects import schema

PROJECTS = pathlib.Path(__file__).parent
PROGRAMS = sysconfig.get_path("scripts")
PATIENCE = 300  # seconds


@dataclass(frozen=True)
class Answer:
    """What a command did; `files` are those it wrote, with "" for those it removed."""

    stdout: str
    stderr: str
    exit_code: int
    files: dict[str, str]

    @property
    def written(self) -> str:
        """The text of the files."""
        return "".join(self.files.values())


@dataclass(frozen=True)
class Database:
    """What a database holds after a command."""

    schema: str
    versions: list[str]


class Copy:
    """One copy of a project, its database, and the environment of its commands."""

    def __init__(self, source: pathlib.Path, folder: pathlib.Path, url: str, native: bool) -> None:
        self.folder = folder
        self.url = url
        self.environment = clean_environment(
            DATABASE_URL=url,
            # Upstream prints some sets in hash order.
            PYTHONHASHSEED="0",
            PATH=f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        )
        # Environments that are made here have no byte code yet.
        del self.environment["PYTHONDONTWRITEBYTECODE"]
        if not native:
            self.environment["ALEMBIC_NATIVE"] = "0"
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
        self._first_files = files_of(folder)
        self._first_revisions = set(self.revisions().values())

    def revisions(self) -> dict[str, str]:
        """The id of each script, by the first line of its docstring.

        Of several with the same line, the second that was made is "... 2", and so on.
        """
        found: dict[str, str] = {}
        scripts = [path.read_text(encoding="utf-8") for path in self.folder.rglob("versions/*.py")]
        for text in sorted(scripts, key=_date_of_creation):
            revision = re.search(r"""^revision(?:: str)? = ["'](\w+)["']""", text, re.MULTILINE)
            line = re.match(r'"""(.*)', text)
            assert revision is not None, text
            assert line is not None, text
            message = name = line[1].strip('"')
            while name in found:
                name = f"{message} {int(name.removeprefix(message) or 1) + 1}"
            found[name] = revision[1]
        return found

    def execute(self, command: str, where: str = ".") -> subprocess.CompletedProcess[bytes]:
        """Run a command, in which `{message}` stands for the id of the script of that message."""
        return subprocess.run(
            shlex.split(command.format_map(self.revisions())),
            cwd=self.folder / where,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
        )

    def run(self, command: str, where: str = ".") -> Answer:
        """Run a command; its answer in the form that compares."""
        before = files_of(self.folder)
        result = self.execute(command, where)
        after = files_of(self.folder)
        changed = {
            name: after.get(name, b"")
            for name in {*before, *after}
            if before.get(name) != after.get(name)
        }
        return self._comparable(result, changed)

    def database(self) -> Database:
        """What is in the database, in the form that compares."""
        return Database(
            self._text(schema.dump_schema(self.url).encode()).decode(),
            [self._text(version.encode()).decode() for version in schema.versions(self.url)],
        )

    def _comparable(
        self, result: subprocess.CompletedProcess[bytes], changed: dict[str, bytes]
    ) -> Answer:
        files = {
            self._text(name.encode()).decode(): self._text(content)
            for name, content in changed.items()
        }
        text = comparable(
            Result(self._text(result.stdout), self._text(result.stderr), result.returncode, files),
            self._first_files,
        )
        return Answer(
            text.stdout.decode(),
            _with_sequences_in_order(text.stderr.decode()),
            text.exit_code,
            {name: content.decode() for name, content in text.files.items()},
        )

    def _text(self, text: bytes) -> bytes:
        """Without the names of folder, database and new scripts, dates in names, and addresses."""
        database = self.url.rpartition("/")[2].partition("?")[0]
        text = text.replace(str(self.folder).encode(), b"<project>")
        text = re.sub(rb"\b%b\b" % re.escape(database).encode(), b"<database>", text)
        for message, revision in self.revisions().items():
            if len(revision) == 12 and revision not in self._first_revisions:
                text = text.replace(revision.encode(), f"<{message}>".encode())
        text = re.sub(rb"\b\d{8}_\d{4}(?=-)", b"<date>", text)
        return re.sub(rb"\bat 0x[0-9a-f]+\b", b"at <address>", text)


def _with_sequences_in_order(log: str) -> str:
    """Tables are reflected in the order of a set that holds None, whose hash is an address."""
    return re.sub(
        r"(?m)(^.* Detected sequence named .*\n)+",
        lambda lines: "".join(sorted(lines[0].splitlines(keepends=True))),
        log,
    )


def _date_of_creation(script: str) -> str:
    found = re.search(r"^Create Date: (.*)", script, re.MULTILINE)
    return found[1] if found else ""


class Comparison:
    """A project as upstream alone and as the overlay have it."""

    def __init__(self, name: str, folder: pathlib.Path, urls: tuple[str, str]) -> None:
        """`folder` is a new one; `urls` name empty databases, upstream's and ours."""
        self.upstream = Copy(PROJECTS / name, folder / "upstream" / name, urls[0], native=False)
        self.overlay = Copy(PROJECTS / name, folder / "overlay" / name, urls[1], native=True)
        self.copies = (self.upstream, self.overlay)
        self._commands: list[str] = []

    def check_overlay(self, command: str = "python -m alembic_native") -> None:
        """The overlay is at work in the one copy, and not in the other."""
        states = [copy.execute(command) for copy in self.copies]
        assert b"overlay: not active" in states[0].stdout, states[0]
        assert b"overlay: active" in states[1].stdout, states[1]

    def run(self, command: str, exit_code: int = 0, where: str = ".") -> Answer:
        """The answer that both give to a command; `where` is a folder of the project."""
        self._commands.append(command)
        expected = self.upstream.run(command, where)
        answer = self.overlay.run(command, where)
        assert answer == expected, command
        assert answer.exit_code == exit_code, answer
        return answer

    def assert_ran_in_order(self, readme: str) -> None:
        """Each line of `readme` was a command of `run`, in this order; others may lie between."""
        commands = iter(self._commands)
        for line in readme.strip().splitlines():
            assert line in commands, f"not run, or too early: {line}"

    def database(self) -> Database:
        """What is in both databases."""
        expected = self.upstream.database()
        database = self.overlay.database()
        assert database == expected
        return database

    def each(self, act: Callable[[Copy], object]) -> None:
        """Do by hand in both copies what the person does between two commands."""
        for copy in self.copies:
            act(copy)

    def replace(self, file: str, old: str, new: str) -> None:
        """Edit a file of both copies; `{url}` in the new text stands for the database's URL."""
        for copy in self.copies:
            path = copy.folder / file
            text = path.read_text(encoding="utf-8")
            assert old in text, f"{file}: {old}"
            path.write_text(text.replace(old, new.replace("{url}", copy.url)), encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        """Write a file of both copies."""
        for copy in self.copies:
            path = copy.folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
