"""Runs of the command line that start together, each in a process of its own.

    with Crowd() as crowd:
        results = crowd.run([["-c", "alembic.ini", "upgrade", "head"]] * 16, {"DATABASE_URL": url})

One interpreter imports Alembic and the drivers once; the processes are forked from it, held until
all are there, and released together. Executed as a module it is that interpreter.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence

ROOT = pathlib.Path(__file__).parents[2]


@dataclasses.dataclass(frozen=True)
class Result:
    """How one process ended: its exit code, minus the signal if one ended it, and its output."""

    exit_code: int
    output: str


class Crowd:
    """The interpreter that forks; `native` says whether with the overlay."""

    def __init__(self, native: bool = True) -> None:
        self._folder = tempfile.TemporaryDirectory()
        kept = {name: value for name, value in os.environ.items() if name != "ALEMBIC_CONFIG"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.locking.crowd"],
            cwd=ROOT,
            env={**kept, "ALEMBIC_NATIVE": "1" if native else "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        commands: Sequence[Sequence[str]],
        environment: dict[str, str],
    ) -> list[Result]:
        """Run the commands together, and wait for all."""
        self.start(commands, environment)
        return self.wait()

    def start(
        self,
        commands: Sequence[Sequence[str]],
        environment: dict[str, str],
    ) -> list[int]:
        """Start the commands together; the processes' ids. `wait` has to follow."""
        order = {"commands": commands, "environment": environment, "folder": self._folder.name}
        return list(self._ask(order))

    def wait(self) -> list[Result]:
        codes = self._ask("wait")
        folder = pathlib.Path(self._folder.name)
        outputs = [(folder / str(place)).read_text() for place in range(len(codes))]
        return [Result(code, output) for code, output in zip(codes, outputs, strict=True)]

    def _ask(self, question: object) -> list[int]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: list[int] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *exc: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()
        self._folder.cleanup()


def _forked(arguments: list[str], environment: dict[str, str], output: str, gate: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os.environ.update(environment)
        os.read(gate, 1)
        from alembic.config import main

        main(arguments)
        code = 0
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 1
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code & 0xFF)


def _exit_code(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    import sqlalchemy.dialects.mysql.pymysql
    import sqlalchemy.dialects.postgresql.psycopg2
    import sqlalchemy.dialects.sqlite.pysqlite  # noqa: F401

    for driver in ("psycopg2", "psycopg", "asyncpg", "pymysql", "aiosqlite"):
        with contextlib.suppress(ImportError):
            __import__(driver)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    children: list[int] = []
    for line in sys.stdin:
        order = json.loads(line)
        if order == "wait":
            print(json.dumps([_exit_code(child) for child in children]), flush=True)
            continue
        gate, opener = os.pipe()
        children = [
            _forked(arguments, order["environment"], f"{order['folder']}/{place}", gate)
            for place, arguments in enumerate(order["commands"])
        ]
        os.close(gate)
        # Until the last one has reached the gate: those before it wait there.
        time.sleep(0.02)
        os.write(opener, b"." * len(children))
        os.close(opener)
        print(json.dumps(children), flush=True)


if __name__ == "__main__":
    main()
