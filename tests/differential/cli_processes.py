"""The same command line through upstream and through the overlay, and what became of it."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ALEMBIC = str(pathlib.Path(sysconfig.get_path("scripts")) / "alembic")
PATIENCE_SECONDS = 120
_PROGRAM = pathlib.Path(__file__).with_name("cli_server.py")


@dataclass
class Result:
    """What a command printed, how it ended, and the files that were there afterwards."""

    stdout: bytes
    stderr: bytes
    exit_code: int
    files: Mapping[str, bytes]


class Server:
    """A process that has modules loaded, and runs each command in a child of its own.

    Not for what depends on the standard input, or on when a module is imported.
    """

    def __init__(self, *modules: str, **environment: str) -> None:
        self._answers, given = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, str(_PROGRAM), str(given), *modules],
            stdin=subprocess.PIPE,
            env=clean_environment(**environment),
            pass_fds=[given],
        )
        os.close(given)

    def run(
        self, folder: pathlib.Path, words: Sequence[str], environment: Mapping[str, str]
    ) -> tuple[Result, frozenset[str]]:
        """What became of it, and the modules that were loaded in the end."""
        outputs = {name: folder.with_suffix(f".{name}") for name in ("stdout", "stderr", "modules")}
        question = {
            "folder": str(folder),
            "words": [ALEMBIC, *words],
            "environment": dict(environment),
            **{name: str(path) for name, path in outputs.items()},
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()
        exit_code = int(os.read(self._answers, 100))
        stdout, stderr = outputs["stdout"].read_bytes(), outputs["stderr"].read_bytes()
        modules = frozenset(outputs["modules"].read_text().splitlines())
        return Result(stdout, stderr, exit_code, files_of(folder)), modules

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()
        os.close(self._answers)


class Upstreams:
    """Upstream with its sets in different orders, each started when it is first asked for."""

    #: Upstream prints some sets in hash order; this many orders are tried before ours is wrong.
    ORDERS = 12

    def __init__(self) -> None:
        self._servers: dict[int, Server] = {}

    def run(
        self,
        folder: pathlib.Path,
        words: Sequence[str],
        environment: Mapping[str, str],
        order: int = 0,
    ) -> Result:
        if order not in self._servers:
            self._servers[order] = Server(
                "alembic.config", ALEMBIC_NATIVE="0", PYTHONHASHSEED=str(order)
            )
        return self._servers[order].run(folder, words, environment)[0]

    def stop(self) -> None:
        for server in self._servers.values():
            server.stop()


def run_process(
    folder: pathlib.Path, words: Sequence[str], environment: Mapping[str, str]
) -> Result:
    """The ``alembic`` script in a process of its own."""
    process = alembic_process(folder, words, environment)
    return Result(process.stdout, process.stderr, process.returncode, files_of(folder))


def alembic_process(
    folder: pathlib.Path, words: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """The ended process of the ``alembic`` script, run in ``folder`` without standard input."""
    return subprocess.run(
        [ALEMBIC, *words],
        cwd=folder,
        env=clean_environment(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
    )


def clean_environment(**further: str) -> dict[str, str]:
    """Without what changes how Python or Alembic behaves."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ALEMBIC", "PYTHON", "COLUMNS", "LINES"))
    }
    # A fault of ours, which users would be told in a line, fails the test.
    fixed = {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "ALEMBIC_NATIVE_RAISE_FAULTS": "1"}
    return {**kept, **fixed, **further}


def files_of(folder: pathlib.Path) -> dict[str, bytes]:
    """Every file below a folder, without byte code."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
