"""The virtual environment of one upstream release."""

from __future__ import annotations

import pathlib

from tests.conformance.upstream import Release
from tests.environments import VirtualEnvironment


class Environment(VirtualEnvironment):
    """`venv-<version>` in the cache folder."""

    def __init__(self, release: Release, cache: pathlib.Path) -> None:
        super().__init__(cache / f"venv-{release.version}")

    def make(self) -> None:
        """Its pip has to know dependency groups."""
        super().make()
        self.install("--upgrade", "pip")
