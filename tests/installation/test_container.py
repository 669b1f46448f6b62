"""The recipes of `docs/installing.md` for distroless images and read-only roots.

Without Docker and Kubernetes: their parts are namespaces.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import sqlite3
import sys

import pytest

from tests.installation import documents, package_index
from tests.installation.conftest import make_project
from tests.installation.container import Container
from tests.installation.documents import INSTALLING, instructions
from tests.installation.shell import ACTIVE, HEAD


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory, index: str) -> Container:
    """The image of the distroless recipe, with the sample and psycopg in it."""
    [dockerfile] = documents.blocks(INSTALLING, "dockerfile")["distroless"]
    builder, _, _ = dockerfile.partition("\n\n")
    assert instructions(dockerfile, "WORKDIR") == ["/app", "/app"]
    assert instructions(dockerfile, "COPY --from=builder") == ["/venv /venv"]
    programs = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    container = Container(
        tmp_path_factory.mktemp("image") / "root",
        {**package_index.for_pip(index), "PATH": programs},
    )
    make_project(container.root / "app")
    (container.root / "app" / "requirements.txt").write_text("alembic-native\npsycopg[binary]\n")
    apt, *commands = instructions(builder, "RUN")
    assert apt.startswith("apt-get ")
    output = [container.build(command) for command in commands]
    assert ACTIVE.search(output[-1])
    container.take_interpreter()
    return container


def sqlite_file(folder: pathlib.Path) -> tuple[pathlib.Path, str]:
    """A folder for a volume in /data, and the URL of a database in it."""
    folder.mkdir()
    return folder, "sqlite:////data/bookshop.db"


def revision(database: pathlib.Path) -> str:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        [(found,)] = connection.execute("SELECT version_num FROM alembic_version")
    return str(found)


def test_distroless(image: Container, tmp_path: pathlib.Path) -> None:
    [dockerfile] = documents.blocks(INSTALLING, "dockerfile")["distroless"]
    [entrypoint] = instructions(dockerfile, "ENTRYPOINT")
    data, url = sqlite_file(tmp_path / "data")
    run = image.run(json.loads(entrypoint), 65532, {"/data": data}, DATABASE_URL=url)
    assert run.returncode == 0, run.stderr
    assert revision(data / "bookshop.db") == HEAD
    [words] = [one for one in instructions(dockerfile, "RUN") if one.startswith("[")]
    check = image.run(json.loads(words), 65532, {})
    assert ACTIVE.search(check.stdout)
    # And nothing else can be run there.
    [program] = [path for path in image.root.rglob("bin/*") if "venv" not in path.parts]
    assert program.name.startswith("python")


POD = "Non-root and read-only root"


def test_nothing_is_written_with_postgres(image: Container, postgres_url: str) -> None:
    pod = documents.parsed_yaml(INSTALLING, POD)[0]
    [container] = pod["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    url = postgres_url.replace("+psycopg2", "+psycopg")
    user = pod["securityContext"]["runAsUser"]
    run = image.run(container["command"], user, {}, PATH="/venv/bin", DATABASE_URL=url)
    assert run.returncode == 0, run.stderr
    assert f"-> {HEAD}" in run.stderr
    assert "WARN" not in run.stderr


def test_the_lock_file_of_sqlite_needs_a_folder(image: Container, tmp_path: pathlib.Path) -> None:
    pod = documents.parsed_yaml(INSTALLING, POD)[0]
    [container] = pod["containers"]
    [volume] = pod["volumes"]
    [mount] = container["volumeMounts"]
    assert volume == {"name": mount["name"], "emptyDir": {}}
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    user = pod["securityContext"]["runAsUser"]

    data, url = sqlite_file(tmp_path / "with")
    volumes = {"/data": data, mount["mountPath"]: temporary}
    run = image.run(container["command"], user, volumes, PATH="/venv/bin", DATABASE_URL=url)
    assert run.returncode == 0, run.stderr
    assert "WARN" not in run.stderr
    assert len([*temporary.glob("alembic-native-*/*.lock")]) == 1

    data, url = sqlite_file(tmp_path / "without")
    volumes = {"/data": data}
    environment = {"PATH": "/venv/bin", "DATABASE_URL": url}
    required = {**environment, "ALEMBIC_MIGRATION_LOCK": "required"}
    run = image.run(container["command"], user, volumes, **required)
    assert run.returncode == 255
    assert "Running upgrade" not in run.stderr
    run = image.run(container["command"], user, volumes, **environment)
    assert run.returncode == 0, run.stderr
    assert "No lock file can be made" in run.stderr
    assert revision(data / "bookshop.db") == HEAD


def test_byte_code_can_be_made_in_the_image(image: Container, tmp_path: pathlib.Path) -> None:
    [dockerfile] = documents.blocks(INSTALLING, "dockerfile")[POD]
    assert instructions(dockerfile, "USER") == [
        str(documents.parsed_yaml(INSTALLING, POD)[0]["securityContext"]["runAsUser"])
    ]

    def compiled(name: str) -> set[str]:
        """The files of the project that Python compiles in an upgrade of a new database."""
        data, url = sqlite_file(tmp_path / name)
        # With -v Python says of what it makes each module.
        command = ["/venv/bin/python", "-v", "-m", *json.loads(instructions(dockerfile, "CMD")[0])]
        run = image.run(command, 10001, {"/data": data}, DATABASE_URL=url)
        assert run.returncode == 0, run.stderr
        return {*re.findall(r"^# code object from '?/app/(.*\.py)'?$", run.stderr, re.MULTILINE)}

    assert compiled("before") >= {
        "migrations/env.py",
        "migrations/versions/f40b7a6e3c98_reviews.py",
    }
    for command in instructions(dockerfile, "RUN"):
        image.build(command)
    assert compiled("after") == set()
