"""Running pip and the like: silent when all is well, everything they said when it is not."""

from __future__ import annotations

import pathlib
import subprocess
from collections.abc import Mapping, Sequence

LAST_LINES = 40


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
