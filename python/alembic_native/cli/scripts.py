"""The scripts of a project as the native core reads them, and how upstream describes one.

A script is its node in the graph. Where upstream prints in hash order, the order is the declared
one, else the order of the scan, as everywhere under the overlay.
"""

from __future__ import annotations

from alembic_native import _core, overlay
from alembic_native.cli.decision import NeedsUpstream
from alembic_native.script_headers import read_version_locations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Scripts:
    """All scripts of the version locations. Every header is certain, no id is there twice."""

    def __init__(self, version_locations: Iterable[str], is_recursive: bool) -> None:
        """Raises ``NeedsUpstream`` when a script has to be imported or a warning is due."""
        self._table = read_version_locations(version_locations, is_recursive)
        if self._table.duplicates() or self._table.exceptions(illegal_characters()):
            raise NeedsUpstream
        self.graph = self._table.graph()
        if self.graph.duplicates():
            raise NeedsUpstream

    def named(self, identifier: str | Iterable[str] | None) -> list[int | None]:
        """The scripts an identifier names; None for the base."""
        if identifier is not None and not isinstance(identifier, str):
            return [node for one in identifier for node in self.named(one)]
        found: list[int | None] = []
        for target in self.graph.get_revisions(identifier):
            if isinstance(target, str):
                raise NeedsUpstream
            found.append(target)
        return found

    def range(self, upper: str, lower: str) -> list[int]:
        """From ``upper`` down to ``lower``, both included."""
        warnings: list[str] = []
        nodes = self.graph.iterate(upper, lower, True, False, False, False, warnings.append)
        if warnings:
            raise NeedsUpstream
        return nodes

    def path(self, node: int) -> str:
        return self._table.path(node)

    def is_head(self, node: int) -> bool:
        return not self.graph.next_revisions(node)

    def is_branch_point(self, node: int) -> bool:
        return len(self.graph.next_revisions(node)) > 1

    def branch_labels(self, node: int) -> tuple[str, ...]:
        """Its own, then those of the branch it is on."""
        own = as_tuple(self._header(node).branch_labels)
        return tuple(dict.fromkeys((*own, *self.graph.branch_labels(node))))

    # -- text ------------------------------------------------------------------------------------

    def entry(self, node: int) -> str:
        """Several lines, ending in a line break: what ``show`` and ``--verbose`` print."""
        header = self._header(node)
        down_revision, depends_on = header.down_revision, header.depends_on
        following = self.graph.next_revisions(node)
        is_merge_point = len(as_tuple(down_revision)) > 1
        labels = self.branch_labels(node)
        lines = [
            f"Rev: {self.graph.id(node)}"
            + (" (head)" if not following else "")
            + (" (branchpoint)" if len(following) > 1 else "")
            + (" (mergepoint)" if is_merge_point else ""),
            f"{'Merges' if is_merge_point else 'Parent'}: {_parents(down_revision)}",
        ]
        if any_of(depends_on):
            lines.append(f"Also depends on: {joined(as_tuple(depends_on))}")
        if len(following) > 1:
            lines.append(f"Branches into: {joined(following)}")
        if labels:
            lines.append(f"Branch names: {joined(labels)}")
        lines += [f"Path: {self.path(node)}", ""]
        text = [f"    {line}" for line in _stripped(header.doc).splitlines()] or [""]
        return "\n".join([*lines, *text, ""])

    def line(
        self,
        node: int,
        with_parents: bool = False,
        with_doc: bool = False,
        with_tree: bool = True,
    ) -> str:
        """One line. ``with_tree``: whether it says that it is a branch point or merge point."""
        header = self._header(node)
        down_revision, depends_on = header.down_revision, header.depends_on
        following = self.graph.next_revisions(node)
        text = self.graph.id(node)
        if with_parents:
            dependencies = f" ({joined(as_tuple(depends_on))})" if any_of(depends_on) else ""
            text = f"{_parents(down_revision)}{dependencies} -> {text}"
        labels = self.branch_labels(node)
        if labels:
            text += f" ({joined(labels)})"
        if not self.graph.all_next_revisions(node):
            text += " (head)"
        elif not following:
            text += " (effective head)"
        if with_tree and len(following) > 1:
            text += " (branchpoint)"
        if with_tree and len(as_tuple(down_revision)) > 1:
            text += " (mergepoint)"
        if with_doc:
            text += ", " + _first_paragraph(header.doc)
        return text

    def message(self, node: int) -> str:
        """The first paragraph of its docstring."""
        return _first_paragraph(self._header(node).doc)

    def _header(self, node: int) -> _core.ScriptHeader:
        header = self._table.header(node)
        assert isinstance(header, _core.ScriptHeader)
        return header


def illegal_characters() -> str:
    """Characters that may not be in the id of a revision."""
    return "".join(overlay.illegal_characters())


def as_tuple(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """A value of a header as a tuple."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def any_of(value: str | tuple[str, ...] | None) -> bool:
    """Whether a value of a header names anything: one empty string does not."""
    return as_tuple(value) not in ((), ("",))


def joined(names: Iterable[str]) -> str:
    return ", ".join(names)


def _parents(down_revision: str | tuple[str, ...] | None) -> str:
    return joined(as_tuple(down_revision)) if any_of(down_revision) else "<base>"


def _stripped(doc: str | None) -> str:
    return doc.strip() if doc else ""


def _first_paragraph(doc: str | None) -> str:
    return _stripped(doc).split("\n\n", 1)[0]
