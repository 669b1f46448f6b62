"""The scripts of a project as ``lint`` sees them: also those of a history that is broken."""

from __future__ import annotations

import os

from alembic_native._core import ScriptHeader
from alembic_native.errors import MissingRevision, RevisionError
from alembic_native.history.headers import read_version_locations
from alembic_native.history.scripts import ILLEGAL_CHARACTERS, as_tuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic_native._core import ImportNeeded, RevisionGraph


#: Also that which newer releases refuse.
_ILLEGAL_CHARACTERS = ILLEGAL_CHARACTERS + ":"


def source_of(path: str) -> bytes | None:
    """The bytes of a script; None where it is no regular file, or cannot be read."""
    # To read a pipe would be to wait for somebody to write into it.
    if not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


class Script:
    """A script whose header is certain."""

    __slots__ = ("branch_labels", "depends_on", "down_revisions", "path", "revision")

    def __init__(self, path: str, header: ScriptHeader) -> None:
        self.path = path
        self.revision = header.revision
        self.down_revisions = as_tuple(header.down_revision)
        self.depends_on = as_tuple(header.depends_on)
        self.branch_labels = as_tuple(header.branch_labels)


class Scripts:
    """All scripts of the version locations, in scan order.

    ``uncertain`` are those whose header is not certain, each with the reason.
    """

    def __init__(self, version_locations: Iterable[str], is_recursive: bool) -> None:
        self._table = read_version_locations(version_locations, is_recursive)
        self._paths = [self._table.path(node) for node in range(len(self._table))]
        self._certain: list[Script] | None = None
        self.uncertain: list[tuple[str, ImportNeeded]] = []
        for node in self._table.exceptions(_ILLEGAL_CHARACTERS):
            header = self._table.header(node)
            if not isinstance(header, ScriptHeader):
                self.uncertain.append((self._paths[node], header))

    def __len__(self) -> int:
        return len(self._paths)

    def paths(self) -> list[str]:
        """Of all scripts."""
        return self._paths

    @property
    def certain(self) -> list[Script]:
        """Those whose header is certain."""
        if self._certain is None:
            self._certain = [Script(path, header) for path, header in self._headers()]
        return self._certain

    def merge_points(self) -> set[str]:
        """The paths of those that have several down revisions."""
        return {
            path
            for path, header in self._headers()
            if isinstance(header.down_revision, tuple) and len(header.down_revision) > 1
        }

    def sound_graph(self) -> RevisionGraph | None:
        """The graph of a history in which nothing is wrong with any revision; else None."""
        if self._table.exceptions(_ILLEGAL_CHARACTERS) or self._table.duplicates():
            return None
        try:
            graph = self._table.graph()
        except (RevisionError, MissingRevision, AssertionError):
            # What the core refuses; which revisions are the cause is found one by one.
            return None
        return None if graph.duplicates() else graph

    def _headers(self) -> Iterator[tuple[str, ScriptHeader]]:
        for node, path in enumerate(self._paths):
            header = self._table.header(node)
            if isinstance(header, ScriptHeader):
                yield path, header
