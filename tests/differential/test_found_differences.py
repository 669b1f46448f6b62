"""Cases in which the overlay once answered otherwise than upstream, each with the bug it showed."""

from __future__ import annotations

import pytest

from tests.differential.comparison import compare
from tests.differential.processes import Answer, Interpreters
from tests.differential.random_calls import Call
from tests.differential.random_histories import History, record


@pytest.fixture
def ask(interpreters: Interpreters):
    """Compares both answers, and gives ours."""

    def compared(history: History, *calls: Call) -> Answer:
        question = {"revisions": history, "calls": list(calls)}
        compare(interpreters, question)
        return interpreters.native.ask(question)

    return compared


def test_of_two_unknown_names_the_target_is_reported(ask) -> None:
    """filter_for_lineage reported the name it tests against before the name it tests."""
    answer = ask([], ("filter_for_lineage", [["target"], "branch"], {}))
    assert answer["calls"][0]["error"]["argument"].startswith("No such revision or branch 'target'")


def test_stamp_refuses_a_table_with_rows_above_and_below(ask) -> None:
    """Stamping merged rows above and below the destination, where upstream asserts."""
    history = [record("a"), record("b", "a"), record("c", "b")]
    answer = ask(history, ("run", ["stamp", "b", ["a", "c"]], {}))
    assert "holds revisions above 'b'" in answer["calls"][0]["error"]["message"]


def test_down_revision_that_names_a_label_is_a_missing_one(ask) -> None:
    """A label as down_revision gave "broken map", not the KeyError of a missing revision."""
    answer = ask([record("a", labels="lib"), record("b", "lib")])
    error = answer["load"]["error"]
    assert (error["type"], error["argument"]) == ("MissingRevision", "lib")
    assert "which is a branch label" in error["message"]


def test_duplicates_are_warned_of_before_a_missing_parent(ask) -> None:
    """The warning of a duplicate id was lost when the history could not be loaded."""
    answer = ask([record("a"), record("a"), record("b", "nowhere")])
    assert answer["load"]["warnings"] == ["Revision a is present more than once"]


def test_duplicates_are_warned_of_before_a_refused_id(ask) -> None:
    """The same, when a later id holds a character that is not allowed."""
    answer = ask([record("a"), record("a"), record("x-1")])
    assert answer["load"]["warnings"] == ["Revision a is present more than once"]


def test_missing_parent_of_a_replaced_script_is_reported(ask) -> None:
    """The parent of an earlier script of the same id was not looked for."""
    answer = ask([record("a", "nowhere"), record("a")])
    assert answer["load"]["error"]["argument"] == "nowhere"


def test_label_as_parent_of_a_replaced_script_is_reported(ask) -> None:
    """The same, where the earlier script names a label as its parent."""
    answer = ask([record("e", "lib"), record("d", labels="lib"), record("e")])
    assert answer["load"]["error"]["argument"] == "lib"


def test_dependency_on_the_label_of_a_replaced_script(ask) -> None:
    """What depends on the label was counted to the script that no name leads to."""
    answer = ask([record("2", depends="lib"), record("1", labels="lib"), record("1")])
    assert answer["load"]["value"]["revision 1"]["all_nextrev"] == {"set": ["2"]}


def test_missing_dependency_is_not_warned_of(ask) -> None:
    """A name missing as dependency and as parent was warned of, which upstream does not."""
    answer = ask([record("b", "a", depends="a")])
    assert answer["load"]["warnings"] == []


def test_get_revision_refuses_a_list(ask) -> None:
    """get_revision took a list of one id for that id."""
    answer = ask([record("a")], ("get_revision", [["a"]], {}))
    assert answer["calls"][0]["error"]["type"] == "RevisionError"


def test_cycle_that_upstream_does_not_find(ask) -> None:
    """Upstream accepts a cycle that is reached from a head and from a base, and hangs later."""
    history = [record("a"), record("b", ["a", "c"]), record("c", "b"), record("d", "c")]
    assert ask(history)["load"]["error"]["message"] == "Cycle is detected in revisions (b, c)"


def test_dependency_cycle_through_a_label(ask) -> None:
    """The same, where what depends on a label is an ancestor of the revision that carries it."""
    history = [record("x"), record("a", depends=["lib", "x"]), record("b", "a", labels="lib")]
    history.append(record("c", "b"))
    assert ask(history)["load"]["error"]["message"] == (
        "Dependency cycle is detected in revisions (a, b)"
    )


def test_missing_parent_of_a_replaced_script_that_depends_on_another(ask) -> None:
    """ "broken map" was reported, which names nothing, where a parent is missing."""
    answer = ask([record("a", "nowhere", depends="b"), record("a"), record("b")])
    assert answer["load"]["error"]["argument"] == "nowhere"


def test_nothing_on_a_branch_where_a_label_is_empty(ask) -> None:
    """``a@`` led to the revision with an empty label, and the upgrade did nothing."""
    answer = ask([record("abcd", labels="")], ("run", ["upgrade", "abcd@", ["abcd"]], {}))
    assert "an empty string" in answer["calls"][0]["error"]["message"]
