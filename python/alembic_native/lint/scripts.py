"""The scripts of a project as ``lint`` sees them: also those of a history that is broken."""

from __future__ import annotations

import os

from alembic_native._core import ScriptHeader
from alembic_native.history.headers import read_version_locations
from alembic_native.history.scripts import as_tuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_native._core import ImportNeeded


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
        table = read_version_locations(version_locations, is_recursive)
        self.certain: list[Script] = []
        self.uncertain: list[tuple[str, ImportNeeded]] = []
        for node in range(len(table)):
            header = table.header(node)
            if isinstance(header, ScriptHeader):
                self.certain.append(Script(table.path(node), header))
            else:
                self.uncertain.append((table.path(node), header))

        self._paths = [table.path(node) for node in range(len(table))]

    def __len__(self) -> int:
        return len(self._paths)

    def paths(self) -> list[str]:
        return self._paths
