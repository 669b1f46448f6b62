"""The graph around a rebase, before and after it, as lines of text.

Newest first, one revision a line; ``|`` leads down to what it is built upon::

    * 5e6f reviews (head, moved)
    | * 3c4d authors (head)
    |/
    * 1a2b books
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alembic_native.rebase.plan import History, Plan

#: How many revisions of a line are shown at its ends.
_SHOWN = 4


def before(history: History, plan: Plan) -> list[str]:
    """What is moved and what it is put onto, as they are now."""
    mine = list(reversed(plan.moved))
    heads = set(history.graph.heads())
    line = None if plan.parent is None else history.line_down(plan.onto, plan.parent)
    if plan.parent is None or line is None:
        below = None if plan.parent is None else history.line_down(plan.parent, plan.onto)
        tail = [] if plan.parent is None else [plan.parent]
        if below is not None:
            # It goes down the line that it is on.
            return _column(history, plan, mine + below, heads)
        return [
            *_column(history, plan, mine + tail, heads),
            "",
            *_column(history, plan, [plan.onto], heads),
        ]
    theirs = _column(history, plan, line[:-1], heads)
    return [
        *_column(history, plan, mine, heads),
        *(f"| {one}" for one in theirs),
        "|/",
        *_column(history, plan, [plan.parent], heads),
    ]


def after(history: History, plan: Plan) -> list[str]:
    """The same once it is done."""
    mine = list(reversed(plan.moved))
    heads = set(history.heads_after(plan))
    if plan.parent is None:
        return _column(history, plan, [*mine, plan.onto], heads)
    line = history.line_down(plan.onto, plan.parent)
    if line is not None:
        return _column(history, plan, mine + line, heads)
    moved = _column(history, plan, [*mine, plan.onto], heads)
    back = history.line_down(plan.parent, plan.onto)
    if back is None:
        return [*moved, "", *_column(history, plan, [plan.parent], heads)]
    return [
        *moved[:-1],
        *(f"| {one}" for one in _column(history, plan, back[:-1], heads)),
        "|/",
        moved[-1],
    ]


def _column(
    history: History, plan: Plan, nodes: Sequence[int], heads: Collection[str]
) -> list[str]:
    if len(nodes) > 2 * _SHOWN + 1:
        left_out = len(nodes) - 2 * _SHOWN
        return [
            *_column(history, plan, nodes[:_SHOWN], heads),
            f": {left_out} more",
            *_column(history, plan, nodes[-_SHOWN:], heads),
        ]
    return [_revision(history, plan, node, heads) for node in nodes]


def _revision(history: History, plan: Plan, node: int, heads: Collection[str]) -> str:
    revision = history.id(node)
    roles = []
    if revision in heads:
        roles.append("head")
    if node in plan.moved:
        roles.append("moved")
    message = history.scripts.message(node).partition("\n")[0]
    words = ["*", revision, message, f"({', '.join(roles)})" if roles else ""]
    return " ".join(word for word in words if word)
