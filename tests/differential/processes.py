"""Long-lived interpreters that answer questions: one with the overlay, others with upstream."""

from __future__ import annotations

import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
from typing import Any

_PROGRAM = pathlib.Path(__file__).with_name("answering_process.py")

#: Seconds after which an interpreter that does not answer is taken for dead.
PATIENCE = 60.0

#: Upstream's answers may depend on the order of its sets; this many orders are tried.
ORDERS = 64
_HASH_SEEDS = 12

Question = dict[str, Any]
Answer = dict[str, Any]


class NoAnswer(Exception):
    """The interpreter ended, or was silent for too long."""


class Interpreter:
    """One process. Started by the first question, and again after one that it did not survive."""

    def __init__(self, native: bool, hash_seed: int) -> None:
        self._native = native
        self._hash_seed = hash_seed
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""

    def ask(self, question: Question, allocation: int = 0) -> Answer:
        """The answer to a question. Raises ``NoAnswer``."""
        process = self._process or self._start()
        assert process.stdin is not None
        line = json.dumps({**question, "allocation": allocation}).encode() + b"\n"
        try:
            process.stdin.write(line)
            process.stdin.flush()
            return self._read(process)
        except (NoAnswer, BrokenPipeError) as error:
            self.stop()
            raise NoAnswer(str(error)) from None

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONHASHSEED": str(self._hash_seed)}
        environment.pop("ALEMBIC_NATIVE", None)
        if not self._native:
            environment["ALEMBIC_NATIVE"] = "0"
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._buffer = b""
        self._process = process = subprocess.Popen(
            [sys.executable, str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
        )
        if self._read(process) != {"native": self._native}:
            raise RuntimeError(
                f"the interpreter for {'the overlay' if self._native else 'upstream'} runs the "
                "other one; is alembic-native installed where the tests run?"
            )
        return process

    def _read(self, process: subprocess.Popen[bytes]) -> Answer:
        assert process.stdout is not None
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
            if not ready:
                raise NoAnswer(f"no answer within {PATIENCE:.0f} seconds")
            read = os.read(process.stdout.fileno(), 1 << 20)
            if not read:
                code = process.wait()
                self._errors.seek(0)
                raise NoAnswer(f"ended with code {code}: {self._errors.read().decode()[-2000:]}")
            self._buffer += read
        line, _, self._buffer = self._buffer.partition(b"\n")
        answer: Answer = json.loads(line)
        return answer


class Interpreters:
    """The overlay, and upstream in as many orders of its sets as are asked for."""

    def __init__(self) -> None:
        self.native = Interpreter(native=True, hash_seed=0)
        self._upstream = [Interpreter(native=False, hash_seed=seed) for seed in range(_HASH_SEEDS)]

    def upstream(self, question: Question, order: int) -> Answer:
        """Upstream's answer with the sets in the order of that number, of ``ORDERS``."""
        return self._upstream[order % _HASH_SEEDS].ask(question, allocation=order)

    def stop(self) -> None:
        for interpreter in (self.native, *self._upstream):
            interpreter.stop()
