"""One run of upstream's suite: its folder, its process, and the record the plugin wrote.

The tests come from the source distribution, the `alembic` they import from site-packages of the
environment. Upstream's conftest.py and test_stubs.py also read files of the source tree by path,
so that tree lies beside the tests, without `alembic/__init__.py`: a folder without one never wins
over an installed package.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
from typing import Any

from tests.conformance.environment import Environment
from tests.conformance.upstream import Release

PLUGIN = pathlib.Path(__file__).with_name("conformance_plugin.py")
# A test that hangs shows where after the first, and its run is ended after the second.
STACKS_AFTER_SECONDS = 120
END_AFTER_SECONDS = 900
# What would change how the suite or the overlay behaves, and belongs to whoever started us.
NOT_INHERITED = ("ALEMBIC_", "PYTEST_", "DATABASE_URL", "PYTHON")

OUTSIDE = "(outside of all tests)"
RANDOM_REVISION = r"\b[0-9a-f]{12}\b"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a test, and the message that came with it."""

    name: str
    message: str = ""

    @property
    def first_line(self) -> str:
        return self.message.partition("\n")[0]


@dataclasses.dataclass
class Record:
    """What is known of a run. `native` and `session` are empty where the run did not get there."""

    outcomes: dict[str, Outcome] = dataclasses.field(default_factory=dict)
    warnings: dict[str, str] = dataclasses.field(default_factory=dict)
    """Texts of the warnings that were shown, each with the test that showed it first."""
    session: dict[str, Any] = dataclasses.field(default_factory=dict)
    native: dict[str, Any] = dataclasses.field(default_factory=dict)
    unfinished: str | None = None
    """The test during which the run ended."""
    ending: str = ""
    """How the process ended, if not by itself after the last test."""


def read_record(path: pathlib.Path) -> Record:
    """The record in `path`; random revision ids and the run's folder are taken out of warnings."""
    record = Record()
    accidental = re.compile(RANDOM_REVISION + "|" + re.escape(str(path.parent)))
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for line in lines:
        fields = json.loads(line)
        match fields.pop("event"):
            case "session":
                record.session = fields
            case "started":
                record.unfinished = fields["test"]
            case "finished":
                record.outcomes[fields["test"]] = Outcome(fields["outcome"], fields["message"])
                record.unfinished = None
            case "warning":
                text = accidental.sub("...", f"{fields['category']}: {fields['message']}")
                record.warnings.setdefault(text, record.unfinished or OUTSIDE)
            case "native":
                record.native = fields
    return record


class SuiteRun:
    """Upstream's suite in a process of its own, in a folder of its own. Two may run at a time."""

    def __init__(
        self,
        release: Release,
        environment: Environment,
        folder: pathlib.Path,
        *,
        overlay: bool,
        database: str,
        expression: str | None,
    ) -> None:
        """`database` is a URL of SQLAlchemy's, `expression` what pytest calls `-k`."""
        self._folder = folder
        self._record = folder / "record.jsonl"
        self.log = folder / "output.log"
        _make_folder(folder, release)
        # Options of SQLAlchemy's plugin are only understood with an equals sign.
        options = [f"--dburi={database}", f"--conformance-record={self._record}"]
        options += ["-p", "conformance_plugin", "-p", "no:cacheprovider", "-p", "no:xdist"]
        options += ["--maxfail=0", "-o", f"faulthandler_timeout={STACKS_AFTER_SECONDS}"]
        if expression:
            options += ["-k", expression]
        self._command = [str(environment.python), "-m", "pytest", *options]
        self._environment = _environment(overlay)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env=self._environment,
            )

    def stop(self) -> None:
        """End the run if it has not ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def result(self) -> Record:
        """Wait for the end of the run and return its record."""
        assert self._process is not None, "the run was not started"
        try:
            code = self._process.wait(END_AFTER_SECONDS)
            ending = _ending(code)
        except subprocess.TimeoutExpired:
            self.stop()
            ending = f"was ended after {END_AFTER_SECONDS} s"
        record = read_record(self._record)
        if ending or not record.native:
            record.ending = f"{ending or 'ended before its last test'}, see {self.log}"
        return record


def _ending(code: int) -> str:
    """What is wrong with an exit code: of pytest, 0 and 1 tell of a complete run."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return "" if code in (0, 1) else f"ended with exit code {code}"


def _make_folder(folder: pathlib.Path, release: Release) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(release.source / "tests", folder / "tests")
    shutil.copytree(release.source / "tools", folder / "tools")
    shutil.copytree(release.source / "alembic", folder / "alembic")
    (folder / "alembic" / "__init__.py").unlink()
    for name in ("setup.cfg", "pyproject.toml"):
        shutil.copy(release.source / name, folder)
    shutil.copy(PLUGIN, folder)


def _environment(overlay: bool) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
    # One seed for both runs: what depends on the order of a set must not look like a difference.
    kept["PYTHONHASHSEED"] = os.environ.get("PYTHONHASHSEED", "0")
    if not overlay:
        kept["ALEMBIC_NATIVE"] = "0"
    return kept
