"""The scripts of a project, and what ``upgrade heads`` would run from the heads of a database.

``HeaderHistory`` has read the headers of the scripts, and runs nothing of the project.
"""

from __future__ import annotations

from alembic_native.errors import RevisionError
from alembic_native.history.missing_files import missing_folder
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.findings import PendingScript

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    from alembic_native.history.scripts import Scripts

    class History(Protocol):
        """May be asked from several threads at once."""

        def heads(self) -> tuple[str, ...]:
            """The scripts' heads, in scan order."""

        def unknown(self, heads: Sequence[str]) -> tuple[str, ...]:
            """Those that are the full id of no script."""

        def pending(self, heads: Sequence[str]) -> list[PendingScript]:
            """What ``upgrade heads`` would run, in its order; ``heads`` have to be known.

            Raises ``StatusUnavailable`` where that cannot run: one of the heads is built upon
            another.
            """


def refuse_missing_folders(version_locations: Iterable[str]) -> None:
    """Raise ``StatusUnavailable`` for a folder that is not there."""
    missing = missing_folder(version_locations)
    if missing:
        raise StatusUnavailable(missing)


class HeaderHistory:
    """Of scripts that were read by ``history/``."""

    def __init__(self, scripts: Scripts) -> None:
        """Raises ``StatusUnavailable`` where an id is claimed twice."""
        for revision, paths in scripts.claimed_twice().items():
            raise id_claimed_twice(revision, paths)
        self._scripts = scripts

    def heads(self) -> tuple[str, ...]:
        return self._scripts.graph.heads()

    def unknown(self, heads: Sequence[str]) -> tuple[str, ...]:
        graph = self._scripts.graph
        # A label is found, too, and is no revision.
        nodes = {head: graph.find(head) for head in heads}
        return tuple(head for head, node in nodes.items() if node is None or graph.id(node) != head)

    def pending(self, heads: Sequence[str]) -> list[PendingScript]:
        graph = self._scripts.graph
        try:
            nodes = graph.iterate("heads", tuple(heads), False, True, True, False, _ignore)
        except RevisionError as error:
            raise no_plan(error) from error
        return [
            PendingScript(graph.id(node), self._scripts.message(node), self._scripts.path(node))
            for node in reversed(nodes)
        ]


def id_claimed_twice(revision: str, paths: Iterable[str]) -> StatusUnavailable:
    """Of scripts with one id, only one can be among the pending or the applied ones."""
    return StatusUnavailable(
        f"Revision {revision} is claimed by more than one script: {' and '.join(paths)}. "
        "`upgrade head` fails, and `upgrade heads` would never run but one of them: give each an "
        "id of its own."
    )


def no_plan(error: Exception) -> StatusUnavailable:
    """The error for heads from which ``upgrade`` cannot run."""
    return StatusUnavailable(f"upgrade could not run from these heads: {error}")


def _ignore(_: str) -> None:
    """Takes the warning that an identifier is ambiguous: these are full ids."""
