"""This checkout, installed as its own developers install it.

`make matrix` runs this, and not `make test`: the extension modules are compiled for it.
"""

from __future__ import annotations

import pathlib
import shutil

from tests.environments import PROJECT, VirtualEnvironment
from tests.installation.documents import INSTALLING
from tests.installation.shell import ACTIVE, Shell


def test_the_overlay_is_there_and_python_files_count_at_once(
    environment: VirtualEnvironment, tmp_path: pathlib.Path, project: pathlib.Path
) -> None:
    checkout = tmp_path / "checkout"
    ignored = shutil.ignore_patterns(".git", "build", "dist", ".venv*", "__pycache__", "*.pyc")
    shutil.copytree(PROJECT, checkout, ignore=ignored)
    shell = Shell(checkout, environment.folder / "bin", {})
    information = shell.follow(INSTALLING, "Working on alembic-native itself")[-1]
    assert ACTIVE.search(information)

    ours = checkout / "python" / "alembic_native" / "upstream"
    where = "import alembic.script.revision as r; print(r.__file__)"
    assert environment.succeed("python", "-c", where) == f"{ours / 'revision.py'}\n"
    with (ours / "revision.py").open("a") as file:
        file.write("\nWRITTEN_JUST_NOW = True\n")
    now = "import alembic.script.revision as r; print(r.WRITTEN_JUST_NOW)"
    assert environment.succeed("python", "-c", now) == "True\n"

    url = f"sqlite:///{project / 'bookshop.db'}"
    environment.succeed("alembic", "upgrade", "head", folder=project, DATABASE_URL=url)
    environment.succeed("python", "-c", "import alembic_native._postgres")
    environment.succeed("pip", "uninstall", "--yes", "alembic-native")
    assert "alembic/script/revision.py" in environment.succeed("python", "-c", where)
