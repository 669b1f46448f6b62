"""Recipes of `docs/installing.md` for platforms, images and deployments.

What stands there is run as it stands there, without Docker, Kubernetes, Heroku and conda: their
parts are shells and virtual environments. Beside this file, each has one of its own: containers,
machines without a network, wheels in a folder, and machines without the native core.
"""

from __future__ import annotations

import ast
import contextlib
import json
import re
import shlex
import sqlite3

from packaging.requirements import Requirement

from tests.installation import documents
from tests.installation.documents import INSTALLING, instructions
from tests.installation.shell import ACTIVE, HEAD, Shell


def test_alpine_and_arm64() -> None:
    """The commands of pip, which `test_documents.py` runs; those platforms are not here."""
    of_pip = documents.commands(INSTALLING, "pip")
    assert documents.commands(INSTALLING, "Alpine") == of_pip
    assert documents.commands(INSTALLING, "arm64") == of_pip


def test_conda(shell: Shell) -> None:
    """conda is not here: what its environment runs is run where an Alembic is installed already."""
    [environment] = documents.parsed_yaml(INSTALLING, "conda")
    *of_conda, of_pip = environment["dependencies"]
    assert of_conda == ["python=3.12", "alembic>=1.16", "pip"]
    output = shell.succeed(shlex.join(["pip", "install", *of_pip["pip"]]))
    assert re.search(r"^Successfully installed alembic-native-\S+$", output, re.MULTILINE)
    _, *run = documents.commands(INSTALLING, "conda")
    beginning = f"conda run --name {environment['name']} "
    assert all(command.startswith(beginning) for command in run)
    check, upgrade = (command.removeprefix(beginning) for command in run)
    assert ACTIVE.search(shell.succeed(check))
    shell.succeed(upgrade)
    assert shell.succeed("alembic current") == f"{HEAD} (head)\n"


def installed(texts: list[str], system: str) -> list[str]:
    """The names of those requirements that pip takes on a system."""
    return [
        entry.name
        for entry in map(Requirement, texts)
        if entry.marker is None or entry.marker.evaluate({"sys_platform": system})
    ]


def test_windows_is_left_to_alembic() -> None:
    """Both lists of dependencies, by pip's own reading of markers."""
    heading = "Windows for development, Linux in production"
    [lines] = documents.blocks(INSTALLING, "pip-requirements")[heading]
    [pyproject] = documents.blocks(INSTALLING, "toml")[heading]
    listed = ast.literal_eval(pyproject.removeprefix("dependencies = "))
    for texts in (lines.splitlines(), listed):
        assert installed(texts, "win32") == ["alembic"]
        for system in ("linux", "darwin"):
            assert installed(texts, system) == ["alembic", "alembic-native"]


def test_a_base_image(empty: Shell) -> None:
    base, child = documents.blocks(INSTALLING, "dockerfile")["A base image"]
    requirements = empty.project / "requirements.txt"
    requirements.write_text("alembic==1.16.5\n")
    output = [empty.succeed(one) for file in (base, child) for one in instructions(file, "RUN")]
    assert ACTIVE.search(output[1])
    assert "overlay: active (alembic 1.16.5)" in output[-1]
    [command] = instructions(child, "CMD")
    empty.succeed(shlex.join(json.loads(command)))
    assert empty.succeed("alembic current") == f"{HEAD} (head)\n"

    # The image of a child with an Alembic that does not fit is not built.
    requirements.write_text("alembic==1.15.2\n")
    install, check = instructions(child, "RUN")
    empty.succeed(install)
    shown = re.findall(r"^ {4}(.+)$", documents.section(INSTALLING, "A base image"), re.MULTILINE)
    assert len(shown) == 3
    assert {*shown} <= {*empty.succeed(f"! {check}").splitlines()}


# ---- deployments ---------------------------------------------------------------------------------

HELM = "Helm hook and Argo CD"


def test_helm_and_argo_cd(installed: Shell) -> None:
    """The Job's command, and what its policy makes of the exit codes that the command has."""
    job, _ = documents.parsed_yaml(INSTALLING, HELM)
    pod = job["spec"]["template"]["spec"]
    [container] = pod["containers"]
    # A policy for failed pods takes it.
    assert pod["restartPolicy"] == "Never"
    [timeout] = container["env"]
    command = f"{timeout['name']}={timeout['value']} {shlex.join(container['command'])}"
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
        assert outcome(command.replace("=2min", "=1s")) == (75, "Count")
        connection.rollback()
        connection.execute("UPDATE alembic_version SET version_num = 'gone'")
        connection.commit()
        assert outcome(command) == (255, "FailJob")
    assert outcome(f"{command} --no-such-option") == (2, "FailJob")
    installed.succeed("pip install 'psycopg[binary]'")
    nobody_answers = "DATABASE_URL=postgresql+psycopg://127.0.0.1:1/shop"
    assert "Connection refused" in installed.succeed(f"! {nobody_answers} {command} 2>&1")
    assert outcome(f"{nobody_answers} {command}") == (1, "FailJob")


def test_helm_waits_longer_than_the_job_tries() -> None:
    job, secret = documents.parsed_yaml(INSTALLING, HELM)
    [container] = job["spec"]["template"]["spec"]["containers"]
    [lock] = container["env"]
    minutes = int(lock["value"].removesuffix("min"))
    text = documents.section(INSTALLING, HELM)
    [helm] = re.findall(r"`helm upgrade .* --timeout (\d+)m`", text)
    assert (1 + job["spec"]["backoffLimit"]) * minutes < int(helm)

    # The secret is there first: what has no weight and no wave is in the middle, at 0.
    [source] = container["envFrom"]
    assert source["secretRef"]["name"] == secret["metadata"]["name"]
    of_secret, of_job = secret["metadata"]["annotations"], job["metadata"]["annotations"]
    for order in ("helm.sh/hook-weight", "argocd.argoproj.io/sync-wave"):
        assert int(of_secret[order]) < int(of_job.get(order, "0"))
    for hook in ("helm.sh/hook", "argocd.argoproj.io/hook"):
        assert of_secret[hook] == of_job[hook]


def test_heroku(empty: Shell, postgres_url: str) -> None:
    """In a project as `alembic init` makes it."""
    heading = "Heroku's release phase"
    empty.succeed("pip install alembic-native 'psycopg[binary]'")
    empty.succeed("rm -r migrations alembic.ini pyproject.toml")
    empty.succeed("alembic init migrations && alembic revision -m first --rev-id first")
    [procfile] = documents.blocks(INSTALLING, "procfile")[heading]
    [release] = re.findall(r"^release: (.*)$", procfile, re.MULTILINE)
    # A URL may hold characters that are escaped.
    of_heroku = postgres_url.replace("postgresql+psycopg2", "postgres")
    database = f"DATABASE_URL={of_heroku}?application_name=of%20shop"

    env_py = empty.project / "migrations" / "env.py"
    above = "config = context.config\n"
    as_made = env_py.read_text()
    assert as_made.count(above) == 1
    [snippet] = documents.blocks(INSTALLING, "python")[heading]
    unchanged = re.sub(r"\.replace\(\"postgres://\".*\)", "", snippet)
    env_py.write_text(as_made.replace(above, above + unchanged))
    assert "sqlalchemy.dialects:postgres" in empty.succeed(f"! {database} {release} 2>&1")

    env_py.write_text(as_made.replace(above, above + snippet))
    empty.succeed(f"{database} {release}")
    status = empty.succeed(f"{database} alembic-native status --url-env DATABASE_URL")
    assert re.search(r"^Heads +first$", status, re.MULTILINE)

    # A rollback: the scripts are older than the database.
    [newest] = (empty.project / "migrations" / "versions").glob("first_*.py")
    newest.unlink()
    assert empty.succeed(f"{database} {release} >&2; echo $?") == "255\n"
