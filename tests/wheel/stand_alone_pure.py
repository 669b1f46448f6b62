"""What a wheel without the native core must do by itself: `python stand_alone_pure.py PROJECT`.

Upgrades the sample of the checkout PROJECT on SQLite with the migration lock required, and asks
`alembic status` for what is pending. All parts must be active that need no native code. Exit code
1, and the reason, where one of it fails.
"""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

NEED_THE_CORE = {"core", "reading"}
WARNING = "RuntimeWarning: alembic-native runs without its native core: this installation has no"


def inactive_parts() -> set[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import alembic_native

        information = alembic_native.build_info()
    assert not information.reason, information.reason
    return {part for part, reason in information.parts.items() if reason}


def sample(project: pathlib.Path, folder: pathlib.Path) -> None:
    url = f"sqlite:///{folder / 'bookshop.db'}"
    environment = {**os.environ, "DATABASE_URL": url, "ALEMBIC_MIGRATION_LOCK": "required"}
    for words, expected in (
        ("upgrade head", ""),
        ("current", "f40b7a6e3c98 (head)\n"),
        ("status --check", "Pending   none\n"),
    ):
        command = [sys.executable, "-m", "alembic", *words.split()]
        result = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        assert result.stdout.endswith(expected), result.stdout
        assert result.stderr.count(WARNING) == 1, result.stderr


def main(project: pathlib.Path) -> int:
    assert inactive_parts() == NEED_THE_CORE, inactive_parts()
    with tempfile.TemporaryDirectory() as folder:
        sample(project, pathlib.Path(folder))
    print("stands alone: without the native core")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
