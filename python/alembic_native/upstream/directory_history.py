"""The scripts of upstream's ``ScriptDirectory``, for ``status`` and ``wait``: its public API alone.

It imports the scripts whose headers need it, and does not run ``env.py``.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from alembic.script import ScriptDirectory
from alembic.util import CommandError

from alembic_native.history.configuration import package_folder
from alembic_native.native_core import has_native_core
from alembic_native.status.findings import PendingScript
from alembic_native.status.history import id_claimed_twice, no_plan, refuse_missing_folders

__all__ = [
    "CommandError",
    "DirectoryHistory",
    "history_of_version_locations",
    "version_locations_of",
]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic.script import Script

# A ScriptDirectory may be the caller's, and another thread's too, and loads at first use.
_one_at_a_time = threading.Lock()


class DirectoryHistory:
    """Of upstream's script directory, with or without the overlay."""

    def __init__(self, directory: ScriptDirectory) -> None:
        """Reads the scripts. Raises what that raises, and ``StatusUnavailable``."""
        locations = version_locations_of(directory)
        refuse_missing_folders(locations)
        self._directory = directory
        with _one_at_a_time:
            self._heads = tuple(directory.get_heads())
            self._refuse_ids_claimed_twice(locations)

    def heads(self) -> tuple[str, ...]:
        return self._heads

    def unknown(self, heads: Sequence[str]) -> tuple[str, ...]:
        with _one_at_a_time:
            return tuple(head for head in heads if not self._is_known(head))

    def pending(self, heads: Sequence[str]) -> list[PendingScript]:
        from alembic.script.revision import RevisionError

        with _one_at_a_time:
            try:
                scripts = list(
                    self._directory.iterate_revisions("heads", tuple(heads), implicit_base=True)
                )
            except RevisionError as error:
                raise no_plan(error) from error
            return [PendingScript(one.revision, one.doc, one.path) for one in reversed(scripts)]

    def _refuse_ids_claimed_twice(self, locations: Sequence[str]) -> None:
        for head in self._heads:
            script = self._directory.get_revision(head)
            # A script that another one of its id has replaced is followed by none, and so a head.
            if self._heads.count(head) > 1 or (script is not None and not script.is_head):
                if not has_native_core():
                    raise id_claimed_twice(head, [script.path if script else "?", "another file"])
                from alembic_native.history.scripts import Scripts

                is_recursive = self._directory.recursive_version_locations
                scripts = Scripts(locations, is_recursive, may_import=True)
                raise id_claimed_twice(head, scripts.claimed_twice()[head])

    def _is_known(self, head: str) -> bool:
        try:
            script: Script | None = self._directory.get_revision(head)
        except CommandError:
            return False
        return script is not None and script.revision == head


def history_of_version_locations(locations: Sequence[str], is_recursive: bool) -> DirectoryHistory:
    """Of the scripts in some folders, which are there. Raises the same."""
    return DirectoryHistory(
        ScriptDirectory(
            locations[0],
            version_locations=list(locations),
            recursive_version_locations=is_recursive,
        )
    )


def version_locations_of(directory: ScriptDirectory) -> list[str]:
    """The folders of the scripts, absolute. Raises what importing a package raises."""
    locations = directory.version_locations or [os.path.join(directory.dir, "versions")]
    return [
        os.path.abspath(str(package_folder(one)) if ":" in one and not os.path.isabs(one) else one)
        for one in locations
    ]
