"""The scripts of upstream's ``ScriptDirectory``, for ``status`` and ``wait``.

It imports the scripts whose headers need it, and does not run ``env.py``.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.findings import PendingScript
from alembic_native.status.history import no_plan, refuse_missing_folders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic.script import Script, ScriptDirectory

# A ScriptDirectory may be the caller's, and another thread's too, and loads at first use.
_one_at_a_time = threading.Lock()


class DirectoryHistory:
    """Of upstream's script directory, with or without the overlay."""

    def __init__(self, directory: ScriptDirectory) -> None:
        """Reads the scripts. Raises what that raises, and ``StatusUnavailable``."""
        refuse_missing_folders(map(str, directory._version_locations))
        self._directory = directory
        with _one_at_a_time:
            self._heads = tuple(directory.get_heads())
            self._refuse_ids_claimed_twice()

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

    def _refuse_ids_claimed_twice(self) -> None:
        """Of scripts with one id, only one can be among the pending or the applied ones."""
        for head in self._heads:
            script = self._directory.get_revision(head)
            # A script that another one of its id has replaced is followed by none, and so a head.
            if self._heads.count(head) > 1 or (script is not None and not script.is_head):
                scripts = self._directory._load_revisions()
                paths = [one.path for one in scripts if one.revision == head]
                raise StatusUnavailable(
                    f"Revision {head} is claimed by more than one script: {' and '.join(paths)}. "
                    "`upgrade head` fails, and `upgrade heads` would never run but one of them: "
                    "give each an id of its own."
                )

    def _is_known(self, head: str) -> bool:
        from alembic.util import CommandError

        try:
            script: Script | None = self._directory.get_revision(head)
        except CommandError:
            return False
        return script is not None and script.revision == head
