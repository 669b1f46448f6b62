"""What programs do with the revision map beyond running commands."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alembic.script.revision import (
    CycleDetected,
    DependencyLoopDetected,
    LoopDetected,
    MultipleHeads,
    RangeNotAncestorError,
    ResolutionError,
    Revision,
    RevisionError,
    RevisionMap,
)
from alembic.util import CommandError

from alembic_native import _core, database_errors, errors
from alembic_native.upstream.missing_revision import MissingRevision
from alembic_native.upstream.ordered import OrderedFrozenSet, OrderedSet


def test_every_kind_of_error_has_its_exception() -> None:
    assert set(errors.EXCEPTIONS) | set(database_errors.CLASSES) == set(_core.error_kinds())


@pytest.mark.parametrize(
    "error",
    [
        RangeNotAncestorError("a", ("b", "c")),
        MultipleHeads(("a", "b"), "head"),
        ResolutionError("No such revision or branch 'x'", "x"),
        CycleDetected(["a", "b"]),
        LoopDetected("a"),
        DependencyLoopDetected("a"),
        MissingRevision("gone", missing="x", revision="a", path="a.py", line=3, nearest=["y"]),
    ],
)
def test_errors_pickle_with_all_they_hold(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_a_subclass_of_revision_and_a_generator_are_served() -> None:
    class Change(Revision):
        """A revision with something of its own."""

        def __init__(self, revision: str, down_revision: str | None, ticket: int) -> None:
            super().__init__(revision, down_revision)
            self.ticket = ticket

    def changes() -> Iterator[Change]:
        yield Change("first", None, 1)
        yield Change("second", "first", 2)

    revision_map = RevisionMap(changes)
    assert [change.ticket for change in revision_map.iterate_revisions("head", "base")] == [2, 1]
    assert revision_map.get_revision("seco").nextrev == frozenset()
    assert revision_map.get_revision("firs").nextrev == {"second"}


def test_a_missing_parent_is_named_with_the_nearest_ids() -> None:
    """Bug: a warning with half of it came before the error."""
    revision_map = RevisionMap(
        lambda: [Revision("ab12cd", None), Revision("ef34", "ab12ce"), Revision("zz", None)]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(KeyError) as raised:
            revision_map.heads  # noqa: B018
    error = raised.value
    assert isinstance(error, MissingRevision)
    assert isinstance(error, CommandError)
    assert (error.missing, error.revision, error.nearest) == ("ab12ce", "ef34", ("ab12cd",))
    assert str(error) == (
        "Revision 'ef34' has down_revision 'ab12ce', but no script has that revision. "
        "Restore the script, or correct the name; the nearest are: ab12cd."
    )


def test_a_cycle_through_a_label_does_not_hang() -> None:
    """Bug of upstream: the order of these revisions is looked for without end."""
    revision_map = RevisionMap(
        lambda: [
            Revision("base", None),
            Revision("a", "base", dependencies="lib"),
            Revision("b", "a", branch_labels="lib"),
            Revision("tip", "b"),
        ]
    )
    with pytest.raises(CycleDetected, match=r"Dependency cycle is detected in revisions \(a, b\)"):
        list(revision_map.iterate_revisions("heads", "base"))


def test_labels_and_following_revisions_come_in_one_order() -> None:
    """Bug of upstream: these are printed in hash order, that is differently in each process."""
    names = [f"child{number}" for number in range(20)]
    revision_map = RevisionMap(
        lambda: [
            Revision("root", None, branch_labels=["one", "two", "three", "four"]),
            *(Revision(name, "root") for name in names),
        ]
    )
    root = revision_map.get_revision("root")
    assert list(root.nextrev) == names
    assert list(root.branch_labels) == ["one", "two", "three", "four"]
    assert root.branch_labels == {"one", "two", "three", "four"}


def test_revisions_changed_in_place_are_read_again() -> None:
    revision_map = RevisionMap(lambda: [Revision("a", None), Revision("b", "a")])
    table = revision_map._revision_map
    table["alias"] = table["a"]
    assert revision_map.get_revision("alias") is table["a"]
    assert revision_map.heads == ("b",)


def test_an_ordered_set_stays_a_set_however_it_is_changed() -> None:
    labels = OrderedSet(["b", "a"])
    labels.add("c")
    labels.discard("a")
    labels |= {"d"}
    assert list(labels) == ["b", "c", "d"]
    assert labels == {"b", "c", "d"}
    assert repr(OrderedSet(["x"])) == "{'x'}"
    assert repr(OrderedFrozenSet()) == "frozenset()"
    assert pickle.loads(pickle.dumps(labels)) == labels
    assert list(pickle.loads(pickle.dumps(OrderedFrozenSet("zya")))) == ["z", "y", "a"]


@pytest.mark.filterwarnings("ignore:Revision b is present more than once")
def test_a_replaced_script_learns_no_labels_of_others() -> None:
    """An earlier script of the same id was given the labels of its ancestors."""
    replaced = Revision("b", "a")
    others = [Revision("a", None, branch_labels="x"), Revision("b", "a", branch_labels="y")]
    revisions = RevisionMap(lambda: [others[0], replaced, others[1], Revision("c", "b")])
    assert revisions.heads == ("b", "c")
    assert replaced.branch_labels == set()
    assert others[1].branch_labels == {"x", "y"}


def test_adding_an_id_that_is_there_already_warns() -> None:
    """Bug: `alembic revision --rev-id` of an existing id failed after it had written the file."""
    revision_map = RevisionMap(lambda: [Revision("a1", None), Revision("b1", "a1")])
    assert revision_map.heads == ("b1",)
    with pytest.warns(UserWarning, match="Revision a1 is present more than once"):
        revision_map.add_revision(Revision("a1", "b1"))
    assert revision_map.heads == ("a1",)


@pytest.mark.filterwarnings("ignore:Revision b1 is present more than once")
def test_an_addition_takes_its_id_and_its_parents_from_the_heads() -> None:
    """Bug: an id that was there already stayed a head beside itself, or beside what follows it."""
    revision_map = RevisionMap(lambda: [Revision("a1", None), Revision("b1", "a1")])
    assert revision_map.heads == ("b1",)
    revision_map.add_revision(Revision("b1", "a1"))
    assert revision_map.heads == ("b1",)
    twice = [Revision("a1", None), Revision("b1", "a1"), Revision("b1", "a1")]
    revision_map = RevisionMap(lambda: twice)
    assert revision_map.heads == ("b1", "b1")
    revision_map.add_revision(Revision("c1", "b1"))
    assert revision_map.heads == ("c1",)


def test_additions_and_lookups_do_not_build_the_graph_again() -> None:
    """Bug: each addition, and each lookup after a change in place, cost a build of the graph."""

    def builds() -> int:
        return _core.call_counts()["graph_builds"]

    revision_map = RevisionMap(lambda: [Revision("r0", None)])
    assert revision_map.heads == ("r0",)
    before = builds()
    for number in range(1, 20):
        revision_map.add_revision(Revision(f"r{number}", f"r{number - 1}"))
        assert revision_map.heads == (f"r{number}",)
        assert revision_map.get_revision(f"r{number - 1}").nextrev == {f"r{number}"}
    assert builds() == before
    table = revision_map._revision_map
    table["alias"] = table["r5"]
    for number in range(20):
        assert revision_map.get_revision(f"r{number}") is table[f"r{number}"]
    assert builds() == before + 1


def test_revisions_in_a_changed_table_may_be_changed_too() -> None:
    revision_map = RevisionMap(lambda: [Revision("a", None), Revision("b", "a")])
    table = revision_map._revision_map
    table["c"] = Revision("c", None)
    assert revision_map.heads == ("b", "c")
    table["c"].down_revision = "b"
    assert revision_map.heads == ("c",)


def test_a_table_that_is_held_shows_additions() -> None:
    """Bug: after an addition the table that a program held was another one than the map's."""
    revision_map = RevisionMap(lambda: [Revision("a", None)])
    table = revision_map._revision_map
    added = Revision("b", "a", branch_labels="lib")
    revision_map.add_revision(added)
    assert table is revision_map._revision_map
    assert table["b"] is table["lib"] is added
    assert table["a"].nextrev == {"b"}
    assert table["a"].branch_labels == {"lib"}


def test_a_map_can_be_copied_deeply() -> None:
    """Bug: copy.deepcopy() of a loaded map ended in TypeError."""
    revision_map = RevisionMap(lambda: [Revision("a", None), Revision("b", "a")])
    table = revision_map._revision_map
    copied = copy.deepcopy(revision_map)
    copied.add_revision(Revision("c", "b"))
    assert (revision_map.heads, copied.heads) == (("b",), ("c",))
    assert copied.get_revision("a") is copied._revision_map["a"]
    assert copied.get_revision("a") is not table["a"]
    assert copied.get_revision("b").nextrev == {"c"}


def test_an_overlap_is_reported_before_a_row_that_is_no_revision() -> None:
    """Bug: "-2" that led to a revision, its ancestor and the base gave AssertionError."""
    revision_map = RevisionMap(
        lambda: [
            Revision("a1", None),
            Revision("b1", "a1"),
            Revision("c1", "b1"),
            Revision("d1", "c1"),
            Revision("c2", "a1"),
            Revision("d2", "c2"),
            Revision("xyz", None),
            Revision("x2", "xyz"),
        ]
    )
    with pytest.raises(RevisionError, match=r"Requested revision b1 overlaps with .* a1"):
        list(
            revision_map.iterate_revisions(
                "xyz@base", "-2", implicit_base=True, inclusive=True, assert_relative_length=True
            )
        )


@pytest.mark.parametrize(
    "change",
    [
        lambda table, revision: table.setdefault(revision.revision, revision),
        lambda table, revision: table.update({revision.revision: revision}),
        lambda table, revision: table.__ior__({revision.revision: revision}),
    ],
)
def test_whatever_changes_the_table_is_noticed(
    change: Callable[[dict[Any, Any], Revision], None],
) -> None:
    """setdefault() and |= went unnoticed, and the map did not find the revision."""
    revisions = RevisionMap(lambda: [Revision("aaaa1", None)])
    change(revisions._revision_map, Revision("bbbb2", "aaaa1"))
    assert revisions.get_revision("bbbb2").revision == "bbbb2"


def test_another_table_may_be_put_in_place() -> None:
    """Setting `_revision_map` raised AttributeError."""
    revisions = RevisionMap(lambda: [Revision("aaaa1", None)])
    other = Revision("bbbb2", None)
    revisions._revision_map = {"bbbb2": other, None: None, (): None}
    assert revisions.get_revision("bbbb2") is other
