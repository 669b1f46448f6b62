"""Runs the commands of a document as a user does."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess

from tests.environments import clean_environment
from tests.installation import documents

#: The newest revision of the sample.
HEAD = "f40b7a6e3c98"
#: What `python -m alembic_native` prints where the native core is at work.
ACTIVE = re.compile(r"^overlay: active", re.MULTILINE)


class Shell:
    """Runs commands in a project as a user does, with `programs` first on PATH."""

    def __init__(
        self, project: pathlib.Path, programs: pathlib.Path, environment: dict[str, str]
    ) -> None:
        self.project = project
        self._environment = clean_environment(**environment)
        self._environment["PATH"] = f"{programs}{os.pathsep}{self._environment['PATH']}"
        self._environment["DATABASE_URL"] = f"sqlite:///{project / 'bookshop.db'}"

    def succeed(self, command: str) -> str:
        result = subprocess.run(
            ["bash", "-c", command],
            cwd=self.project,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
        return result.stdout

    def follow(self, document: pathlib.Path, heading: str) -> list[str]:
        """What each command under a heading prints."""
        return [self.succeed(command) for command in documents.commands(document, heading)]
