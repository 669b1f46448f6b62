"""Every command of `docs/installing.md` and `docs/troubleshooting.md`, run as it stands there."""

from __future__ import annotations

import contextlib
import json
import pathlib
import re
import shutil
import sqlite3
import sys

import pytest

from tests.environments import PROJECT, VirtualEnvironment
from tests.installation import documents, package_index
from tests.installation.conftest import PYPROJECT
from tests.installation.documents import INSTALLING
from tests.installation.shell import ACTIVE, HEAD, Shell

README = PROJECT / "README.md"
#: Made by tests/errors, which runs each command on it; the hints on it name others.
ERRORS = PROJECT / "docs" / "errors.md"
DOCUMENTS = [README, *sorted({*(PROJECT / "docs").glob("*.md")} - {ERRORS})]
TROUBLESHOOTING = PROJECT / "docs" / "troubleshooting.md"


def covered(document: pathlib.Path, *languages: str) -> set[str]:
    return {heading for name in languages for heading in documents.blocks(document, name)}


def test_no_heading_with_commands_is_left_out() -> None:
    """Of those, `test_editable.py` runs the last; the files beside it what this file does not."""
    assert covered(
        INSTALLING,
        "console",
        "dockerfile",
        "python",
        "yaml",
        "procfile",
        "toml",
        "pip-requirements",
    ) == {
        "pip",
        "Poetry",
        "uv",
        "conda",
        "From a folder",
        "Air-gapped",
        "Docker",
        "Alpine",
        "arm64",
        "distroless",
        "Non-root and read-only root",
        "A base image",
        "Helm hook and Argo CD",
        "Heroku's release phase",
        "Windows for development, Linux in production",
        "From a checkout",
        "Where no .pth file is read",
        "Leaving",
        "Working on alembic-native itself",
    }
    assert covered(TROUBLESHOOTING, "console") == {
        "Is it at work?",
        "Another Alembic is installed",
        "The extension module cannot be loaded",
        "Is it alembic-native's fault?",
        "Can't locate revision identified by '...'",
        "Multiple head revisions are present",
        "No changes in schema detected",
        "Tables exist already",
    }
    for document in (INSTALLING, TROUBLESHOOTING):
        assert covered(document, "text", "bash", "sh", "shell") == set()


#: Commands that no test of this file runs, and why.
NOT_RUN_HERE = {
    "make check": "a part of make test",
    "make test": "it runs this test",
    "make conformance-with ALEMBIC=1.21.0": "of a release that is not there yet",
    "make contract": "minutes, with every release of Alembic; tests/conformance/fingerprints.py",
    "python -S": "lacks its program; run by tests/python/upstream/test_start_files.py",
    "python -v -c ''": "for a reader; it shows what Python imports",
    "make matrix": "an hour; tests/matrix/test_newest.py runs its newest row",
    "make bench": "minutes; tests/python/test_bench.py runs its parts",
    "apt-get install g++": "as root; .ci/install-system-packages installs them",
    "apt-get install libpqxx-dev libpq-dev": "as root; .ci/install-system-packages installs them",
    "make wheel PYTHON=python3.12": "with the Python of these tests, make wheel is run",
    "make wheels": "minutes, for every Python; tests/wheel/run.py",
    "make wheel-pure": "built as it does by tests/wheel/test_pure_wheel.py",
    "pip install --force-reinstall --no-deps --no-binary alembic-native alembic-native": (
        "compiles for minutes, as make wheel"
    ),
    "make platforms": "minutes, with cross compilers and emulators; .ci/platforms/run.py",
    "docker buildx build --platform linux/amd64,linux/arm64 .": "takes Docker and its images",
    "poetry add packages/alembic_native-0.1.0-cp312-cp312-manylinux_2_34_x86_64.whl": (
        "names a file; run by tests/installation/test_from_a_folder.py"
    ),
    "alembic init": "lacks its folder; run by tests/installation/test_recipes.py",
    "pip uninstall alembic-native": "asks back; with --yes it is run under Leaving",
    "pip install --target": "lacks its arguments; run under Where no .pth file is read",
    "alembic status": "run by tests/python/test_documented_commands.py",
    "alembic wait": "run by tests/python/test_documented_commands.py",
    "alembic rebase": "run by tests/python/rebase/test_documented.py",
    "alembic lint": "run by tests/python/lint/test_documented.py",
    "alembic history": "run by tests/projects",
    "alembic merge heads": "run by tests/python/upstream/test_new_revision.py",
    "alembic upgrade heads": "run by tests/python/test_documented_commands.py",
    "alembic upgrade": "names the command; run by tests/python/run",
    "alembic --raiseerr ...": "lacks its command; run by tests/python/run/test_readable_errors.py",
    "alembic --raiseerr upgrade ...": "lacks its revision; as above",
    "alembic --raiseerr upgrade head": "run by tests/python/run/test_readable_errors.py",
    "alembic status --url": "run by tests/python/test_documented_commands.py",
    "uv pip install --reinstall --no-deps alembic-native": (
        "of an environment without pip; run by tests/installation/test_from_a_folder.py"
    ),
    "pip install 'alembic-native[progress]'": "tqdm is there; run by tests/python/run",
}
OF_MAKE = ["make help", "make demo"]
WITHOUT_PTH = [
    "PYTHONPATH=vendor python -m alembic upgrade head",
    "PYTHONPATH=vendor python -m alembic_native",
    "PYTHONPATH=vendor python -m alembic_native status",
]
LEAVING = ["poetry remove alembic-native", "uv remove alembic-native"]


def test_every_command_of_readme_and_docs_is_run_or_listed_with_a_reason() -> None:
    run = {
        command
        for document in (INSTALLING, TROUBLESHOOTING)
        for texts in documents.blocks(document, "console").values()
        for command in "".join(texts).splitlines()
    } | {*OF_MAKE, *WITHOUT_PTH, *LEAVING}
    shown = documents.indented_commands(README)
    assert len(shown) >= 5
    for document in DOCUMENTS:
        shown += documents.inline_commands(document)
    assert not {*shown} - run - {*NOT_RUN_HERE}
    assert {*NOT_RUN_HERE} <= {*shown}


def test_the_reasons_hold() -> None:
    packages = (PROJECT / ".ci" / "install-system-packages").read_text()
    # libpqxx-dev depends on libpq-dev.
    assert all(f"need {name} " in packages for name in ("g++", "libfmt-dev", "libpqxx-dev"))
    for reason in NOT_RUN_HERE.values():
        for path in re.findall(r"tests/[\w/.]+", reason):
            assert (PROJECT / path).exists(), path
    # Blocks of other languages than `console`, which test_documented_commands.py runs.
    for document in DOCUMENTS:
        if document.name in ("rebase.md", "lint.md"):
            # tests/python/rebase/test_documented.py and that of lint run those.
            continue
        blocks = [text for texts in documents.blocks(document, "sh").values() for text in texts]
        assert all(re.search(r"alembic.*(status|wait|lint)", text) for text in blocks)
        assert not blocks or document in (README, PROJECT / "docs" / "status-and-wait.md")
        if document not in (INSTALLING, TROUBLESHOOTING):
            assert covered(document, "console", "bash", "shell") == set()


def test_from_a_checkout(environment: VirtualEnvironment) -> None:
    """One after the other: make works in one folder."""
    shell = Shell(PROJECT, environment.folder / "bin", {})
    help_text, demo = (shell.succeed(command) for command in OF_MAKE)
    assert "make demo" in help_text
    assert re.search(rf"^{HEAD}.*\(head\)", demo, re.MULTILINE)
    assert ACTIVE.search(demo)
    # With it, any command can be run on the database of the demo.
    [another] = re.findall(r"^ {4}(DATABASE_URL=.*)$", demo, re.MULTILINE)
    assert re.search(rf"^Heads +{HEAD}$", shell.succeed(another), re.MULTILINE)
    wheel, _, information = shell.follow(INSTALLING, "From a checkout")
    assert re.search(r"^dist/alembic_native-.*\.whl$", wheel, re.MULTILINE)
    assert ACTIVE.search(information)


def test_pip_and_leaving(shell: Shell) -> None:
    _, information, _ = shell.follow(INSTALLING, "pip")
    assert ACTIVE.search(information)
    assert shell.succeed("alembic current") == f"{HEAD} (head)\n"
    shell.follow(INSTALLING, "Leaving")
    assert shell.succeed("alembic current") == f"{HEAD} (head)\n"


def leave(shell: Shell, program: str) -> None:
    """Out of a project of Poetry or uv, whose own environment then has upstream as it was."""
    [command] = [command for command in LEAVING if command.startswith(program)]
    shell.succeed(command)
    # uv leaves byte code, which without its source is not imported.
    found = (shell.project / ".venv").rglob("*alembic_native*")
    assert [path for path in found if path.parent.name != "__pycache__"] == []
    assert "alembic-native" not in (shell.project / "pyproject.toml").read_text()
    assert shell.succeed(f"{program} run alembic current") == f"{HEAD} (head)\n"


def test_poetry(tools: VirtualEnvironment, project: pathlib.Path, index: str) -> None:
    sources = package_index.poetry_sources(index)
    (project / "pyproject.toml").write_text(PYPROJECT + sources)
    shell = Shell(project, tools.folder / "bin", package_index.for_poetry(project.parent / "cache"))
    shell.succeed(f"poetry env use {sys.executable}")
    shell.succeed("poetry install")
    assert HEAD in shell.succeed("poetry run alembic heads")
    _, information, _ = shell.follow(INSTALLING, "Poetry")
    assert ACTIVE.search(information)
    assert "alembic-native" in (project / "pyproject.toml").read_text().partition("[tool.")[0]
    assert shell.succeed("poetry run alembic current") == f"{HEAD} (head)\n"
    leave(shell, "poetry")


def test_uv(tools: VirtualEnvironment, project: pathlib.Path, index: str) -> None:
    cache = project.parent / "cache"
    shell = Shell(project, tools.folder / "bin", package_index.for_uv(index, cache))
    shell.succeed("uv sync")
    assert HEAD in shell.succeed("uv run alembic heads")
    _, information, _ = shell.follow(INSTALLING, "uv")
    assert ACTIVE.search(information)
    assert "alembic-native" in (project / "pyproject.toml").read_text().partition("[tool.")[0]
    assert shell.succeed("uv run alembic current") == f"{HEAD} (head)\n"
    leave(shell, "uv")


def test_docker(shell: Shell) -> None:
    """What the Dockerfile runs, in its order, without Docker."""
    [dockerfile] = documents.blocks(INSTALLING, "dockerfile")["Docker"]
    (shell.project / "requirements.txt").write_text("alembic\nalembic-native\n")
    (shell.project / "app.py").write_text('print("the application runs")\n')
    output = [shell.succeed(command) for command in re.findall(r"^RUN (.*)", dockerfile, re.M)]
    assert ACTIVE.search(output[-1])
    [arguments] = re.findall(r"^CMD (.*)", dockerfile, re.M)
    program, option, script = json.loads(arguments)
    assert (program, option) == ("sh", "-c")
    assert shell.succeed(script) == "the application runs\n"
    assert shell.succeed("alembic current") == f"{HEAD} (head)\n"


NO_PTH = "Where no .pth file is read"


@pytest.fixture
def vendor(shell: Shell) -> Shell:
    install, _ = documents.commands(INSTALLING, NO_PTH)
    shell.succeed(install)
    return shell


def test_in_a_target_folder_alembic_is_alone_and_no_warning_says_so(vendor: Shell) -> None:
    upgrade, check, status = WITHOUT_PTH
    assert "alembic-native" not in vendor.succeed(f"{upgrade} 2>&1")
    [line] = re.findall(r"^ {4}(.+)$", documents.section(INSTALLING, NO_PTH), re.MULTILINE)
    assert vendor.succeed(f"{check}; echo $?").endswith(f"\n{line}\n1\n")
    assert "Pending   none" in vendor.succeed(status)


def test_a_target_folder_needs_activate(vendor: Shell) -> None:
    [program] = documents.blocks(INSTALLING, "python")[NO_PTH]
    _, upgrade = documents.commands(INSTALLING, NO_PTH)
    (vendor.project / "migrate.py").write_text(program + SERVED_BY_US)
    vendor.succeed(upgrade)
    assert vendor.succeed("alembic current") == f"{HEAD} (head)\n"

    # And so does a zip application whose packages lie beside it.
    application = vendor.project / "application"
    application.mkdir()
    shutil.copy(vendor.project / "migrate.py", application / "__main__.py")
    vendor.succeed("python -m zipapp application")
    vendor.succeed("alembic downgrade base")
    vendor.succeed(upgrade.replace("migrate.py", "application.pyz"))
    assert vendor.succeed("alembic current") == f"{HEAD} (head)\n"


SERVED_BY_US = """
import alembic.script.revision
assert alembic.script.revision.__file__.startswith(sys.path[0])
assert alembic.script.revision.__file__.endswith("alembic_native/upstream/revision.py")
"""


def test_packed_into_a_zip_file_it_runs_without_its_core(vendor: Shell) -> None:
    shutil.make_archive(str(vendor.project / "packages"), "zip", vendor.project / "vendor")
    (vendor.project / "migrate.py").write_text(
        "import sys; sys.path.insert(0, 'packages.zip')\n"
        "import alembic_native; alembic_native.activate()\n"
        "import alembic.script.revision as r; print(r.__file__)\n"
    )
    output = vendor.succeed("python migrate.py 2>&1")
    assert output.count("alembic-native runs without its native core") == 1
    assert "_core cannot be loaded" in output
    assert output.splitlines()[-1].endswith("packages.zip/alembic/script/revision.py")


def test_is_it_at_work(installed: Shell) -> None:
    [information] = installed.follow(TROUBLESHOOTING, "Is it at work?")
    assert ACTIVE.search(information)


def test_another_alembic(installed: Shell) -> None:
    installed.succeed("pip install alembic==1.15.2")
    information = installed.succeed("! python -m alembic_native 2>&1")
    assert "overlay: partly active (alembic 1.15.2)" in information
    assert "alembic-native needs Alembic 1.16.0 or newer" in installed.succeed("alembic heads 2>&1")
    information = installed.follow(TROUBLESHOOTING, "Another Alembic is installed")[-1]
    assert ACTIVE.search(information)


def test_the_extension_module_cannot_be_loaded(installed: Shell) -> None:
    installed.succeed("rm $(python -c 'import alembic_native._core as c; print(c.__file__)')")
    assert "_core is missing" in installed.succeed("! python -m alembic_native 2>&1")
    heading = "The extension module cannot be loaded"
    assert ACTIVE.search(installed.follow(TROUBLESHOOTING, heading)[-1])


SCRIPT = """
revision = {0!r}
down_revision = {1!r}

def upgrade():
    pass

def downgrade():
    pass
"""


def test_entries_about_revisions(installed: Shell) -> None:
    """A project gets into what each heading says, and out of it by the commands under it."""
    versions = installed.project / "migrations" / "versions"
    [_] = installed.follow(TROUBLESHOOTING, "Is it alembic-native's fault?")

    (versions / "lost.py").write_text(SCRIPT.format("aaaa", HEAD))
    installed.succeed("alembic upgrade head")
    (versions / "lost.py").unlink()
    assert "Can't locate revision" in installed.succeed("! alembic upgrade head 2>&1")
    heading = "Can't locate revision identified by '...'"
    assert installed.follow(TROUBLESHOOTING, heading)[-1] == f"{HEAD} (head)\n"

    assert "No new upgrade operations" in "".join(
        installed.follow(TROUBLESHOOTING, "No changes in schema detected")
    )

    with contextlib.closing(sqlite3.connect(installed.project / "bookshop.db")) as connection:
        connection.execute("DROP TABLE alembic_version")
    assert "already exists" in installed.succeed("! alembic upgrade head 2>&1")
    installed.follow(TROUBLESHOOTING, "Tables exist already")
    assert installed.succeed("alembic current") == f"{HEAD} (head)\n"

    for name in ("bbbb", "cccc"):
        (versions / f"{name}.py").write_text(SCRIPT.format(name, HEAD))
    assert "Multiple head revisions" in installed.succeed("! alembic upgrade head 2>&1")
    heads, _, _ = installed.follow(TROUBLESHOOTING, "Multiple head revisions are present")
    assert re.findall(r"^\w+", heads, re.M) == ["bbbb", "cccc"]
    assert installed.succeed("alembic current").endswith("(head) (mergepoint)\n")
