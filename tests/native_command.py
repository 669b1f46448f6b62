"""The command ``alembic-native`` in a process of its own."""

from __future__ import annotations

import pathlib
import subprocess
import sysconfig

from tests.alembic_command import Answer
from tests.differential.cli_processes import PATIENCE_SECONDS, clean_environment

ALEMBIC_NATIVE = str(pathlib.Path(sysconfig.get_path("scripts")) / "alembic-native")


def alembic_native(*words: str, folder: pathlib.Path, **environment: str) -> Answer:
    """Run it to its end."""
    done = subprocess.run(
        [ALEMBIC_NATIVE, *words],
        cwd=folder,
        env=clean_environment(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    return Answer(done.returncode, done.stdout, done.stderr)
