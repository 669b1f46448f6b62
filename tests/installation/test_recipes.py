"""Each recipe of `docs/installing.md` for images, deployments and machines without a network.

What stands there is run as it stands there, without Docker, Kubernetes, Heroku and conda: their
parts are namespaces, shells and virtual environments.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import sqlite3
import sys
from typing import Any

import pytest
import yaml

from tests.environments import VirtualEnvironment, stand_alone_wheel
from tests.installation import documents, package_index
from tests.installation.conftest import make_project
from tests.installation.container import Container, in_namespaces
from tests.installation.documents import INSTALLING
from tests.installation.shell import ACTIVE, HEAD, Shell


def lines(dockerfile: str, instruction: str) -> list[str]:
    """What stands behind each `instruction` of a Dockerfile."""
    return re.findall(rf"^{instruction} (.*)$", dockerfile, re.MULTILINE)


def parsed(heading: str) -> Any:
    [text] = documents.blocks(INSTALLING, "yaml")[heading]
    return yaml.safe_load(text)


@pytest.fixture
def empty(tmp_path: pathlib.Path, project: pathlib.Path, index: str) -> Shell:
    """A shell in a project whose virtual environment has nothing but pip."""
    environment = VirtualEnvironment(tmp_path / "venv")
    environment.make()
    return Shell(project, environment.folder / "bin", package_index.for_pip(index))


def test_alpine_and_arm64() -> None:
    """The commands of pip, which `test_documents.py` runs; those platforms are not here."""
    of_pip = documents.commands(INSTALLING, "pip")
    assert documents.commands(INSTALLING, "Alpine") == of_pip
    assert documents.commands(INSTALLING, "arm64") == of_pip


def test_conda(shell: Shell) -> None:
    """conda is not here: only pip's part is run, where an Alembic is installed already."""
    *of_conda, of_pip = parsed("conda")["dependencies"]
    assert of_conda == ["python=3.12", "alembic>=1.16", "pip"]
    output = shell.succeed(shlex.join(["pip", "install", *of_pip["pip"]]))
    assert re.search(r"^Successfully installed alembic-native-\S+$", output, re.MULTILINE)
    assert ACTIVE.search(shell.succeed("python -m alembic_native"))


# ---- images -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory, index: str) -> Container:
    """The image of the distroless recipe, with the sample and psycopg in it."""
    [dockerfile] = documents.blocks(INSTALLING, "dockerfile")["distroless"]
    builder, _, _ = dockerfile.partition("\n\n")
    assert lines(dockerfile, "WORKDIR") == ["/app", "/app"]
    assert lines(dockerfile, "COPY --from=builder") == ["/venv /venv"]
    programs = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    container = Container(
        tmp_path_factory.mktemp("image") / "root",
        {**package_index.for_pip(index), "PATH": programs},
    )
    make_project(container.root / "app")
    (container.root / "app" / "requirements.txt").write_text("alembic-native\npsycopg[binary]\n")
    apt, *commands = lines(builder, "RUN")
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
    [entrypoint] = lines(dockerfile, "ENTRYPOINT")
    data, url = sqlite_file(tmp_path / "data")
    run = image.run(json.loads(entrypoint), 65532, {"/data": data}, DATABASE_URL=url)
    assert run.returncode == 0, run.stderr
    assert revision(data / "bookshop.db") == HEAD
    check = image.run(["/venv/bin/python", "-m", "alembic_native"], 65532, {})
    assert ACTIVE.search(check.stdout)
    # And nothing else can be run there.
    [program] = [path for path in image.root.rglob("bin/*") if "venv" not in path.parts]
    assert program.name.startswith("python")


POD = "Non-root and read-only root"


def test_nothing_is_written_with_postgres(image: Container, postgres_url: str) -> None:
    pod = parsed(POD)
    [container] = pod["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    url = postgres_url.replace("+psycopg2", "+psycopg")
    user = pod["securityContext"]["runAsUser"]
    run = image.run(container["command"], user, {}, PATH="/venv/bin", DATABASE_URL=url)
    assert run.returncode == 0, run.stderr
    assert f"-> {HEAD}" in run.stderr
    assert "WARN" not in run.stderr


def test_the_lock_file_of_sqlite_needs_a_folder(image: Container, tmp_path: pathlib.Path) -> None:
    pod = parsed(POD)
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
    assert lines(dockerfile, "USER") == [str(parsed(POD)["securityContext"]["runAsUser"])]

    def compiled(name: str) -> set[str]:
        """The files of the project that Python compiles in an upgrade of a new database."""
        data, url = sqlite_file(tmp_path / name)
        # With -v Python says of what it makes each module.
        command = ["/venv/bin/python", "-v", "-m", *json.loads(lines(dockerfile, "CMD")[0])]
        run = image.run(command, 10001, {"/data": data}, DATABASE_URL=url)
        assert run.returncode == 0, run.stderr
        return {*re.findall(r"^# code object from '?/app/(.*\.py)'?$", run.stderr, re.MULTILINE)}

    assert compiled("before") >= {
        "migrations/env.py",
        "migrations/versions/f40b7a6e3c98_reviews.py",
    }
    for command in lines(dockerfile, "RUN"):
        image.build(command)
    assert compiled("after") == set()


def test_a_base_image(empty: Shell) -> None:
    base, child = documents.blocks(INSTALLING, "dockerfile")["A base image"]
    requirements = empty.project / "requirements.txt"
    requirements.write_text("alembic==1.16.5\n")
    output = [empty.succeed(one) for file in (base, child) for one in lines(file, "RUN")]
    assert ACTIVE.search(output[1])
    assert "overlay: active (alembic 1.16.5)" in output[-1]
    [command] = lines(child, "CMD")
    empty.succeed(shlex.join(json.loads(command)))
    assert empty.succeed("alembic current") == f"{HEAD} (head)\n"

    # The image of a child with an Alembic that does not fit is not built.
    requirements.write_text("alembic==1.15.2\n")
    install, check = lines(child, "RUN")
    empty.succeed(install)
    assert "partly active (alembic 1.15.2)" in empty.succeed(f"! {check}")


# ---- deployments --------------------------------------------------------------------------------


def test_helm_and_argo_cd(installed: Shell) -> None:
    """The Job's command, and what its policy makes of the exit codes that the command has."""
    job = parsed("Helm hook and Argo CD")
    pod = job["spec"]["template"]["spec"]
    [container] = pod["containers"]
    # A policy for failed pods takes it.
    assert pod["restartPolicy"] == "Never"
    command = shlex.join(container["command"])
    installed.succeed(command)
    assert installed.succeed("alembic current") == f"{HEAD} (head)\n"

    def outcome(command: str) -> tuple[int, str]:
        """The exit code of a command that fails, and what becomes of the Job."""
        code = int(installed.succeed(f"{command} >&2; echo $?"))
        for rule in job["spec"]["podFailurePolicy"]["rules"]:
            if code in rule.get("onExitCodes", {"values": []})["values"]:
                assert rule["onExitCodes"]["operator"] == "In"
                return code, rule["action"]
        return code, "Count"

    installed.succeed("alembic downgrade -1")
    with contextlib.closing(sqlite3.connect(installed.project / "bookshop.db")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert outcome(f"ALEMBIC_MIGRATION_LOCK_TIMEOUT=0 {command}") == (75, "Count")
        connection.rollback()
        connection.execute("UPDATE alembic_version SET version_num = 'gone'")
        connection.commit()
        assert outcome(command) == (255, "FailJob")
    assert outcome(f"{command} --no-such-option") == (2, "FailJob")
    installed.succeed("pip install 'psycopg[binary]'")
    nobody_answers = "DATABASE_URL=postgresql+psycopg://127.0.0.1:1/shop"
    assert "Connection refused" in installed.succeed(f"! {nobody_answers} {command} 2>&1")
    assert outcome(f"{nobody_answers} {command}") == (1, "FailJob")


def test_heroku(empty: Shell, postgres_url: str) -> None:
    heading = "Heroku's release phase"
    empty.succeed("pip install alembic-native 'psycopg[binary]'")
    [procfile] = documents.blocks(INSTALLING, "procfile")[heading]
    [release] = re.findall(r"^release: (.*)$", procfile, re.MULTILINE)
    database = f"DATABASE_URL={postgres_url.replace('postgresql+psycopg2', 'postgres')}"
    assert "sqlalchemy.dialects:postgres" in empty.succeed(f"! {database} {release} 2>&1")

    [line] = documents.blocks(INSTALLING, "python")[heading]
    env_py = empty.project / "migrations" / "env.py"
    text, changed = re.subn("(?m)^database_url = .*\n", line, env_py.read_text())
    assert changed == 1
    env_py.write_text(text)
    empty.succeed(f"{database} {release}")
    status = empty.succeed(f"{database} alembic-native status --url-env DATABASE_URL")
    assert re.search(rf"^Heads +{HEAD}$", status, re.MULTILINE)

    # A rollback: the scripts are older than the database.
    [newest] = (empty.project / "migrations" / "versions").glob(f"{HEAD}_*.py")
    newest.unlink()
    assert empty.succeed(f"{database} {release} >&2; echo $?") == "255\n"


# ---- machines without a network -----------------------------------------------------------------


def without_network(command: str) -> str:
    """The same command, and nothing tells pip where packages are."""
    alone = [*in_namespaces("--net"), "env", "--ignore-environment", "PIP_CONFIG_FILE=/dev/null"]
    return f'{shlex.join(alone)} PATH="$PATH" bash -c {shlex.quote(command)}'


def test_air_gapped(empty: Shell) -> None:
    download, hashes, install, check, _ = documents.commands(INSTALLING, "Air-gapped")
    empty.succeed(download)
    files = {path.name.split("-")[0].lower(): path for path in (empty.project / "wheels").iterdir()}
    assert {*files} == files_listed(files["sqlalchemy"].name.split("-")[1])
    printed = empty.succeed(hashes)

    empty.succeed(without_network(install))
    assert ACTIVE.search(empty.succeed(without_network(check)))

    # With hashes, and with one of them wrong.
    [install] = [one for one in documents.inline_commands(INSTALLING) if "--require-hashes" in one]
    pinned = [
        f"{path.name.split('-')[0]}=={path.name.split('-')[1]} {value}\n"
        for path in files.values()
        for value in re.findall(rf"wheels/{re.escape(path.name)}:\n(--hash=\S+)", printed)
    ]
    assert len(pinned) == len(files)
    requirements = empty.project / "requirements.txt"
    requirements.write_text("".join(pinned))
    empty.succeed(f"pip uninstall --yes {' '.join(files)}")
    empty.succeed(without_network(install))
    assert ACTIVE.search(empty.succeed(check))
    empty.succeed(f"pip uninstall --yes {' '.join(files)}")
    pinned[0] = re.sub(r"sha256:\w+", f"sha256:{64 * '0'}", pinned[0])
    requirements.write_text("".join(pinned))
    assert "DO NOT MATCH THE HASHES" in empty.succeed(f"! {without_network(install)} 2>&1")


def files_listed(sqlalchemy: str) -> set[str]:
    """The names in the document of what pip downloads with this version of SQLAlchemy."""
    section = INSTALLING.read_text().partition("\n## Air-gapped\n")[2].partition("\n## ")[0]
    listed = [{*re.findall(r"`(\w+)`", line)} for line in re.findall(r"^- .*", section, re.M)]
    always, before_3_11, before_2_1 = listed
    if sys.version_info < (3, 11):
        always |= before_3_11
    if tuple(map(int, sqlalchemy.split(".")[:2])) < (2, 1):
        always |= before_2_1
    return always


@pytest.mark.parametrize("platform", ["manylinux_2_34_x86_64", "manylinux_2_28_x86_64"])
def test_air_gapped_for_another_kind_of_machine(
    platform: str, project: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """pip chooses by names: a wheel for Python 3.12 is here a file of such a name."""
    version = stand_alone_wheel().name.split("-")[1]
    wheel = tmp_path / f"alembic_native-{version}-cp312-cp312-{platform}.whl"
    shutil.copy(stand_alone_wheel(), wheel)
    with package_index.serving(wheel, tmp_path / "index") as url:
        shell = Shell(project, pathlib.Path(sys.executable).parent, package_index.for_pip(url))
        shell.succeed(documents.commands(INSTALLING, "Air-gapped")[-1])
    names = {path.name for path in (project / "wheels").iterdir()}
    assert wheel.name in names
    assert [name for name in names if "-cp312-" not in name and "-none-any" not in name] == []
