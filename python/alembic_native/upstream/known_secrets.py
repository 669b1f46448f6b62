"""What is secret for a command: by its configuration files and the environment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from alembic_native.run.secrets import Secrets

if TYPE_CHECKING:
    from alembic.config import Config


def secrets_of(config: Config) -> Secrets:
    """Those of the files that a configuration was read from, as they are now."""
    return Secrets(os.environ, _values_in(configuration_files_of(config)))


def configuration_files_of(config: Config) -> list[str]:
    """``alembic.ini``, ``pyproject.toml``, those of them that are there."""
    # The log of statements does without either.
    named = [getattr(config, name, None) for name in ("config_file_name", "toml_file_name")]
    return [str(file) for file in named if file and os.path.isfile(file)]


def _values_in(files: Iterable[str]) -> Iterator[str]:
    """What stands after the = of a line, in files that may be as they should or not."""
    for file in files:
        with open(file, encoding="utf-8", errors="replace") as opened:
            for line in opened:
                yield line.partition("=")[2].strip(" \t\n\"'").replace("%%", "%")
