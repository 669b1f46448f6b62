"""Coming into an environment that has Alembic, and leaving it: upstream stays as it was."""

from __future__ import annotations

import hashlib
import pathlib
import zipfile

from tests.environments import VirtualEnvironment, stand_alone_wheel

NEWER = "1.21.0"


def files(environment: VirtualEnvironment) -> dict[str, str]:
    """Digest of every file of the environment, but for byte code."""
    return {
        str(path.relative_to(environment.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in environment.folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def site_packages(environment: VirtualEnvironment) -> pathlib.Path:
    [folder] = environment.folder.glob("lib/python*/site-packages")
    return folder


def upgrade(environment: VirtualEnvironment, project: pathlib.Path, *alembic: str) -> str:
    """What `alembic upgrade head` prints to standard error, when it succeeds."""
    url = f"sqlite:///{project / 'bookshop.db'}"
    command = alembic or ("alembic",)
    result = environment.run(*command, "upgrade", "head", folder=project, DATABASE_URL=url)
    assert result.returncode == 0, result.stderr
    current = environment.succeed(*command, "current", folder=project, DATABASE_URL=url)
    assert current == "f40b7a6e3c98 (head)\n"
    return result.stderr


def test_uninstalling_leaves_every_file_as_it_was(
    environment: VirtualEnvironment, project: pathlib.Path
) -> None:
    before = files(environment)
    environment.install(str(stand_alone_wheel()))
    with_it = files(environment)
    assert {name: with_it.get(name) for name in before} == before
    assert "overlay: active" in environment.succeed("python", "-m", "alembic_native")
    upgrade(environment, project)

    environment.succeed("pip", "uninstall", "--yes", "alembic-native")
    assert files(environment) == before
    left = [path for path in site_packages(environment).iterdir() if "native" in path.name]
    assert left == []
    assert upgrade(environment, project).count("Running upgrade") == 0


def test_alembic_becomes_older_than_the_supported_range_afterwards(
    environment: VirtualEnvironment, project: pathlib.Path
) -> None:
    environment.install(str(stand_alone_wheel()))
    environment.install("alembic==1.15.2")
    for command in (["alembic"], ["python", "-m", "alembic"]):
        messages = upgrade(environment, project, *command)
        assert messages.count("RuntimeWarning: alembic-native") == 1
        assert "needs Alembic 1.16.0 or newer, and 1.15.2 is installed: its parts " in messages
        assert "-m pip install --upgrade alembic` mends that" in messages
    information = environment.run("python", "-W", "ignore", "-m", "alembic_native")
    assert information.returncode == 1
    assert "overlay: partly active (alembic 1.15.2)" in information.stdout
    assert "part core: not active: the code of alembic." in information.stdout
    # Bug: its traceback, for an argument that this Alembic does not know.
    status = environment.run("alembic-native", "status", folder=project)
    assert (status.returncode, "Traceback" in status.stderr) == (255, False)
    assert "FAILED: This needs Alembic 1.16.0 or newer, and 1.15.2 is installed" in status.stderr

    environment.install("alembic>=1.16,<1.21")
    assert "overlay: active" in environment.succeed("python", "-m", "alembic_native")


def test_alembic_becomes_newer_and_is_the_same_code(
    environment: VirtualEnvironment, project: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """What counts is the code that is found, and not the number of the version."""
    environment.install(str(stand_alone_wheel()))
    environment.install("--no-deps", str(newer_alembic(environment, tmp_path)))
    for command in (["alembic"], ["python", "-m", "alembic"]):
        assert "alembic-native" not in upgrade(environment, project, *command)
    information = environment.succeed("python", "-m", "alembic_native")
    assert f"overlay: active (alembic {NEWER})" in information


def newer_alembic(environment: VirtualEnvironment, folder: pathlib.Path) -> pathlib.Path:
    """A wheel of the Alembic in the environment that calls itself NEWER."""
    packages = site_packages(environment)
    [metadata] = packages.glob("alembic-*.dist-info")
    version = metadata.name.removeprefix("alembic-").removesuffix(".dist-info")
    wheel = folder / f"alembic-{NEWER}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in [*(packages / "alembic").rglob("*"), *metadata.iterdir()]:
            if path.is_dir() or "__pycache__" in path.parts or path.name in ("RECORD", "INSTALLER"):
                continue
            name = str(path.relative_to(packages)).replace(
                metadata.name, f"alembic-{NEWER}.dist-info"
            )
            data = path.read_bytes()
            if path.name in ("METADATA", "__init__.py"):
                data = data.replace(version.encode(), NEWER.encode())
            archive.writestr(name, data)
        archive.writestr(f"alembic-{NEWER}.dist-info/RECORD", "")
    return wheel
