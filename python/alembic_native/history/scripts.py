"""The scripts of a project as the native core reads them. A script is its node in the graph."""

from __future__ import annotations

from alembic_native._core import ScriptHeader
from alembic_native.errors import MissingRevision, RevisionError
from alembic_native.history.declined import Declined
from alembic_native.history.headers import read_version_locations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


#: What every release of Alembic refuses in the id of a revision.
ILLEGAL_CHARACTERS = "@-+"


class Scripts:
    """All scripts of the version locations.

    Where a set has no order of its own (branch labels, what a branch point branches into), the
    order is the declared one, else that of the scan.
    """

    def __init__(
        self,
        version_locations: Iterable[str],
        is_recursive: bool,
        illegal_characters: str = ILLEGAL_CHARACTERS,
        may_import: bool = False,
    ) -> None:
        """``may_import``: whether a script whose header is not certain is imported.

        Raises ``Declined`` when a script has to be imported, a warning is due, or the history is
        broken. With ``may_import`` it declines nothing: it raises what importing a script raises,
        and ``RevisionError`` or ``MissingRevision`` for the history; see ``claimed_twice``.
        """
        self._table = read_version_locations(version_locations, is_recursive)
        #: Those of the scripts that were imported.
        self._docs: dict[int, str | None] = {}
        exceptions = self._table.exceptions(illegal_characters)
        if may_import:
            for node in exceptions:
                self._import(node, illegal_characters)
            self.graph = self._table.graph()
            return
        if self._table.duplicates() or exceptions:
            raise Declined("a script has to be imported, or is there twice")
        with _declining_what_the_core_refuses():
            self.graph = self._table.graph()
        if self.graph.duplicates():
            raise Declined("an id is claimed by several scripts")

    def claimed_twice(self) -> dict[str, list[str]]:
        """The ids that several scripts claim, each with their paths; both in scan order."""
        claimed: dict[str, set[int]] = {}
        for nodes in self.graph.duplicates():
            claimed.setdefault(self.graph.id(nodes[0]), set()).update(nodes)
        return {
            revision: [self.path(node) for node in sorted(nodes)]
            for revision, nodes in claimed.items()
        }

    def named(self, identifier: str | Iterable[str] | None) -> list[int | None]:
        """The scripts an identifier names; None for the base. Raises ``Declined``."""
        if identifier is not None and not isinstance(identifier, str):
            return [node for one in identifier for node in self.named(one)]
        found: list[int | None] = []
        with _declining_what_the_core_refuses():
            targets = self.graph.get_revisions(identifier)
        for target in targets:
            if isinstance(target, str):
                raise Declined(f"{target} names no script")
            found.append(target)
        return found

    def range(self, upper: str, lower: str) -> list[int]:
        """From ``upper`` down to ``lower``, both included. Raises ``Declined``."""
        warnings: list[str] = []
        with _declining_what_the_core_refuses():
            nodes = self.graph.iterate(upper, lower, True, False, False, False, warnings.append)
        if warnings:
            raise Declined("a warning is due")
        return nodes

    def path(self, node: int) -> str:
        return self._table.path(node)

    def is_head(self, node: int) -> bool:
        return not self.graph.next_revisions(node)

    def is_branch_point(self, node: int) -> bool:
        return len(self.graph.next_revisions(node)) > 1

    def branch_labels(self, node: int) -> tuple[str, ...]:
        """Its own, then those of the branch it is on."""
        own = as_tuple(self.header(node).branch_labels)
        return tuple(dict.fromkeys((*own, *self.graph.branch_labels(node))))

    def header(self, node: int) -> ScriptHeader:
        """Its header."""
        header = self._table.header(node)
        assert isinstance(header, ScriptHeader)
        return header

    def is_certain(self, node: int) -> bool:
        """Whether its header was read; else it was imported."""
        return isinstance(self._table.header(node), ScriptHeader)

    def message(self, node: int) -> str:
        """The first paragraph of its docstring."""
        doc = self._docs[node] if node in self._docs else self.header(node).doc
        return first_paragraph(doc)

    def _import(self, node: int, illegal_characters: str) -> None:
        from alembic_native.history.imported_header import imported_header

        path = self._table.path(node)
        header = self._table.header(node)
        if not isinstance(header, ScriptHeader):
            record, self._docs[node] = imported_header(path)
            self._table.supply(node, record)
        if node in self._table.exceptions(illegal_characters):
            raise RevisionError(
                f"The id of the revision in {path} holds one of the characters that Alembic "
                f"refuses there: {' '.join(illegal_characters)}"
            )


class _declining_what_the_core_refuses:
    """A context in which an error of the core about the history or an identifier is ``Declined``.

    Alembic then finds the mistake itself, and says so in its own words.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        # AssertionError: where Alembic itself stops with one, so does the core.
        if isinstance(error, (RevisionError, MissingRevision, AssertionError)):
            raise Declined(str(error)) from error


def as_tuple(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """A value of a header as a tuple."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def first_paragraph(doc: str | None) -> str:
    """The first paragraph of a docstring, empty where there is none."""
    return (doc or "").strip().split("\n\n", 1)[0]
