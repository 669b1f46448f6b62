"""How Alembic describes one script: on a line, and on several."""

from __future__ import annotations

from alembic_native.history.scripts import as_tuple, first_paragraph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_native.history.scripts import Scripts


def entry(scripts: Scripts, node: int) -> str:
    """Several lines, ending in a line break: what ``show`` and ``--verbose`` print."""
    header = scripts.header(node)
    down_revision, depends_on = header.down_revision, header.depends_on
    following = scripts.graph.next_revisions(node)
    is_merge_point = len(as_tuple(down_revision)) > 1
    labels = scripts.branch_labels(node)
    lines = [
        f"Rev: {scripts.graph.id(node)}"
        + (" (head)" if not following else "")
        + (" (branchpoint)" if len(following) > 1 else "")
        + (" (mergepoint)" if is_merge_point else ""),
        f"{'Merges' if is_merge_point else 'Parent'}: {_parents(down_revision)}",
    ]
    if _names_any(depends_on):
        lines.append(f"Also depends on: {_joined(as_tuple(depends_on))}")
    if len(following) > 1:
        lines.append(f"Branches into: {_joined(following)}")
    if labels:
        lines.append(f"Branch names: {_joined(labels)}")
    lines += [f"Path: {scripts.path(node)}", ""]
    text = [f"    {line}" for line in (header.doc or "").strip().splitlines()] or [""]
    return "\n".join([*lines, *text, ""])


def line(
    scripts: Scripts,
    node: int,
    with_parents: bool = False,
    with_doc: bool = False,
    with_tree: bool = True,
) -> str:
    """One line. ``with_tree``: whether it says that it is a branch point or merge point."""
    header = scripts.header(node)
    down_revision, depends_on = header.down_revision, header.depends_on
    following = scripts.graph.next_revisions(node)
    text = scripts.graph.id(node)
    if with_parents:
        dependencies = f" ({_joined(as_tuple(depends_on))})" if _names_any(depends_on) else ""
        text = f"{_parents(down_revision)}{dependencies} -> {text}"
    labels = scripts.branch_labels(node)
    if labels:
        text += f" ({_joined(labels)})"
    if not scripts.graph.all_next_revisions(node):
        text += " (head)"
    elif not following:
        text += " (effective head)"
    if with_tree and len(following) > 1:
        text += " (branchpoint)"
    if with_tree and len(as_tuple(down_revision)) > 1:
        text += " (mergepoint)"
    if with_doc:
        text += ", " + first_paragraph(header.doc)
    return text


def _names_any(value: str | tuple[str, ...] | None) -> bool:
    """Whether a value of a header names anything: one empty string does not."""
    return as_tuple(value) not in ((), ("",))


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)


def _parents(down_revision: str | tuple[str, ...] | None) -> str:
    return _joined(as_tuple(down_revision)) if _names_any(down_revision) else "<base>"
