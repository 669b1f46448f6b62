"""Random calls on the revision map of a random history: name, arguments, keyword arguments."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.differential.random_histories import (
    History,
    Record,
    as_list,
    record,
    scalar_or_list,
)

Call = tuple[str, list[Any], dict[str, Any]]


class Callers:
    """Random identifiers and calls for one history."""

    def __init__(self, rng: random.Random, history: History) -> None:
        self._rng = rng
        self._history = history
        self._ids = [one["id"] for one in history] or ["none"]
        self._labels = [label for one in history for label in as_list(one["labels"])]

    def id(self) -> str:
        return self._rng.choice(self._ids)

    def label(self) -> str:
        rng = self._rng
        if self._labels and rng.random() < 0.8:
            label = rng.choice(self._labels)
            return label if rng.random() < 0.9 else label[: rng.randrange(len(label) + 1)]
        return rng.choice([self.id(), self.id(), self.id()[:4], "nowhere", ""])

    def symbol(self) -> str:
        rng = self._rng
        id_ = self.id()
        kind = rng.random()
        if kind < 0.45:
            return id_
        if kind < 0.6:
            return id_[: rng.randrange(1, len(id_) + 1)] if id_ else id_
        if kind < 0.9:
            return rng.choice(["head", "heads", "base", self.label()])
        return rng.choice(["nowhere", "", "current", "0", "12", "-3", "é", " head", "HEAD", "None"])

    def steps(self) -> str:
        return self._rng.choice(["+1", "-1", "+2", "-2", "+3", "-4", "+0", "-0", "+01", "+1x"])

    def identifier(self) -> Any:
        """Any text that a person might type, and None."""
        rng = self._rng
        kind = rng.random()
        if kind < 0.42:
            return self.symbol()
        if kind < 0.55:
            return f"{self.label()}@{self.symbol()}"
        if kind < 0.65:
            return self.steps()
        if kind < 0.75:
            return self.symbol() + self.steps()
        if kind < 0.82:
            return f"{self.label()}@{self.steps()}"
        if kind < 0.9:
            return f"{self.label()}@{self.symbol()}{self.steps()}"
        if kind < 0.97:
            return None
        return rng.choice(
            ["@", "@head", "@@", "a@b@c", "@+1", "head@head", "++1", "heads@heads", "lib@", "-"]
        )

    def several(self) -> Any:
        """What a caller may pass for several revisions."""
        rng = self._rng
        count = rng.choice([0, 1, 1, 2, 2, 3])
        names = [self.id() if rng.random() < 0.8 else self.symbol() for _ in range(count)]
        return {"tuple": names}

    def one_or_several(self) -> Any:
        return self.identifier() if self._rng.random() < 0.7 else self.several()

    def revisions(self) -> list[Any]:
        count = self._rng.choice([0, 1, 1, 2, 3, 4])
        return [{"revision": self.id()} for _ in range(count)]

    def rows(self) -> list[str]:
        """Rows of a version table: most often such as a run would leave there."""
        rng = self._rng
        if rng.random() < 0.2:
            return list(dict.fromkeys(self.id() for _ in range(rng.randrange(4))))
        names: dict[str, Record] = {}
        for one in self._history:
            for name in (one["id"], *as_list(one["labels"])):
                names[name] = one
        pending = [self.id() for _ in range(rng.choice([0, 1, 1, 2, 3]))]
        applied: dict[str, Record] = {}
        followed: set[str] = set()
        while pending:
            found = names.get(pending.pop())
            if found is None or found["id"] in applied:
                continue
            applied[found["id"]] = found
            for name in as_list(found["down"]) + as_list(found["depends"]):
                pending.append(name)
                if name in names:
                    followed.add(names[name]["id"])
        return [id_ for id_ in applied if id_ not in followed]

    def flags(self, *names: str) -> dict[str, bool]:
        return {name: self._rng.random() < 0.5 for name in names if self._rng.random() < 0.7}

    def call(self) -> Call:
        make: Callable[[], Call] = self._rng.choice(self._CALLS).__get__(self)
        return make()

    def _get(self) -> Call:
        rng = self._rng
        name = rng.choice(["get_revision", "get_revisions", "_resolve_revision_number"])
        argument: Any = self.one_or_several()
        if name == "get_revisions" and rng.random() < 0.2:
            argument = [self.identifier() for _ in range(rng.randrange(3))]
        elif rng.random() < 0.03:
            argument = rng.choice([5, [self.id()], {"tuple": [5]}, {"tuple": [None]}])
        return name, [argument], {}

    def _by_label(self) -> Call:
        name = self._rng.choice(["get_current_head", "_get_base_revisions", "_resolve_branch"])
        return name, [self.label()], {}

    def _ident(self) -> Call:
        label = self.label() if self._rng.random() < 0.6 else None
        return "_revision_for_ident", [self._rng.choice([self.symbol(), None]), label], {}

    def _iterate(self) -> Call:
        flags = self.flags("implicit_base", "inclusive", "select_for_downgrade")
        if self._rng.random() < 0.3:
            flags["assert_relative_length"] = False
        return "iterate_revisions", [self.one_or_several(), self.one_or_several()], flags

    def _collect(self) -> Call:
        name = self._rng.choice(["_collect_upgrade_revisions", "_collect_downgrade_revisions"])
        flags = {
            flag: self._rng.random() < 0.5
            for flag in ("inclusive", "implicit_base", "assert_relative_length")
        }
        return name, [self.one_or_several(), self.one_or_several()], flags

    def _all_current(self) -> Call:
        return "_get_all_current", [self.several()], {}

    def _lineage(self) -> Call:
        targets: list[Any] = [
            {"revision": self.id()} if self._rng.random() < 0.5 else self.symbol()
            for _ in range(self._rng.randrange(5))
        ]
        against = self.identifier() if self._rng.random() < 0.8 else self.several()
        return "filter_for_lineage", [targets, against], self.flags("include_dependencies")

    def _shares(self) -> Call:
        target: Any = {"revision": self.id()} if self._rng.random() < 0.5 else self.symbol()
        return (
            "_shares_lineage",
            [target, {"tuple": [self.symbol() for _ in range(self._rng.randrange(3))]}],
            self.flags("include_dependencies"),
        )

    def _walk(self) -> Call:
        start = self._rng.choice([{"revision": self.id()}, self.symbol(), None])
        label = self.label() if self._rng.random() < 0.4 else None
        steps = self._rng.randrange(-4, 5)
        return "_walk", [start, steps, label], self.flags("no_overwalk")

    def _parse(self) -> Call:
        name = self._rng.choice(["_parse_upgrade_target", "_parse_downgrade_target"])
        current = {"tuple": self.rows()} if self._rng.random() < 0.7 else self.one_or_several()
        return name, [current, self.identifier(), self._rng.random() < 0.7], {}

    def _sort(self) -> Call:
        return "_topological_sort", [self.revisions(), self.revisions()], {}

    def _related(self) -> Call:
        if self._rng.random() < 0.5:
            flags = self.flags("check", "include_dependencies")
            return "_get_ancestor_nodes", [self.revisions()], flags
        flags = self.flags("check", "include_dependencies", "omit_immediate_dependencies")
        return "_get_descendant_nodes", [self.revisions()], flags

    def _branch_heads(self) -> Call:
        return "_filter_into_branch_heads", [self.revisions()], {}

    def _command(self) -> tuple[str, Any, list[str]]:
        rng = self._rng
        kind = rng.choice(["upgrade", "downgrade", "stamp"])
        target = self.identifier()
        if rng.random() < 0.4:
            target = {"upgrade": rng.choice(["heads", "head", "+1"]), "downgrade": "base"}.get(
                kind, "heads"
            )
        if kind == "stamp" and rng.random() < 0.3:
            target = {"tuple": [self.identifier() or "base" for _ in range(rng.randrange(3))]}
        return kind, target, self.rows()

    def _steps(self) -> Call:
        return "steps", list(self._command()), {}

    def _run(self) -> Call:
        return "run", list(self._command()), {}

    def _one_step(self) -> Call:
        kind = self._rng.choice(["upgrade", "downgrade"])
        return "one_step", [kind, {"revision": self.id()}, self.rows()], {}

    def addition(self) -> Call:
        """One more revision for a loaded map."""
        rng = self._rng
        down = rng.sample(self._ids, min(len(self._ids), rng.choice([0, 1, 1, 1, 2])))
        added = record("added_one", scalar_or_list(rng, down))
        if rng.random() < 0.1:
            added["down"] = "nowhere"
        elif rng.random() < 0.3:
            added["depends"] = self.id()
        return "add", [added], {}

    _CALLS = (
        _get,
        _get,
        _get,
        _by_label,
        _ident,
        _iterate,
        _iterate,
        _iterate,
        _collect,
        _all_current,
        _lineage,
        _shares,
        _walk,
        _parse,
        _parse,
        _sort,
        _related,
        _branch_heads,
        _steps,
        _run,
        _run,
        _run,
        _one_step,
        _one_step,
    )


def random_calls(rng: random.Random, history: History, count: int) -> list[Call]:
    callers = Callers(rng, history)
    calls = [callers.call() for _ in range(count)]
    ids = [one["id"] for one in history]
    if rng.random() < 0.15 and ids and len(set(ids)) == len(ids):
        calls.append(callers.addition())
        is_added = calls[-1][1][0]["down"] != "nowhere"
        if is_added and not any(one["labels"] for one in history):
            calls += [callers.call() for _ in range(3)]
    return calls
