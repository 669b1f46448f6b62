"""The virtual environment of one upstream release: it, what its suite needs, and our wheel."""

from __future__ import annotations

import hashlib
import pathlib
import shutil
import sys

from tests.conformance.programs import run_quietly
from tests.conformance.upstream import Release


class Environment:
    """`venv-<version>` in the cache folder; kept as long as interpreter and requirements stay.

    `folder` is where it lies, `python` its interpreter.
    """

    def __init__(self, release: Release, cache: pathlib.Path) -> None:
        self._release = release
        self.folder = cache / f"venv-{release.version}"
        self._log = cache / f"venv-{release.version}.log"
        self.python = self.folder / "bin" / "python"

    def prepare(self, wheel: pathlib.Path) -> None:
        """Make the environment unless it is there, and put `wheel` into it unless it is there."""
        requirements = self._release.requirements()
        wanted = "\n".join([sys.executable, sys.version, *requirements])
        if self._note("requirements") != wanted:
            shutil.rmtree(self.folder, ignore_errors=True)
            create = [sys.executable, "-m", "venv", "--upgrade-deps", str(self.folder)]
            run_quietly(create, log=self._log)
            self._install(requirements)
            self._take_note("requirements", wanted)
        content = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if self._note("wheel") != content:
            self._install(["--no-deps", "--force-reinstall", str(wheel)])
            self._take_note("wheel", content)

    def _install(self, arguments: list[str]) -> None:
        run_quietly([str(self.python), "-m", "pip", "install", *arguments], log=self._log)

    def _note(self, name: str) -> str | None:
        """What was installed, as written down after it had worked."""
        path = self.folder / f"installed-{name}.txt"
        return path.read_text(encoding="utf-8") if path.exists() else None

    def _take_note(self, name: str, text: str) -> None:
        (self.folder / f"installed-{name}.txt").write_text(text, encoding="utf-8")


def build_wheel(project: pathlib.Path, cache: pathlib.Path) -> pathlib.Path:
    """Build the wheel of the checkout at `project` and return its path."""
    folder = cache / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(folder)]
    build += ["--config-settings", f"build-dir={cache / 'wheel-build'}", "."]
    run_quietly(build, log=cache / "wheel.log", folder=project)
    [wheel] = folder.glob("*.whl")
    return wheel
