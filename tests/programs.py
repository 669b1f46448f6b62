"""Running programs: pip and the like, of whose output nothing is wanted, and others."""

from __future__ import annotations

import pathlib
import subprocess
from collections.abc import Mapping, Sequence

LAST_LINES = 40
#: For a program that hangs.
PATIENCE_SECONDS = 120


class ProgramFailed(RuntimeError):
    """A program ended with an error; the message has its last lines and names its log."""


def run_quietly(
    command: Sequence[str],
    *,
    log: pathlib.Path,
    folder: pathlib.Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run `command` in `folder`, its output into `log`; raises `ProgramFailed`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            check=False,
        )
    if result.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        raise ProgramFailed(
            "\n".join([f"{' '.join(command)}\nended with {result.returncode}; from {log}:", *last])
        )


def run_to_end(
    command: Sequence[str],
    *,
    folder: pathlib.Path,
    environment: Mapping[str, str],
    seconds: float = PATIENCE_SECONDS,
) -> subprocess.CompletedProcess[str]:
    """Run `command` without an input; exit code and output are the caller's.

    Raises `subprocess.TimeoutExpired` when it takes longer than `seconds`.
    """
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
