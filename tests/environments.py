"""Virtual environments that tests make besides the one they run in, kept in `build/`."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Sequence

from tests.programs import run_quietly, run_to_end

PROJECT = pathlib.Path(__file__).resolve().parents[1]
BUILD = PROJECT / "build"
# For a command that hangs.
END_AFTER_SECONDS = 1800
# What would change how pip, Python or Alembic behave in an environment that is not the tests' own.
NOT_INHERITED = ("ALEMBIC_", "PYTEST_", "PYTHON", "DATABASE_URL", "VIRTUAL_ENV", "COV_", "FLASK_")


class VirtualEnvironment:
    """The virtual environment `folder`, made by `interpreter`; its pip's output is beside it.

    `python` is the interpreter in it. What was installed is written down inside, so that a second
    call with the same arguments does nothing. Any number of processes may prepare one at a time.
    """

    def __init__(self, folder: pathlib.Path, interpreter: str = sys.executable) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        self._interpreter = interpreter
        self._log = folder.with_name(folder.name + ".log")

    def prepare(self, requirements: Sequence[str], wheel: pathlib.Path | None) -> None:
        """Have `requirements` (arguments of `pip install`) in it, and exactly this `wheel`.

        Raises `ProgramFailed`.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self.folder.with_name(self.folder.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            wanted = "\n".join([self._identity(), *requirements])
            if self._note("requirements") != wanted:
                self.make()
                if requirements:
                    self.install(*requirements)
                self._take_note("requirements", wanted)
            if wheel is None:
                return
            content = hashlib.sha256(wheel.read_bytes()).hexdigest()
            if self._note("wheel") != content:
                self.install("--no-deps", "--force-reinstall", str(wheel))
                self._take_note("wheel", content)

    def make(self) -> None:
        """Make it anew, with nothing but pip in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        create = [self._interpreter, "-m", "venv", str(self.folder)]
        run_quietly(create, log=self._log, environment=clean_environment())

    def install(self, *arguments: str) -> None:
        """`pip install` in it. Raises `ProgramFailed`."""
        command = [str(self.python), "-m", "pip", "install", *arguments]
        run_quietly(command, log=self._log, folder=PROJECT, environment=clean_environment())

    def program(self, name: str) -> str:
        """The path of a program that a package brought into it."""
        return str(self.folder / "bin" / name)

    def run(
        self, *command: str, folder: pathlib.Path = PROJECT, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as if the environment were activated; the exit code is the caller's."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return run_to_end(
            command,
            folder=folder,
            environment=clean_environment(VIRTUAL_ENV=str(self.folder), PATH=path, **environment),
            seconds=END_AFTER_SECONDS,
        )

    def succeed(self, *command: str, folder: pathlib.Path = PROJECT, **environment: str) -> str:
        """The same, for a command that must exit with 0; what it printed to standard output."""
        result = self.run(*command, folder=folder, **environment)
        assert result.returncode == 0, f"{' '.join(command)}\n{result.stdout}{result.stderr}"
        return result.stdout

    def _identity(self) -> str:
        if self._interpreter == sys.executable:
            return f"{sys.executable} {sys.version}"
        version = [self._interpreter, "-c", "import sys; print(sys.executable, sys.version)"]
        return subprocess.run(version, capture_output=True, text=True, check=True).stdout

    def _note(self, name: str) -> str | None:
        """What was installed, as written down after it had worked."""
        path = self.folder / f"installed-{name}.txt"
        return path.read_text(encoding="utf-8") if path.exists() else None

    def _take_note(self, name: str, text: str) -> None:
        (self.folder / f"installed-{name}.txt").write_text(text, encoding="utf-8")


def clean_environment(**further: str) -> dict[str, str]:
    """This process's environment without what belongs to whoever started it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
    return {**kept, **further}


def stand_alone_wheel() -> pathlib.Path:
    """The wheel of `make wheel` for this interpreter. Raises `FileNotFoundError`."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    found = list((PROJECT / "dist").glob(f"alembic_native-*-{tag}-*.whl"))
    if len(found) != 1:
        raise FileNotFoundError(f"dist/ has {len(found)} wheels for {tag}; run: make wheel")
    return found[0]


def pure_wheel(folder: pathlib.Path) -> pathlib.Path:
    """The wheel of `make wheel-pure`, built in `folder` as that does. Raises `ProgramFailed`."""
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(folder), "."]
    environment = clean_environment(ALEMBIC_NATIVE_PURE="1")
    run_quietly(build, log=folder / "wheel.log", folder=PROJECT, environment=environment)
    [wheel] = folder.glob("*.whl")
    return wheel


def build_wheel(folder: pathlib.Path, interpreter: str = sys.executable) -> pathlib.Path:
    """The wheel of this checkout for `interpreter`, built in `folder` as pip does.

    One that was built of the same sources is used again. Raises `ProgramFailed`.
    """
    target = folder / "wheel"
    note = target / "built-from.txt"
    sources = _digest_of_sources()
    if note.exists() and note.read_text() == sources:
        return next(target.glob("*.whl"))
    shutil.rmtree(target, ignore_errors=True)
    build = [interpreter, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(target)]
    build += ["--config-settings", f"build-dir={folder / 'wheel-build'}", "."]
    environment = clean_environment()
    run_quietly(build, log=folder / "wheel.log", folder=PROJECT, environment=environment)
    [wheel] = target.glob("*.whl")
    note.write_text(sources)
    return wheel


def _digest_of_sources() -> str:
    files = [PROJECT / name for name in ("CMakeLists.txt", "pyproject.toml", "README.md")]
    for folder in ("cpp", "python"):
        files += [path for path in (PROJECT / folder).rglob("*") if "__pycache__" not in path.parts]
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        digest.update(f"{path}\n".encode() + path.read_bytes())
    return digest.hexdigest()
