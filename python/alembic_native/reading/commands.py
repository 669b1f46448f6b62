"""The commands that print what is in the scripts: heads, branches, history, show.

Each takes the options of the command line and the scripts, and returns the texts to print, one
print each. Nothing is printed before all of them are known. Raises ``Declined``.
"""

from __future__ import annotations

from alembic_native.history.declined import Declined
from alembic_native.reading.descriptions import entry, line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from alembic_native.history.scripts import Scripts


def heads(options: Mapping[str, Any], scripts: Scripts) -> list[str]:
    """Each head; with ``--resolve-dependencies`` those that nothing depends on either."""
    resolves = options.get("resolve_dependencies")
    nodes = _scripts_of(scripts.named("heads" if resolves else scripts.graph.heads()))
    if options.get("verbose"):
        return [entry(scripts, node) for node in nodes]
    return [line(scripts, node, with_tree=False) for node in nodes]


def branches(options: Mapping[str, Any], scripts: Scripts) -> list[str]:
    """Each branch point, and what it branches into."""
    is_verbose = bool(options.get("verbose"))
    texts = []
    for node in scripts.range("heads", "base"):
        if not scripts.is_branch_point(node):
            continue
        indent = " " * len(scripts.graph.id(node))
        following = [
            f"{indent} -> {line(scripts, one, with_doc=is_verbose)}"
            for one in _scripts_of(scripts.named(scripts.graph.next_revisions(node)))
        ]
        first = entry(scripts, node) if is_verbose else line(scripts, node)
        texts.append("\n".join([first, *following, ""]))
    return texts


def history(options: Mapping[str, Any], scripts: Scripts) -> list[str]:
    """Each script of the range, newest first."""
    rev_range: str | None = options.get("rev_range")
    base, head = ("", "") if rev_range is None else _ends(rev_range)
    nodes = scripts.range(head or "heads", base or "base")
    if options.get("verbose"):
        return [entry(scripts, node) for node in nodes]
    return [line(scripts, node, with_parents=True, with_doc=True) for node in nodes]


def show(options: Mapping[str, Any], scripts: Scripts) -> list[str]:
    """The scripts that the argument names."""
    identifier: str = options["revision"]
    if identifier == "current":
        raise Declined("the current revision is in the database")
    return [entry(scripts, node) for node in _scripts_of(scripts.named(identifier))]


COMMANDS = {"heads": heads, "branches": branches, "history": history, "show": show}


def _ends(rev_range: str) -> tuple[str, str]:
    """The lower and upper end of ``lower:upper``; what is left out is empty."""
    ends = rev_range.strip().split(":")
    if len(ends) != 2 or "current" in ends:
        raise Declined("not two ends that scripts alone know")
    return ends[0], ends[1]


def _scripts_of(targets: list[int | None]) -> list[int]:
    nodes = [target for target in targets if target is not None]
    if len(nodes) != len(targets):
        raise Declined("the base is no script")
    return nodes
