"""The error for a down_revision or depends_on that no script has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alembic.util.exc import CommandError


class MissingRevision(CommandError, KeyError):
    """A script refers to a revision that is not there.

    Upstream lets the bare ``KeyError`` of its dictionary through; this is one, for code that
    catches that, and a ``CommandError``, so that the command line prints it and stops.
    """

    def __init__(
        self,
        message: str,
        missing: str,
        revision: str,
        path: str | None = None,
        line: int | None = None,
        nearest: Sequence[str] = (),
        is_down_revision: bool = True,
    ) -> None:
        super().__init__(message)
        self.missing = missing
        self.revision = revision
        self.path = path
        self.line = line
        self.nearest = tuple(nearest)
        self.is_down_revision = is_down_revision

    def __str__(self) -> str:
        return str(self.args[0])

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (
            self.args[0],
            self.missing,
            self.revision,
            self.path,
            self.line,
            self.nearest,
            self.is_down_revision,
        )
