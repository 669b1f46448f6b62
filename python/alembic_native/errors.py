"""Exceptions of the core.

Those of the revision map have the names, parents, arguments and messages of Alembic's. All pickle,
and none holds anything but text.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Fields = dict[str, Any]


class RevisionError(Exception):
    """Something is wrong with revisions, or with how they were asked for."""


class RangeNotAncestorError(RevisionError):
    """The lower end of a range is not an ancestor of its upper end."""

    def __init__(self, lower: Any, upper: Any) -> None:
        self.lower = lower
        self.upper = upper
        super().__init__(
            f"Revision {lower or 'base'} is not an ancestor of revision {upper or 'base'}"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.lower, self.upper)


class MultipleHeads(RevisionError):
    """One head was asked for, and there are several."""

    def __init__(self, heads: Sequence[str], argument: str | None) -> None:
        self.heads = heads
        self.argument = argument
        super().__init__(
            f"Multiple heads are present for given argument '{argument}'; {', '.join(heads)}"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.heads, self.argument)


class ResolutionError(RevisionError):
    """An identifier names no revision, or several."""

    def __init__(self, message: str, argument: str) -> None:
        super().__init__(message)
        self.argument = argument

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (*self.args, self.argument)


class CycleDetected(RevisionError):
    """Following down_revision from these revisions leads back to them."""

    kind = "Cycle"

    def __init__(self, revisions: Sequence[str]) -> None:
        self.revisions = revisions
        super().__init__(f"{self.kind} is detected in revisions ({', '.join(revisions)})")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.revisions,)


class DependencyCycleDetected(CycleDetected):
    """The same, where depends_on is followed, too."""

    kind = "Dependency cycle"

    def __init__(self, revisions: Sequence[str]) -> None:
        super().__init__(revisions)


class LoopDetected(CycleDetected):
    """A revision is its own down_revision."""

    kind = "Self-loop"

    def __init__(self, revision: str) -> None:
        super().__init__([revision])

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.revisions[0],)


class DependencyLoopDetected(DependencyCycleDetected, LoopDetected):
    """A revision depends on itself."""

    kind = "Dependency self-loop"

    def __init__(self, revision: Sequence[str]) -> None:
        super().__init__(revision)


class MissingRevision(KeyError):
    """A script refers to a revision that is not there.

    Alembic lets the bare ``KeyError`` of its dictionary through; this is one, for code that
    catches that.
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


class InternalError(Exception):
    """A fault of alembic-native itself. Please report it with the message."""


#: Makes what is raised for a missing revision: of a subclass where callers expect more of it.
new_missing_revision: Callable[..., MissingRevision] = MissingRevision


def _missing_revision(message: str, fields: Fields) -> Exception:
    return new_missing_revision(
        message,
        missing=fields["argument"],
        revision=fields["revision"],
        path=fields["path"] or None,
        line=fields["line"] or None,
        nearest=fields["revisions"],
        is_down_revision=not fields["is_dependency"],
    )


#: How an error of the core becomes an exception, by the kind's stable name.
EXCEPTIONS: dict[str, Callable[[str, Fields], Exception]] = {
    "revision": lambda message, _: RevisionError(message),
    "resolution": lambda message, fields: ResolutionError(message, fields["argument"]),
    "multiple_heads": lambda _, fields: MultipleHeads(fields["revisions"], fields["argument"]),
    "range_not_ancestor": lambda _, fields: RangeNotAncestorError(fields["lower"], fields["upper"]),
    "assertion": lambda message, _: AssertionError(message),
    "cycle": lambda _, fields: CycleDetected(list(fields["revisions"])),
    "dependency_cycle": lambda _, fields: DependencyCycleDetected(list(fields["revisions"])),
    "missing_revision": _missing_revision,
    "internal": lambda message, _: InternalError(message),
}


def exception_from_core(kind: str, message: str, fields: Fields) -> Exception:
    """The exception for an error of the core; called by the extension modules.

    Kinds that only a database can raise are those of ``alembic_native.database_errors``.
    """
    make = EXCEPTIONS.get(kind)
    if make is not None:
        return make(message, fields)
    from alembic_native.database_errors import exception_from_database

    return exception_from_database(kind, message, fields)
