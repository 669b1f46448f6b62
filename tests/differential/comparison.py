"""When two answers are the same, and how a difference is told.

The overlay has to give upstream's answer. Where upstream's depends on the order of its sets, it
has to give one of those that some order gives. Beyond that it may do these and nothing else:

* explain an ``AssertionError`` that is empty in upstream, and raise one where upstream takes the
  last of no rows, or iterates over None;
* raise ``MissingRevision``, which is a ``KeyError``, where upstream lets one through;
* leave out the warning of a missing parent, which its error repeats;
* name the files in the warning of a duplicate id, and raise ``RevisionError`` that says so where
  upstream's ``MultipleHeads`` are several scripts of one id;
* say of revisions that overlap what to do where they are rows of the version table;
* raise ``CycleDetected`` for a cycle that upstream does not find (and that hangs it later), also
  before one through dependencies that it does find, and name all revisions on it where a duplicate
  id hides some from upstream.
"""

from __future__ import annotations

import copy
import pprint
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.differential.processes import ORDERS, Answer, Interpreters, NoAnswer, Question
from tests.differential.random_calls import Call
from tests.differential.random_histories import History, as_list

_BARE = (
    ("IndexError", "list index out of range"),
    ("TypeError", "'NoneType' object is not iterable"),
)
_LABEL_USED_TWICE = re.compile(r"(Branch name '.*') in revision .* already used by revision .*")
_OVERLAP_ADVICE = re.compile(r"\. If these are the rows of the version table, .*")
#: Our error, and upstream's: from the map, and from a command.
_OF_SEVERAL_HEADS = (("RevisionError", "MultipleHeads"), ("CommandError", "CommandError"))
_CYCLES = ("CycleDetected", "DependencyCycleDetected")


def nodes_on_cycles(history: History, with_dependencies: bool) -> list[str]:
    """Ids that lie on a cycle, by trying to walk from each back to itself."""
    names: dict[str, str] = {one["id"]: one["id"] for one in history}
    declared = {one["id"]: one for one in history}
    for one in history:
        for label in as_list(one["labels"]):
            names.setdefault(label, one["id"])
    below: dict[str, set[str]] = {}
    for id_, one in declared.items():
        edges = as_list(one["down"]) + (as_list(one["depends"]) if with_dependencies else [])
        below[id_] = {names[name] for name in edges if name in names}

    def leads_back(start: str) -> bool:
        seen: set[str] = set()
        pending = list(below[start])
        while pending:
            id_ = pending.pop()
            if id_ not in seen:
                seen.add(id_)
                pending += below[id_]
        return start in seen

    return sorted(id_ for id_ in below if leads_back(id_))


def _is_found_cycle(ours: Answer, theirs: Answer, history: History, is_project: bool) -> bool:
    """Whether we report a cycle that is there, and that upstream overlooks."""
    error = ours.get("error")
    if not error or error["type"] not in _CYCLES:
        return False
    members = nodes_on_cycles(history, error["type"] == "DependencyCycleDetected")
    ids = [one["id"] for one in history]
    if is_project and len(set(ids)) < len(ids):
        # Which script of an id counts is decided by their places, which are not told here.
        return theirs.get("error", {}).get("type") not in _CYCLES
    told = error["message"].partition("(")[2].rstrip(")").split(", ")
    if theirs.get("error", {}).get("type") == error["type"]:
        return len(set(ids)) < len(ids) and bool(members) and set(members) <= set(told)
    return bool(members) and told == members


def _same_error(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    if ours["type"] == "MissingRevision" and theirs["type"] == "KeyError":
        return {"KeyError", "CommandError"} <= set(ours["parents"]) and (
            ours["argument"] == theirs["argument"]
        )
    if " is present more than once" in ours["message"]:
        return (ours["type"], theirs["type"]) in _OF_SEVERAL_HEADS and theirs["message"].startswith(
            "Multiple head"
        )
    if ours["type"] == "AssertionError" and not theirs["message"]:
        return theirs["type"] == "AssertionError"
    if ours["type"] == "AssertionError" and (theirs["type"], theirs["message"]) in _BARE:
        return True
    refusals = {"AssertionError", "ResolutionError", "RevisionError"}
    if (
        "AssertionError" in (ours["type"], theirs["type"])
        and {
            ours["type"],
            theirs["type"],
        }
        <= refusals
    ):
        # Two things are wrong with the question, and the other one was met first.
        return True
    return ours["type"] == theirs["type"] and (
        _without_claimants(ours["message"]) == _without_claimants(theirs["message"])
    )


def _without_claimants(message: str) -> str:
    # Which two of the revisions that claim a label upstream names depends on where they lie in
    # memory: of five claimants no number of tries is sure to meet ours.
    return _OVERLAP_ADVICE.sub("", _LABEL_USED_TWICE.sub(r"\1", message))


def _same_warnings(ours: Answer, theirs: Answer) -> bool:
    mine, others = list(map(_plain, ours["warnings"])), list(map(_plain, theirs["warnings"]))
    if "error" in ours and "error" in theirs:
        others = [one for one in others if " referenced from" not in one]
        # Files met twice are warned of before the first script is looked into.
        mine = [one for one in mine if not one.startswith("File ") or one in others]
        if not {"RevisionError", "KeyError"} & set(ours["error"]["parents"]):
            # And no id is compared with another before all scripts could be imported.
            others = [one for one in others if "more than once" not in one or one in mine]
    return sorted(mine) == sorted(others)


def _plain(warning: str) -> str:
    # Whether a script calls itself a head here depends on how far upstream has come.
    return re.sub(
        r"( referenced from).* -> .*(?= is not present)|(?<= more than once): .*", r"\1", warning
    )


def same_outcome(ours: Answer, theirs: Answer) -> bool:
    if not _same_warnings(ours, theirs):
        return False
    if "error" in ours and "error" in theirs:
        return _same_error(ours["error"], theirs["error"])
    return "value" in ours and "value" in theirs and ours["value"] == theirs["value"]


def _pairs(ours: Answer, theirs: Answer) -> Iterator[tuple[int, Answer, Answer]]:
    yield -1, ours["load"], theirs["load"]
    for place, (mine, other) in enumerate(zip(ours["calls"], theirs["calls"], strict=False)):
        yield place, mine, other


class Difference(Exception):
    """The overlay gave an answer that upstream gives in no order of its sets."""

    def __init__(self, question: Question, call: Call | None, ours: Any, theirs: Any) -> None:
        self.question = question
        self.call = call
        self.ours = ours
        self.theirs = theirs
        what = "loading" if call is None else f"{call[0]}{tuple(call[1])} {call[2] or ''}"
        super().__init__(
            f"{what}\non {pprint.pformat(question.get('revisions', question), width=98)}\n"
            f"ours:     {_told(ours, theirs)}\nupstream: {_told(theirs, ours)}"
        )


def _told(outcome: Any, other: Any) -> str:
    """An outcome for people: of two states only what differs."""
    if not isinstance(outcome, dict) or not isinstance(other, dict):
        return str(outcome)
    if "error" in outcome:
        error = outcome["error"]
        return f"{error['type']}: {error['message']} (warnings: {outcome['warnings']})"
    value, beside = outcome.get("value"), other.get("value")
    if isinstance(value, list) and isinstance(beside, list) and len(value) == len(beside):
        value = [one for one, two in zip(value, beside, strict=True) if one != two]
    if isinstance(value, dict) and isinstance(beside, dict):
        value = {
            key: {
                name: field
                for name, field in one.items()
                if not isinstance(beside.get(key), dict) or field != beside[key].get(name)
            }
            if isinstance(one, dict)
            else one
            for key, one in value.items()
            if one != beside.get(key)
        }
    elif "value" not in outcome:
        value = outcome
    return f"{pprint.pformat(value, width=98, compact=True)} (warnings: {outcome.get('warnings')})"


def compare(interpreters: Interpreters, question: Question) -> None:
    """Ask both. Raises ``Difference`` with the first one."""
    try:
        ours = interpreters.native.ask(question)
    except NoAnswer as error:
        raise Difference(question, None, f"no answer: {error}", "") from None
    history = question.get("revisions", [])
    open_places: set[int] | None = None
    first: dict[int, tuple[Answer, Answer]] = {}
    for order in range(ORDERS):
        theirs = interpreters.upstream(question, order)
        if _is_found_cycle(ours["load"], theirs["load"], history, "project" in question):
            return
        differing = {
            place: (mine, other)
            for place, mine, other in _pairs(ours, theirs)
            if not same_outcome(mine, other)
        }
        first = first or differing
        if -1 in differing or -1 in (open_places or ()):
            # Loading itself differs in this order: nothing after it can be compared.
            open_places = {-1} if -1 in differing else set(differing) & set(first)
        elif open_places is None:
            open_places = set(differing)
        else:
            open_places &= set(differing)
        if not open_places:
            return
    assert open_places
    place = min(open_places)
    mine, other = first.get(place, (ours["load"], {}))
    raise Difference(question, question["calls"][place] if place >= 0 else None, mine, other)


# -- making an example small ---------------------------------------------------------------------


def smallest(interpreters: Interpreters, difference: Difference) -> Difference:
    """The same difference on as little as still shows one."""
    question = copy.deepcopy(difference.question)
    if difference.call is not None:
        calls = question["calls"]
        at = next(n for n, call in enumerate(calls) if list(call) == list(difference.call))
        additions = [call for call in calls[:at] if call[0] == "add"]
        question["calls"] = [*additions, calls[at]]
    elif "calls" in question:
        question["calls"] = []
    found = _differs(interpreters, question)
    if found is None:
        return difference
    difference = found
    is_smaller = True
    while is_smaller:
        is_smaller = False
        for make in _reductions(difference.question):
            found = _differs(interpreters, make())
            if found is not None and type(found.ours) is type(difference.ours):
                difference = found
                is_smaller = True
                break
    return difference


def _differs(interpreters: Interpreters, question: Question) -> Difference | None:
    try:
        compare(interpreters, question)
    except Difference as difference:
        return difference
    except Exception:
        return None
    return None


def _reductions(question: Question) -> Iterator[Callable[[], Question]]:
    def without(place: int) -> Question:
        smaller = copy.deepcopy(question)
        del smaller["revisions"][place]
        return smaller

    def with_field(place: int, field: str, value: Any) -> Question:
        smaller = copy.deepcopy(question)
        smaller["revisions"][place][field] = value
        return smaller

    for place, one in enumerate(question.get("revisions", [])):
        yield lambda place=place: without(place)
        for field in ("down", "depends", "labels"):
            if one[field] is None:
                continue
            yield lambda place=place, field=field: with_field(place, field, None)
            if isinstance(one[field], list) and one[field]:
                for gone in range(len(one[field])):
                    rest = [name for at, name in enumerate(one[field]) if at != gone]
                    yield lambda place=place, field=field, rest=rest: with_field(
                        place, field, rest[0] if len(rest) == 1 else rest
                    )
