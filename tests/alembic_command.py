"""The ``alembic`` command in a process of its own."""

from __future__ import annotations

import contextlib
import pathlib
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from tests.differential.cli_processes import (
    ALEMBIC,
    PATIENCE_SECONDS,
    alembic_process,
    clean_environment,
)


@dataclass(frozen=True)
class Answer:
    """How a command ended, and what it said."""

    exit_code: int
    stdout: str
    stderr: str


def alembic(*words: str, folder: pathlib.Path, **environment: str) -> Answer:
    """Run it to its end."""
    process = alembic_process(folder, words, environment)
    return Answer(process.returncode, process.stdout.decode(), process.stderr.decode())


class Running:
    """A command that is running; its output is read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    def line(self) -> str:
        """The next line of the standard output; empty at its end."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def lines_until(self, text: str) -> list[str]:
        """The lines up to the one that holds ``text``, which must come."""
        lines = []
        while line := self.line():
            lines.append(line)
            if text in line:
                return lines
        raise AssertionError(f"no {text!r} in {lines}")

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self) -> tuple[int, list[str]]:
        """Wait for the end: the exit code and the lines that were left."""
        rest, _ = self._process.communicate(timeout=PATIENCE_SECONDS)
        return self._process.returncode, rest.splitlines()


@contextlib.contextmanager
def running(*words: str, folder: pathlib.Path, **environment: str) -> Iterator[Running]:
    """The command, killed when the block ends."""
    process = subprocess.Popen(
        [ALEMBIC, *words],
        cwd=folder,
        env=clean_environment(**environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Running(process)
        finally:
            process.kill()
