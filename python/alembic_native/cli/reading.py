"""The commands that print what is in the scripts: heads, branches, history, show.

Each takes the command line and the scripts and returns the texts to print, one print each. Nothing
is printed before all of them are known.
"""

from __future__ import annotations

from alembic_native.cli.decision import NeedsUpstream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic_native.cli.command_line import CommandLine
    from alembic_native.cli.scripts import Scripts


def heads(command_line: CommandLine, scripts: Scripts) -> list[str]:
    """Each head; with ``--resolve-dependencies`` those that nothing depends on either."""
    resolves = command_line.get("resolve_dependencies")
    nodes = _scripts_of(scripts.named("heads" if resolves else scripts.graph.heads()))
    if command_line.get("verbose"):
        return [scripts.entry(node) for node in nodes]
    return [scripts.line(node, with_tree=False) for node in nodes]


def branches(command_line: CommandLine, scripts: Scripts) -> list[str]:
    """Each branch point, and what it branches into."""
    is_verbose = bool(command_line.get("verbose"))
    texts = []
    for node in scripts.range("heads", "base"):
        if not scripts.is_branch_point(node):
            continue
        indent = " " * len(scripts.graph.id(node))
        following = [
            f"{indent} -> {scripts.line(one, with_doc=is_verbose)}"
            for one in _scripts_of(scripts.named(scripts.graph.next_revisions(node)))
        ]
        first = scripts.entry(node) if is_verbose else scripts.line(node)
        texts.append("\n".join([first, *following, ""]))
    return texts


def history(command_line: CommandLine, scripts: Scripts) -> list[str]:
    """Each script of the range, newest first."""
    rev_range: str | None = command_line.get("rev_range")
    base, head = ("", "") if rev_range is None else _ends(rev_range)
    nodes = scripts.range(head or "heads", base or "base")
    if command_line.get("verbose"):
        return [scripts.entry(node) for node in nodes]
    return [scripts.line(node, with_parents=True, with_doc=True) for node in nodes]


def show(command_line: CommandLine, scripts: Scripts) -> list[str]:
    """The scripts that the argument names."""
    (identifier,) = command_line.positional
    if identifier == "current":
        raise NeedsUpstream
    return [scripts.entry(node) for node in _scripts_of(scripts.named(identifier))]


COMMANDS = {"heads": heads, "branches": branches, "history": history, "show": show}


def _ends(rev_range: str) -> tuple[str, str]:
    """The lower and upper end of ``lower:upper``; what is left out is empty."""
    ends = rev_range.strip().split(":")
    if len(ends) != 2 or "current" in ends:
        raise NeedsUpstream
    return ends[0], ends[1]


def _scripts_of(targets: list[int | None]) -> list[int]:
    nodes = [target for target in targets if target is not None]
    if len(nodes) != len(targets):
        raise NeedsUpstream
    return nodes
