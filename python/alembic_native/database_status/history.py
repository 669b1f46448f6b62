"""The scripts of a project, and what ``upgrade heads`` would run from the heads of a database.

The two classes answer alike. ``HeaderHistory`` has read the headers and imports no Alembic;
``DirectoryHistory`` asks upstream's ``ScriptDirectory``, which imports the scripts whose headers
need it. Neither runs ``env.py``.
"""

from __future__ import annotations

import os
from _thread import allocate_lock

from alembic_native.database_status.errors import StatusUnavailable
from alembic_native.database_status.findings import PendingScript
from alembic_native.errors import RevisionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    from alembic.script import Script, ScriptDirectory

    from alembic_native.cli.scripts import Scripts

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


# A ScriptDirectory may be the caller's, and another thread's too, and loads at first use.
_one_at_a_time = allocate_lock()


def refuse_missing_folders(version_locations: Iterable[str]) -> None:
    """Raise ``StatusUnavailable`` for a folder that is not there.

    An image that lacks its scripts would be a project without any, and every database up to date.
    """
    for path in version_locations:
        if not os.path.isdir(path):
            raise StatusUnavailable(
                f"{path}: no such folder, so it cannot be told what is to be run. Check "
                "version_locations and script_location, and that the scripts were copied here."
            )


class HeaderHistory:
    """Of scripts whose headers are all certain."""

    def __init__(self, scripts: Scripts) -> None:
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
            raise _no_plan(error) from error
        return [
            PendingScript(graph.id(node), self._scripts.message(node), self._scripts.path(node))
            for node in reversed(nodes)
        ]


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
                raise _no_plan(error) from error
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


def _no_plan(error: Exception) -> StatusUnavailable:
    return StatusUnavailable(f"upgrade could not run from these heads: {error}")


def _ignore(_: str) -> None:
    """Takes the warning that an identifier is ambiguous: these are full ids."""
