"""The revision map: what upstream has in ``alembic.script.revision``, on the native graph.

This file is loaded under that name when the overlay is active. Names, arguments, results,
exceptions and the order of results are upstream's; the graph, the resolution of identifiers and
the ordering of ranges are the core's. A map keeps its :class:`Revision` objects in a list by node
number; scripts whose headers were read natively become objects when somebody asks for them.
"""

from __future__ import annotations

import re
import typing
from _thread import allocate_lock
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partialmethod
from typing import Any, Optional, Protocol, TypeVar, Union, cast

from alembic import util

from alembic_native import _core, errors
from alembic_native.errors import (
    CycleDetected,
    DependencyCycleDetected,
    DependencyLoopDetected,
    LoopDetected,
    MultipleHeads,
    RangeNotAncestorError,
    ResolutionError,
    RevisionError,
)
from alembic_native.upstream.finder import illegal_characters
from alembic_native.upstream.ordered import OrderedFrozenSet, OrderedSet, ordered_frozenset
from alembic_native.upstream.revision_table import RevisionTable

__all__ = [
    "CycleDetected",
    "DependencyCycleDetected",
    "DependencyLoopDetected",
    "LoopDetected",
    "MultipleHeads",
    "RangeNotAncestorError",
    "ResolutionError",
    "Revision",
    "RevisionError",
    "RevisionMap",
    "is_revision",
    "tuple_rev_as_scalar",
]

_RevIdType = str | list[str] | tuple[str, ...]
# Spelt with the older names, because upstream writes this one out in its stubs.
_GetRevArg = Union[str, typing.Iterable[Optional[str]], typing.Iterable[str]]
_RevisionIdentifierType = str | tuple[str, ...] | None
_RevisionOrStr = Union["Revision", str]
_RevisionOrBase = Union["Revision", str]
_InterimRevisionMapType = dict[str, "Revision"]
_RevisionMapType = dict[str | tuple[()] | None, Optional["Revision"]]
_T = TypeVar("_T")
_TR = TypeVar("_TR")

#: Held while an object is put into a list, never while other code runs.
_one_at_a_time = allocate_lock()

_relative_destination = re.compile(r"(?:(.+?)@)?(\w+)?((?:\+|-)\d+)")
_revision_illegal_chars = list(illegal_characters())

# Pickles name the exceptions as upstream's do, and the command line prints a missing revision.
for _class in (
    RevisionError,
    RangeNotAncestorError,
    MultipleHeads,
    ResolutionError,
    CycleDetected,
    DependencyCycleDetected,
    LoopDetected,
    DependencyLoopDetected,
):
    _class.__module__ = __name__


def _new_missing_revision(*arguments: Any, **kw: Any) -> errors.MissingRevision:
    from alembic_native.upstream.missing_revision import MissingRevision

    return MissingRevision(*arguments, **kw)


errors.new_missing_revision = _new_missing_revision


#: An object that is another one whenever somebody has set an attribute of a revision that counts
#: for the graph; see ``RevisionMap._graph``.
_last_change: object = object()

_READ_BY_THE_GRAPH = frozenset(
    {
        "revision",
        "down_revision",
        "dependencies",
        "_orig_branch_labels",
        "_resolved_dependencies",
        "_normalized_resolved_dependencies",
    }
)


class _LearnedFromMap:
    """An attribute that a revision learns from its map when it is first asked for.

    As an instance attribute it hides this descriptor, so it may be set as any other.
    """

    def __init__(self, before: frozenset[str] | None) -> None:
        """``before``: its value outside a map; None where it has none."""
        self._before = before

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, revision: Revision | None, owner: type) -> Any:
        if revision is not None:
            known = _what_it_has_learned(revision)
            if self._name in known:
                return known[self._name]
        if self._before is None:
            raise AttributeError(f"{self._name} is known once the revision is in a map")
        return self._before


class _BranchLabels:
    """``branch_labels``, made when first asked for: most revisions have none, and are many."""

    def __get__(self, revision: Revision | None, owner: type) -> set[str] | None:
        if revision is None:
            return None
        known = _what_it_has_learned(revision)
        labels: set[str] = known.setdefault(
            "branch_labels", OrderedSet(revision._orig_branch_labels)
        )
        return labels


def _what_it_has_learned(revision: Revision) -> dict[str, Any]:
    """The attributes of a revision, all of them once its map is known.

    The map is let go last: another thread may ask at the same time.
    """
    learned_from: RevisionMap | None = revision.__dict__.get("_map")
    if learned_from is not None:
        learned_from._connect(revision)
        revision.__dict__.pop("_map", None)
    return revision.__dict__


#: What a revision learns from its map.
_LEARNED = (
    "nextrev",
    "_all_nextrev",
    "_resolved_dependencies",
    "_normalized_resolved_dependencies",
    "branch_labels",
)


class Revision:
    """A revision: its id, what it is built upon, and, once in a map, what is built upon it."""

    nextrev: frozenset[str] = cast(Any, _LearnedFromMap(frozenset()))
    _all_nextrev: frozenset[str] = cast(Any, _LearnedFromMap(frozenset()))
    revision: str = cast(str, None)
    down_revision: _RevIdType | None = None
    dependencies: _RevIdType | None = None
    branch_labels: set[str] = cast(Any, _BranchLabels())
    _orig_branch_labels: tuple[str, ...]
    _map: RevisionMap  # until it has learned from it
    _resolved_dependencies: tuple[str, ...] = cast(Any, _LearnedFromMap(None))
    _normalized_resolved_dependencies: tuple[str, ...] = cast(Any, _LearnedFromMap(None))

    @classmethod
    def verify_rev_id(cls, revision: str) -> None:
        """Raise ``RevisionError`` when the id holds a character that identifiers give a meaning."""
        illegal = set(revision).intersection(_revision_illegal_chars)
        if illegal:
            raise RevisionError(
                f"Character(s) '{', '.join(sorted(illegal))}' not allowed in revision "
                f"identifier '{revision}'"
            )

    def __init__(
        self,
        revision: str,
        down_revision: _RevIdType | None,
        dependencies: _RevIdType | None = None,
        branch_labels: _RevIdType | None = None,
    ) -> None:
        if down_revision and revision in util.to_tuple(down_revision):
            raise LoopDetected(revision)
        if dependencies is not None and revision in util.to_tuple(dependencies):
            raise DependencyLoopDetected(revision)
        self.verify_rev_id(revision)
        # Put down without __setattr__: a revision in the making is in no table yet.
        self.__dict__.update(
            revision=revision,
            down_revision=tuple_rev_as_scalar(util.to_tuple(down_revision)),
            dependencies=tuple_rev_as_scalar(util.to_tuple(dependencies)),
            _orig_branch_labels=util.to_tuple(branch_labels, default=()),
        )

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name in _READ_BY_THE_GRAPH:
            global _last_change
            _last_change = object()

    def __repr__(self) -> str:
        arguments = [repr(self.revision), repr(self.down_revision)]
        if self.dependencies:
            arguments.append(f"dependencies={self.dependencies!r}")
        if self.branch_labels:
            arguments.append(f"branch_labels={self.branch_labels!r}")
        return f"{self.__class__.__name__}({', '.join(arguments)})"

    def __getstate__(self) -> dict[str, Any]:
        # A copy takes along what the revision knows, and not the map that it knows it from.
        _ = self.nextrev
        return self.__dict__

    def add_nextrev(self, revision: Revision) -> None:
        """Note that ``revision`` is built upon this one."""
        following = [revision.revision]
        self._all_nextrev = OrderedFrozenSet((*self._all_nextrev, *following))
        if self.revision in revision._versioned_down_revisions:
            self.nextrev = OrderedFrozenSet((*self.nextrev, *following))

    @property
    def _versioned_down_revisions(self) -> tuple[str, ...]:
        down_revisions: tuple[str, ...] = util.to_tuple(self.down_revision, default=())
        return down_revisions

    @property
    def _all_down_revisions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._versioned_down_revisions + self._resolved_dependencies))

    @property
    def _normalized_down_revisions(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(self._versioned_down_revisions + self._normalized_resolved_dependencies)
        )

    @property
    def is_head(self) -> bool:
        """Nothing has this revision as its down_revision."""
        return not self.nextrev

    @property
    def _is_real_head(self) -> bool:
        return not self._all_nextrev

    @property
    def is_base(self) -> bool:
        """This revision has no down_revision."""
        return self.down_revision is None

    @property
    def _is_real_base(self) -> bool:
        return self.down_revision is None and self.dependencies is None

    @property
    def is_branch_point(self) -> bool:
        """Several revisions have this one as their down_revision."""
        return len(self.nextrev) > 1

    @property
    def _is_real_branch_point(self) -> bool:
        return len(self._all_nextrev) > 1

    @property
    def is_merge_point(self) -> bool:
        """This revision has several down_revisions."""
        return len(self._versioned_down_revisions) > 1


class RevisionSource(Protocol):
    """What a generator of revisions may return instead of revisions: scripts read natively.

    Iterating gives all of them as new objects, in scan order.
    """

    def read(self) -> None:
        """Read the scripts; called once, before all else. Warns of files that are met twice;
        raises what importing a script whose header is not certain raises."""

    def graph(self) -> _core.RevisionGraph:
        """The graph of the scripts."""

    def revision_at(self, node: int) -> Revision:
        """A new object for a node of that graph, without what it learns from the graph."""

    def __iter__(self) -> Iterator[Revision]: ...


class RevisionMap:
    """All revisions of a history, by id, label, prefix and position."""

    def __init__(self, generator: Callable[[], Iterable[Revision]]) -> None:
        """``generator``: called once, at first use; gives the revisions in scan order."""
        self._generator = generator
        self._loaded_graph: _core.RevisionGraph | None = None
        self._source: RevisionSource | None = None
        self._revisions: list[Revision | None] = []
        self._table: RevisionTable | None = None
        self._table_read_at: object | None = None

    # -- loading ---------------------------------------------------------------------------------

    @property
    def _graph(self) -> _core.RevisionGraph:
        table = self._table
        if table is not None and (
            table.is_changed
            # Who has changed the table may go on to change revisions in it.
            or (self._table_read_at is not None and self._table_read_at is not _last_change)
        ):
            self._read_table_again(table)
        if self._loaded_graph is None:
            self._load()
        return cast(_core.RevisionGraph, self._loaded_graph)

    def _load(self) -> None:
        generated: Any = self._generator()
        # Another thread may be here, too: nothing is seen of a map before it is loaded.
        if hasattr(generated, "revision_at"):
            source = cast(RevisionSource, generated)
            source.read()
            graph = self._with_warnings(source.graph, source)
            self._source, self._revisions = source, [None] * len(graph)
            self._warn_of_duplicates(graph)
        else:
            revisions: list[Revision] = []

            def build() -> _core.RevisionGraph:
                revisions.extend(generated)
                return _core.RevisionGraph(map(_record, revisions))

            graph = self._with_warnings(build, revisions)
            self._revisions = list(revisions)
            for revision in revisions:
                revision._map = self
            self._warn_of_duplicates(graph)
        self._loaded_graph = graph

    def _warn_of_duplicates(self, graph: _core.RevisionGraph) -> None:
        for shadowed, counted in graph.duplicates():
            revision = self._revision_at(shadowed)
            _warn_of_duplicate(revision, self._revision_at(counted))
            # By its id it would later find what the map knows of the one that counts.
            self._connect_at(shadowed, revision, graph)
            revision.branch_labels = OrderedSet(revision._orig_branch_labels)
            revision.__dict__.pop("_map", None)

    def _claimed_twice(self, error: MultipleHeads) -> str | None:
        """What to say instead of ``error`` where an id in two files is the cause of it."""
        graph = self._loaded_graph
        if graph is None:
            return None
        for shadowed, counted in graph.duplicates():
            revision = self._revision_at(counted)
            if revision.revision not in error.heads:
                continue
            return (
                f"{_present_more_than_once(self._revision_at(shadowed), revision)}. Delete one of "
                "the scripts, or give it another id."
            )
        return None

    def _with_warnings(
        self, build: Callable[[], _core.RevisionGraph], revisions: Iterable[Revision]
    ) -> _core.RevisionGraph:
        """The graph; when it cannot be built, the ids claimed twice are warned of before that.

        Upstream warns of a missing parent, too, and then raises; here the error says it all.
        """
        try:
            return build()
        except Exception:
            # Whatever it is, it goes on its way below.
            known: dict[str, Revision] = {}
            for revision in list(revisions):
                if revision.revision in known:
                    _warn_of_duplicate(known[revision.revision], revision)
                known[revision.revision] = revision
            raise

    def _revision_at(self, node: int) -> Revision:
        revisions = self._revisions
        revision = revisions[node]
        if revision is None:
            assert self._source is not None
            made = self._source.revision_at(node)
            with _one_at_a_time:
                revision = revisions[node]
                if revision is None:
                    made._map = self
                    revision = revisions[node] = made
        return revision

    def _connect(self, revision: Revision) -> None:
        """Tell a revision what the graph knows of it."""
        graph = self._graph
        node = graph.find(revision.revision)
        if node is not None:
            self._connect_at(node, revision, graph)

    def _connect_at(self, node: int, revision: Revision, graph: _core.RevisionGraph) -> None:
        surroundings = graph.surroundings(node)
        # Put down without __setattr__: it is the graph that says so.
        known = revision.__dict__
        following, all_following = surroundings.next_revisions, surroundings.all_next_revisions
        if all_following:
            known["_all_nextrev"] = ordered_frozenset(all_following)
            if following == all_following:
                known["nextrev"] = known["_all_nextrev"]
            elif following:
                known["nextrev"] = ordered_frozenset(following)
        known["_resolved_dependencies"] = surroundings.resolved_dependencies
        known["_normalized_resolved_dependencies"] = surroundings.normalized_dependencies
        labels = surroundings.branch_labels
        if labels:
            all_labels = known.get("branch_labels")
            if all_labels is None:
                all_labels = OrderedSet(revision._orig_branch_labels)
            all_labels.update(labels)
            known["branch_labels"] = all_labels

    @property
    def _revision_map(self) -> _RevisionMapType:
        if self._table is None:
            revisions: _RevisionMapType = {}
            for name, node in self._graph.names():
                revision = revisions[name] = self._revision_at(node)
                # Whoever changes this table in place counts on what its revisions hold.
                _what_it_has_learned(revision)
            self._table = RevisionTable({**revisions, None: None, (): None})
        return cast(_RevisionMapType, self._table)

    @_revision_map.setter
    def _revision_map(self, revisions: _RevisionMapType) -> None:
        self._table = RevisionTable(revisions)
        self._table.is_changed = True

    def _read_table_again(self, table: RevisionTable) -> None:
        """Build the graph from revisions that somebody has changed in place."""
        read_at = _last_change
        table.is_changed = False
        revisions = list({id(one): one for one in table.values() if one is not None}.values())
        nodes = {id(revision): node for node, revision in enumerate(revisions)}
        self._loaded_graph = _core.RevisionGraph.amended(
            map(_record, revisions),
            [(name, nodes[id(one)]) for name, one in table.items() if one is not None],
            # A revision that was never in a map has none.
            [getattr(one, "_resolved_dependencies", ()) for one in revisions],
            [getattr(one, "_normalized_resolved_dependencies", ()) for one in revisions],
        )
        self._revisions = list(revisions)
        self._table_read_at = read_at

    def add_revision(self, revision: Revision, _replace: bool = False) -> None:
        """Add one revision to the end of a loaded map, or replace the one of the same id."""
        graph = self._graph
        node = graph.find(revision.revision)
        if _replace and node is None:
            raise Exception(f"revision {revision.revision} not in map")
        if not _replace and node is not None:
            _warn_of_duplicate(self._revision_at(node), revision)
        addition = self._added(graph, revision, _replace)
        if addition.is_left_out:
            # The other script of this id is below the new one. Upstream leaves it at the warning;
            # the next command that reads the scripts says what is wrong.
            return
        if _replace and node is not None:
            self._revisions[node] = revision
        if addition.is_rebuilt:
            self._table = self._table_read_at = None
        # What it knows of another map does not count here.
        for name in _LEARNED:
            revision.__dict__.pop(name, None)
        revision._map = self
        if self._table is not None:
            _what_it_has_learned(revision)
            for name in (revision.revision, *revision._orig_branch_labels):
                dict.__setitem__(self._table, name, revision)
        for changed in addition.changed:
            known = self._revisions[changed]
            # One that has learned nothing yet learns it when asked.
            if known is not None and known is not revision and "_map" not in known.__dict__:
                self._connect_at(changed, known, graph)

    def _added(
        self, graph: _core.RevisionGraph, revision: Revision, replace: bool
    ) -> _core.Addition:
        """Add the revision to the graph, and to the list if it becomes a node."""
        record = _record(revision)
        if replace:
            return graph.replace(record)
        with _one_at_a_time:
            # First to the list: a node of the graph is looked up there by other threads.
            self._revisions.append(revision)
            try:
                addition = graph.add(record)
            except BaseException:
                # An interrupt, too: list and graph have to stay in step.
                self._revisions.pop()
                raise
            if addition.is_left_out:
                self._revisions.pop()
        return addition

    # -- heads and bases -------------------------------------------------------------------------

    @property
    def heads(self) -> tuple[str, ...]:
        """Ids that no other revision has as its down_revision, in scan order."""
        return self._graph.heads()

    @property
    def bases(self) -> tuple[str, ...]:
        """Ids without down_revision, in scan order."""
        return self._graph.bases()

    @property
    def _real_heads(self) -> tuple[str, ...]:
        return self._graph.real_heads()

    @property
    def _real_bases(self) -> tuple[str, ...]:
        return self._graph.real_bases()

    def get_current_head(self, branch_label: str | None = None) -> str | None:
        """The only head, of the branch if one is given; None for an empty map.

        Raises ``MultipleHeads``.
        """
        return self._graph.current_head(branch_label)

    def _get_base_revisions(self, identifier: str) -> tuple[str, ...]:
        return self.filter_for_lineage(self.bases, identifier)

    # -- identifiers -----------------------------------------------------------------------------

    def get_revisions(self, id_: _GetRevArg | None) -> tuple[_RevisionOrBase | None, ...]:
        """All revisions that ``id_`` names: an id, its first characters (four or more), a label,
        ``head``, ``heads``, ``base`` (none), ``label@head``, ``-2``, or a collection of those."""
        if isinstance(id_, (list, tuple, set, frozenset)):
            found: list[_RevisionOrBase | None] = []
            for one in id_:
                found.extend(self.get_revisions(one))
            return tuple(found)
        return tuple(self._target(one) for one in self._graph.get_revisions(cast(Any, id_)))

    def get_revision(self, id_: str | None) -> Revision | None:
        """The one revision that ``id_`` names; None for the base.

        Raises ``MultipleHeads`` or ``ResolutionError``.
        """
        if id_ is not None and not isinstance(id_, str):
            names, branch_label = self._resolve_revision_number(id_)
            if len(names) > 1:
                raise MultipleHeads(names, cast(Any, id_))
            return self._revision_for_ident(names[0] if names else (), branch_label)
        return self._node(self._graph.get_revision(id_))

    def _resolve_revision_number(
        self, id_: _GetRevArg | None
    ) -> tuple[tuple[str, ...], str | None]:
        if not isinstance(id_, (str, tuple, type(None))) or (
            isinstance(id_, tuple) and id_ and not isinstance(id_[0], str)
        ):
            raise RevisionError(
                f"revision identifier {id_!r} is not a string; ensure database driver "
                "settings are correct"
            )
        return self._graph.resolve_names(id_)

    def _resolve_branch(self, branch_label: str) -> Revision | None:
        return self._node(self._graph.resolve_branch(branch_label))

    def _revision_for_ident(
        self, resolved_id: str | tuple[()] | None, check_branch: str | None = None
    ) -> Revision | None:
        name = resolved_id if isinstance(resolved_id, str) else None
        return self._node(self._graph.revision_for_name(name, check_branch))

    def filter_for_lineage(
        self,
        targets: Iterable[_TR],
        check_against: str | None,
        include_dependencies: bool = False,
    ) -> tuple[_TR, ...]:
        """Those targets (revisions or ids) that share a line with what ``check_against`` names."""
        given = list(targets)
        indices = self._graph.filter_for_lineage(
            [self._node_or_name(one) for one in given], check_against, include_dependencies
        )
        return tuple(given[index] for index in indices)

    def _shares_lineage(
        self,
        target: _RevisionOrStr | None,
        test_against_revs: _RevisionOrStr | Sequence[_RevisionOrStr],
        include_dependencies: bool = False,
    ) -> bool:
        others = util.to_tuple(test_against_revs, default=())
        return self._graph.shares_lineage(
            self._node_or_name(target),
            [self._node_or_name(one) for one in others],
            include_dependencies,
        )

    def _walk(
        self,
        start: str | Revision | None,
        steps: int,
        branch_label: str | None = None,
        no_overwalk: bool = True,
    ) -> _RevisionOrBase | None:
        begin: Any = start
        if isinstance(start, str):
            begin = self._graph.get_revision(start)
        elif isinstance(start, Revision):
            begin = self._node_of(start)
        return self._target(self._graph.walk_steps(begin, steps, branch_label, not no_overwalk))

    # -- ranges ----------------------------------------------------------------------------------

    def iterate_revisions(
        self,
        upper: _RevisionIdentifierType,
        lower: _RevisionIdentifierType,
        implicit_base: bool = False,
        inclusive: bool = False,
        assert_relative_length: bool = True,
        select_for_downgrade: bool = False,
    ) -> Iterator[Revision]:
        """The revisions from ``upper`` down to ``lower``, each before all it is built upon."""
        nodes = self._graph.iterate(
            upper,
            lower,
            inclusive,
            implicit_base,
            assert_relative_length,
            select_for_downgrade,
            util.warn,
        )
        for node in nodes:
            yield self._revision_at(node)

    def _collect(
        self,
        upper: _RevisionIdentifierType,
        lower: _RevisionIdentifierType,
        inclusive: bool,
        implicit_base: bool,
        assert_relative_length: bool,
        select_for_downgrade: bool,
    ) -> tuple[set[Revision], tuple[Revision, ...]]:
        revisions, heads = self._graph.collect(
            upper,
            lower,
            inclusive,
            implicit_base,
            assert_relative_length,
            select_for_downgrade,
            util.warn,
        )
        return (
            OrderedSet(self._revision_at(node) for node in revisions),
            tuple(self._revision_at(node) for node in heads),
        )

    _collect_upgrade_revisions = partialmethod(_collect, select_for_downgrade=False)
    _collect_downgrade_revisions = partialmethod(_collect, select_for_downgrade=True)

    def _parse_upgrade_target(
        self,
        current_revisions: _RevisionIdentifierType,
        target: _RevisionIdentifierType,
        assert_relative_length: bool,
    ) -> tuple[_RevisionOrBase | None, ...]:
        parsed = self._graph.parse_upgrade_target(current_revisions, target, assert_relative_length)
        return tuple(self._target(one) for one in parsed)

    def _parse_downgrade_target(
        self,
        current_revisions: _RevisionIdentifierType,
        target: _RevisionIdentifierType,
        assert_relative_length: bool,
    ) -> tuple[str | None, _RevisionOrBase | None]:
        branch_label, reached = self._graph.parse_downgrade_target(
            current_revisions, target, assert_relative_length, util.warn
        )
        return branch_label, self._target(reached)

    def _topological_sort(
        self, revisions: Collection[Revision], heads: Iterable[Revision]
    ) -> list[str]:
        order = self._graph.topological_order(
            [self._node_of(one) for one in revisions], [self._node_of(one) for one in heads]
        )
        return [self._graph.id(node) for node in order]

    def _get_ancestor_nodes(
        self,
        targets: Collection[_RevisionOrBase | None],
        map_: _RevisionMapType | None = None,
        check: bool = False,
        include_dependencies: bool = True,
    ) -> Iterator[Revision]:
        nodes = [self._node_of(one) for one in targets]
        for node in self._graph.ancestors(nodes, include_dependencies, check):
            yield self._revision_at(node)

    def _get_descendant_nodes(
        self,
        targets: Collection[_RevisionOrBase | None],
        map_: _RevisionMapType | None = None,
        check: bool = False,
        omit_immediate_dependencies: bool = False,
        include_dependencies: bool = True,
    ) -> Iterator[Revision]:
        nodes = [self._node_of(one) for one in targets]
        for node in self._graph.descendants(
            nodes, include_dependencies, omit_immediate_dependencies, check
        ):
            yield self._revision_at(node)

    def _filter_into_branch_heads(
        self, targets: Iterable[_RevisionOrBase | None]
    ) -> set[_RevisionOrBase | None]:
        nodes = [self._node_of(one) for one in targets]
        return OrderedSet(self._revision_at(node) for node in self._graph.branch_heads(nodes))

    def _get_all_current(self, id_: tuple[str, ...]) -> set[_RevisionOrBase | None]:
        return OrderedSet(self._revision_at(node) for node in self._graph.all_current(id_))

    def _stamp_steps(
        self, revision: _RevisionIdentifierType, heads: _RevisionIdentifierType
    ) -> list[_core.StampStep]:
        """The steps of a stamp."""
        return self._graph.stamp_steps(revision, heads)

    def _row_operations(
        self, revision: Revision, is_upgrade: bool, heads: Iterable[str]
    ) -> _core.StepOperations:
        """What running ``revision`` does to the rows of the version table."""
        return self._graph.row_operations(self._node_of(revision), is_upgrade, heads)

    # -- between objects and nodes ---------------------------------------------------------------

    def _node(self, node: int | None) -> Revision | None:
        return None if node is None else self._revision_at(node)

    def _target(self, target: int | str | None) -> _RevisionOrBase | None:
        return self._revision_at(target) if isinstance(target, int) else target

    def _node_of(self, revision: Any) -> int:
        node = self._graph.find(is_revision(revision).revision)
        if node is None:
            raise RevisionError(f"Revision {revision.revision} is not in this map")
        return node

    def _node_or_name(self, given: Any) -> int | str:
        if isinstance(given, str):
            return given
        return self._node_of(given)


def _warn_of_duplicate(shadowed: Revision, counted: Revision) -> None:
    util.warn(_present_more_than_once(shadowed, counted))


def _present_more_than_once(shadowed: Revision, counted: Revision) -> str:
    paths = [path for one in (shadowed, counted) if (path := getattr(one, "path", None))]
    where = f": {' and '.join(paths)}" if paths else ""
    return f"Revision {counted.revision} is present more than once{where}"


def _record(revision: Revision) -> _core.RevisionRecord:
    """A revision as the core takes it."""
    return _core.RevisionRecord(
        revision.revision,
        revision.down_revision,
        revision.dependencies,
        revision._orig_branch_labels,
        getattr(revision, "path", None),
    )


def tuple_rev_as_scalar(rev: Sequence[_T] | None) -> _T | Sequence[_T] | None:
    """Nothing for an empty sequence, the element for one of one, else the sequence."""
    if not rev:
        return None
    return rev[0] if len(rev) == 1 else rev


def is_revision(rev: Any) -> Revision:
    """``rev``, which must be a revision. Raises ``AssertionError``."""
    assert isinstance(rev, Revision)
    return rev
