"""The recipes of `docs/installing.md` for machines without a network."""

from __future__ import annotations

import pathlib
import re
import shlex
import shutil
import sys
import zipfile
from email.parser import Parser

import pytest
from packaging.requirements import Requirement

from tests.environments import stand_alone_wheel
from tests.installation import documents, package_index
from tests.installation.container import in_namespaces
from tests.installation.documents import INSTALLING
from tests.installation.shell import ACTIVE, Shell

COMMANDS = documents.commands(INSTALLING, "Air-gapped")
DOWNLOAD, INSTALL, CHECK, WRITE_HASHES, INSTALL_WITH_HASHES, FOR_3_12, FOR_3_10 = COMMANDS


def without_network(command: str) -> str:
    """The same command, and nothing tells pip where packages are."""
    alone = [*in_namespaces("--net"), "env", "--ignore-environment", "PIP_CONFIG_FILE=/dev/null"]
    return f'{shlex.join(alone)} PATH="$PATH" bash -c {shlex.quote(command)}'


def test_air_gapped(empty: Shell) -> None:
    empty.succeed(DOWNLOAD)
    files = {path.name.split("-")[0].lower(): path for path in (empty.project / "wheels").iterdir()}
    assert {*files} == files_listed(files["sqlalchemy"].name.split("-")[1])

    empty.succeed(without_network(INSTALL))
    assert ACTIVE.search(empty.succeed(without_network(CHECK)))

    # With hashes, and with one of them wrong.
    empty.succeed(WRITE_HASHES)
    hashes = empty.project / "hashes.txt"
    assert len(hashes.read_text().splitlines()) == len(files)
    empty.succeed(f"pip uninstall --yes {' '.join(files)}")
    empty.succeed(without_network(INSTALL_WITH_HASHES))
    assert ACTIVE.search(empty.succeed(CHECK))
    empty.succeed(f"pip uninstall --yes {' '.join(files)}")
    hashes.write_text(re.sub(r"sha256:\w+", f"sha256:{64 * '0'}", hashes.read_text(), count=1))
    assert "DO NOT MATCH THE HASHES" in empty.succeed(
        f"! {without_network(INSTALL_WITH_HASHES)} 2>&1"
    )


def files_listed(sqlalchemy: str) -> set[str]:
    """The names in the document of what pip downloads with this version of SQLAlchemy."""
    text = documents.section(INSTALLING, "Air-gapped")
    listed = [{*re.findall(r"`(\w+)`", line)} for line in re.findall(r"^- .*", text, re.M)]
    always, before_3_11, before_2_1 = listed
    if sys.version_info < (3, 11):
        always |= before_3_11
    if tuple(map(int, sqlalchemy.split(".")[:2])) < (2, 1):
        always |= before_2_1
    return always


def downloaded(command: str, wheel: pathlib.Path, folder: pathlib.Path) -> list[pathlib.Path]:
    """What a command of the document downloads in `folder`, where the index has a file `wheel`.

    pip chooses by names: a wheel for another Python is here a file of such a name.
    """
    shutil.copy(stand_alone_wheel(), wheel)
    with package_index.serving(wheel, folder.parent / "index") as url:
        shell = Shell(folder, pathlib.Path(sys.executable).parent, package_index.for_pip(url))
        shell.succeed(command)
    return [*(folder / "wheels").iterdir()]


def named(python: str, platform: str) -> str:
    """The name of a wheel for another interpreter."""
    version = stand_alone_wheel().name.split("-")[1]
    return f"alembic_native-{version}-{python}-{python}-{platform}.whl"


@pytest.mark.parametrize("platform", ["manylinux_2_34_x86_64", "manylinux_2_28_x86_64"])
def test_for_another_kind_of_machine(
    platform: str, project: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    wheel = tmp_path / named("cp312", platform)
    names = {path.name for path in downloaded(FOR_3_12, wheel, project)}
    assert wheel.name in names
    assert [name for name in names if "-cp312-" not in name and "-none-any" not in name] == []


def requirements(wheel: pathlib.Path) -> list[Requirement]:
    with zipfile.ZipFile(wheel) as archive:
        [path] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(path).decode(), headersonly=True)
    return [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]


def missing(wheels: list[pathlib.Path], machine: str) -> set[str]:
    """What Python 3.10 on Linux needs of these wheels' dependencies and does not find there."""
    there = {path.name.split("-")[0].lower() for path in wheels}
    target = {
        "python_version": "3.10",
        "python_full_version": "3.10.13",
        "sys_platform": "linux",
        "platform_machine": machine,
        "extra": "",
    }
    needed = {
        one.name.lower().replace("-", "_")
        for wheel in wheels
        for one in requirements(wheel)
        if one.marker is None or one.marker.evaluate(target)
    }
    return needed - there


def test_for_an_older_python(project: pathlib.Path, tmp_path: pathlib.Path) -> None:
    wheel = tmp_path / named("cp310", "manylinux_2_28_x86_64")
    [added] = re.findall(r"alembic-native (tomli greenlet) ", FOR_3_10)
    as_for_3_12 = FOR_3_10.replace(f" {added}", "")
    assert as_for_3_12 == FOR_3_12.replace("3.12", "3.10")

    wheels = downloaded(as_for_3_12, wheel, project)
    # pip has asked the Python of these tests for what older ones need.
    assert missing(wheels, "x86_64") == ({"tomli"} if sys.version_info >= (3, 11) else set())
    # A Mac with Apple's processor calls it arm64: what pip asks there is whether that needs it.
    without_greenlet = [path for path in wheels if not path.name.startswith("greenlet-")]
    left_out = missing(without_greenlet, "x86_64") - missing(without_greenlet, "arm64")
    [sqlalchemy] = [path.name for path in wheels if path.name.lower().startswith("sqlalchemy-")]
    assert ("greenlet" in left_out) == sqlalchemy.lower().startswith("sqlalchemy-2.0.")

    shutil.rmtree(project / "wheels")
    shutil.rmtree(tmp_path / "index")
    wheels = downloaded(FOR_3_10, wheel, project)
    assert {*added.split()} <= {path.name.split("-")[0] for path in wheels}
    assert missing(wheels, "x86_64") == set()
