"""What is known of a command that has failed, beside the error."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from alembic_native.frames import OwnFiles
from alembic_native.run.secrets import Secrets

if TYPE_CHECKING:
    from alembic_native.run.outcome import Outcome


class Head(NamedTuple):
    """A head of the scripts: its id, the first line of its message, and its file."""

    revision: str
    message: str
    file: str


def _none() -> Sequence[Head]:
    return ()


def _nothing(_: str) -> None:
    return None


@dataclass(frozen=True)
class Circumstances:
    """``command`` is its name, as ``upgrade``; ``named_files`` are those that its command line
    names, ``configuration`` is the one it was configured by, if there is one, and ``option`` gives
    a setting; ``heads`` reads the scripts, and may raise. ``runs`` are those that had steps, None
    where nobody has noted them, and ``database_heads`` what the version table held when the last
    run began; None if it was not read."""

    command: str
    secrets: Secrets
    own_files: OwnFiles
    configuration: str | None = None
    named_files: Sequence[str] = ()
    option: Callable[[str], Any] = _nothing
    runs: Sequence[Outcome] | None = ()
    database_heads: tuple[str, ...] | None = None
    heads: Callable[[], Sequence[Head]] = _none
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def folder(self) -> str:
        """The folder of the configuration."""
        return os.path.dirname(os.path.abspath(self.configuration or os.curdir + os.sep + "."))

    @property
    def last_run(self) -> Outcome | None:
        return self.runs[-1] if self.runs else None
