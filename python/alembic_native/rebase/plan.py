"""What is moved, and onto what: a line of revisions, or the reason why it cannot be."""

from __future__ import annotations

from alembic_native.errors import RevisionError
from alembic_native.history.scripts import as_tuple
from alembic_native.printable import path_from_here
from alembic_native.rebase.errors import RebaseRefused, WrongUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from alembic_native.history.scripts import Scripts
    from alembic_native.rebase.base_branch import BaseBranch


class Plan:
    """``moved`` is a line, oldest first: each is built upon the one before it.

    ``parent`` is what the first is built upon, None where it is a base; ``onto`` what it is to be
    built upon.
    """

    def __init__(self, moved: Sequence[int], parent: int | None, onto: int) -> None:
        self.moved = moved
        self.parent = parent
        self.onto = onto


class History:
    """The scripts as they are here. A revision is its node in the graph."""

    def __init__(self, scripts: Scripts) -> None:
        self.scripts = scripts
        self.graph = scripts.graph
        nodes = range(len(self.graph))
        self._node_of = {self.graph.id(node): node for node in nodes}
        self._followers = [
            [self._node_of[one] for one in self.graph.next_revisions(node)] for node in nodes
        ]
        self._parents: list[list[int]] = [[] for _ in nodes]
        for node, followers in enumerate(self._followers):
            for follower in followers:
                self._parents[follower].append(node)

    def id(self, node: int) -> str:
        return self.graph.id(node)

    def ids(self, nodes: Iterable[int]) -> str:
        """For a sentence."""
        return " and ".join(self.graph.id(node) for node in nodes)

    def path(self, node: int) -> str:
        return self.scripts.path(node)

    def place(self, node: int) -> str:
        """``"id (path)"``, the path from here where it lies below the current folder."""
        return f"{self.id(node)} ({path_from_here(self.path(node))})"

    def parents(self, node: int) -> list[int]:
        """What it is built upon: its down revisions, in scan order."""
        return self._parents[node]

    def followers(self, node: int) -> list[int]:
        """What is built upon it, in scan order."""
        return self._followers[node]

    def nodes(self) -> range:
        return range(len(self.graph))

    def node(self, revision: str) -> int | None:
        """That of a full id."""
        return self._node_of.get(revision)

    def named(self, identifier: str) -> int:
        """The one revision that an identifier of a command line names. Raises ``WrongUse``."""
        try:
            node = self.graph.get_revision(identifier)
        except (RevisionError, AssertionError) as error:
            raise WrongUse(f"{identifier} names no revision to rebase: {error}") from error
        if node is None:
            raise WrongUse(f"{identifier!r} names no revision.")
        return node

    def line_down(self, upper: int, lower: int) -> list[int] | None:
        """From ``upper`` down to ``lower``, both included; None where that is no ancestor.

        At a merge point it goes on by the first parent that leads there.
        """
        ancestors_below = set(self.graph.descendants([lower], False, False, False))
        if upper not in ancestors_below:
            return None
        line = [upper]
        while line[-1] != lower:
            line.append(next(one for one in self.parents(line[-1]) if one in ancestors_below))
        return line

    def heads_after(self, plan: Plan) -> list[str]:
        """The heads once it is done, sorted."""
        heads = set(self.graph.heads()) - {self.id(plan.onto)}
        if plan.parent is not None and self.followers(plan.parent) == [plan.moved[0]]:
            heads.add(self.id(plan.parent))
        return sorted(heads)


def make_plan(
    history: History, base: BaseBranch | None, named: Sequence[str], onto: str | None
) -> Plan | str:
    """What is to be done; a text where there is nothing to do, and why.

    ``base`` is None where nobody knows the base branch; then revisions and ``onto`` have to be
    named. Raises ``RebaseRefused`` and ``WrongUse``.
    """
    if named:
        wanted = list(dict.fromkeys(history.named(one) for one in named))
    else:
        assert base is not None
        if not base.revisions:
            return f"{base.name} has no revision: there is nothing to rebase onto."
        wanted = [node for node in history.nodes() if history.id(node) not in base.revisions]
        if not wanted:
            return f"{base.name} has every revision that is here: there is nothing to rebase."
    _refuse_those_of_base(history, wanted, base)
    _refuse_merge_points(history, wanted)
    moved = _line(history, _first(history, wanted), base)
    left_out = [node for node in wanted if node not in moved]
    if left_out:
        raise RebaseRefused(
            f"{history.ids(left_out)} is not built upon {history.id(moved[0])}: rebase one line at "
            "a time, and name its revisions."
        )
    parent = next(iter(history.parents(moved[0])), None)
    if onto is not None:
        target = history.named(onto)
    else:
        assert base is not None
        found = _head_of_base(history, moved[0], base)
        if found is None:
            return f"{history.id(moved[0])} is built upon the head of {base.name} already."
        target = found
    if target == parent:
        return f"{history.id(moved[0])} is built upon {history.id(target)} already."
    _refuse_circle(history, moved, target)
    return Plan(moved, parent, target)


def _refuse_those_of_base(history: History, nodes: Iterable[int], base: BaseBranch | None) -> None:
    for node in nodes:
        if base is not None and history.id(node) in base.revisions:
            raise RebaseRefused(
                f"Revision {history.place(node)} is one of {base.name}: databases may have run it "
                "where it is, so it stays there. Rebase what is yours."
            )


def _refuse_merge_points(history: History, nodes: Iterable[int]) -> None:
    for node in nodes:
        parents = history.parents(node)
        if len(parents) > 1:
            followers = history.followers(node)
            then = (
                f"let {history.ids(followers)} be built upon the one of them that is yours, delete "
                "the script"
                if followers
                else "delete its script"
            )
            raise RebaseRefused(
                f"Revision {history.place(node)} is a merge point of {history.ids(parents)}, which "
                f"is not needed after the rebase: if it does nothing itself, {then} and run "
                "alembic rebase again. If a database has run it, keep it."
            )


def _first(history: History, wanted: Collection[int]) -> int:
    """The one that the others are built upon. Raises ``RebaseRefused``."""
    above: set[int] = set()
    waiting = [follower for node in wanted for follower in history.followers(node)]
    while waiting:
        node = waiting.pop()
        if node not in above:
            above.add(node)
            waiting += history.followers(node)
    firsts = [node for node in wanted if node not in above]
    if len(firsts) == 1:
        return firsts[0]
    lines = " and ".join(history.place(node) for node in firsts)
    raise RebaseRefused(
        f"These revisions are several lines, which begin at {lines}. Rebase one at a time: "
        f"alembic rebase {history.id(firsts[0])}"
    )


def _line(history: History, first: int, base: BaseBranch | None) -> list[int]:
    """All that is built upon ``first``, with it, oldest first. Raises ``RebaseRefused``."""
    line = [first]
    while followers := history.followers(line[-1]):
        _refuse_those_of_base(history, followers, base)
        if len(followers) > 1:
            one, other = followers[-1], followers[0]
            raise RebaseRefused(
                f"Revision {history.place(line[-1])} forks: {history.ids(followers)} are built "
                "upon it, so several heads would stay. Put one of them onto the other first, as "
                f"alembic rebase {history.id(one)} --onto {history.id(other)}"
            )
        _refuse_merge_points(history, followers)
        line += followers
    return line


def _head_of_base(history: History, first: int, base: BaseBranch) -> int | None:
    """The head of the base branch on the branch that ``first`` is on.

    None where ``first`` comes after that already. Raises ``RebaseRefused``.
    """
    known = {node for node in history.nodes() if history.id(node) in base.revisions}
    heads = [node for node in known if not known & set(history.followers(node))]
    fork = first
    while fork not in known:
        parents = history.parents(fork)
        if not parents:
            break
        if len(parents) > 1:
            _refuse_merge_points(history, [fork])
        fork = parents[0]
    if fork in known:
        if fork in heads:
            _refuse_stale_head(history, fork, base)
            return None
        above = set(history.graph.descendants([fork], False, False, False))
        heads = [node for node in heads if node in above]
    else:
        _refuse_branch_of_its_own(history, fork)
    if not heads:
        raise RebaseRefused(
            f"None of the revisions of {base.name} is here: merge it first (git merge {base.name})."
        )
    if len(heads) > 1:
        raise RebaseRefused(
            f"{base.name} has several heads that {history.id(first)} could be put onto: "
            f"{history.ids(sorted(heads))}. Choose one with --onto."
        )
    _refuse_stale_head(history, heads[0], base)
    return heads[0]


def _refuse_branch_of_its_own(history: History, first: int) -> None:
    scripts = history.scripts
    labels = as_tuple(scripts.header(first).branch_labels) if scripts.is_certain(first) else ()
    if labels:
        raise RebaseRefused(
            f"Revision {history.place(first)} begins a branch of its own, {' and '.join(labels)}, "
            "and is built upon nothing. If it is to be built upon a revision, name that with "
            "--onto."
        )


def _refuse_stale_head(history: History, head: int, base: BaseBranch) -> None:
    """Raise ``RebaseRefused`` where the base branch has gone on, and its scripts are not here."""
    newer = [one for one in base.followers.get(history.id(head), ()) if history.node(one) is None]
    if newer:
        raise RebaseRefused(
            f"{base.name} has gone on from {history.id(head)} with {' and '.join(newer)}, which is "
            f"not here: merge it first (git merge {base.name}), or choose another one with --onto."
        )


def _refuse_circle(history: History, moved: Sequence[int], onto: int) -> None:
    before = set(history.graph.ancestors([onto], True, False))
    if not before & set(moved):
        return
    if onto in moved:
        reason = "is one of the revisions that are to be put onto it"
    else:
        needed = next(node for node in moved if node in before)
        reason = f"needs {history.id(needed)} to have run before (depends_on)"
    raise RebaseRefused(
        f"Revision {history.place(onto)} {reason}: the history would be a cycle. Choose another "
        "one with --onto."
    )
