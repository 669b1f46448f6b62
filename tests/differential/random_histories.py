"""Random histories, sound and broken.

A history is a list of records, each what one script declares, in scan order:
``{"id", "down", "depends", "labels", "shape"}``, where the values are None, a string or a list,
and ``shape`` says whether lists are given as lists or as tuples.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Record = dict[str, Any]
History = list[Record]

_LABELS = ("lib", "web", "payments", "payroll", "lib_two", "a b", "é", "abcd", "1", "x", "branch")


def record(
    id_: str, down: Any = None, depends: Any = None, labels: Any = None, shape: str = "tuple"
) -> Record:
    return {"id": id_, "down": down, "depends": depends, "labels": labels, "shape": shape}


def _ids(rng: random.Random, count: int) -> list[str]:
    style = rng.choice(["hex", "hex", "short", "prefix", "numeric", "words", "mixed"])
    makers: dict[str, Callable[[int], str]] = {
        "hex": lambda _: f"{rng.randrange(16**12):012x}",
        "short": lambda place: "abcdefghijklmnopqrstuvwxyz"[place % 26] + "2" * (place // 26),
        "prefix": lambda place: "abcd" + "1" * (place % 4) + str(place),
        "numeric": lambda place: f"{place + 1:0{rng.choice([1, 4])}d}",
        "words": lambda place: f"add_{rng.choice(['user', 'item', 'order'])}_{place}",
    }
    ids = []
    for place in range(count):
        maker = makers[rng.choice(list(makers)) if style == "mixed" else style]
        ids.append(maker(place))
    if rng.random() < 0.05 and ids:
        odd = ["é1234", "a b", "None", " ", "0", "x\ny", "日本語の版"]
        ids[rng.randrange(len(ids))] = rng.choice(odd)
    return list(dict.fromkeys(ids))


def scalar_or_list(rng: random.Random, values: list[str]) -> Any:
    """The values as a script may declare them: none, one, or a list."""
    if not values:
        return rng.choice([None, None, None, []])
    if len(values) == 1 and rng.random() < 0.7:
        return values[0]
    return values


def sound_history(rng: random.Random) -> History:
    """Revisions on one or several lines, with branches, merges, labels and dependencies."""
    count = rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, rng.randrange(30)])
    ids = _ids(rng, count)
    branchiness = rng.choice([0.0, 0.15, 0.3, 0.6])
    dependency_rate = rng.choice([0.0, 0.1, 0.3, 0.6])
    label_rate = rng.choice([0.0, 0.1, 0.25])
    labels = list(_LABELS)
    rng.shuffle(labels)
    labels = [label for label in labels if label not in ids]
    used: list[str] = []
    history: History = []
    tips: list[str] = []
    for place, id_ in enumerate(ids):
        earlier = ids[:place]
        kind = rng.random()
        if not earlier or kind < branchiness * 0.25:
            down: list[str] = []
        elif kind < branchiness and len(earlier) > 1:
            down = rng.sample(earlier, min(len(earlier), rng.choice([1, 1, 2, 2, 3])))
        elif tips and rng.random() < 0.3 and len(tips) > 1 and kind < branchiness + 0.15:
            down = rng.sample(tips, 2)
        else:
            down = [rng.choice(tips)] if tips and rng.random() < 0.8 else [earlier[-1]]
        tips = [tip for tip in tips if tip not in down] + [id_]
        depends: list[str] = []
        if earlier and rng.random() < dependency_rate:
            names = earlier + (used if rng.random() < 0.4 else [])
            depends = rng.sample(names, min(len(names), rng.choice([1, 1, 1, 2, 3])))
        own: list[str] = []
        if labels and rng.random() < label_rate:
            own = [labels.pop() for _ in range(min(len(labels), rng.choice([1, 1, 1, 2])))]
            used += own
        history.append(
            record(
                id_,
                scalar_or_list(rng, down),
                scalar_or_list(rng, depends),
                scalar_or_list(rng, own),
                rng.choice(["tuple", "list"]),
            )
        )
    if rng.random() < 0.5:
        rng.shuffle(history)
    return history


def as_list(value: Any) -> list[str]:
    """A declared value as a list of names."""
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str) else list(value)


def broken_history(rng: random.Random) -> History:
    """A history with one or two mistakes in it."""
    history = sound_history(rng) or [record("a")]
    for _ in range(rng.choice([1, 1, 2])):
        rng.choice(_MISTAKES)(rng, history)
    for place, one in enumerate(history):
        # Of an id claimed twice the last one counts; upstream still finds the others by label.
        if any(one["id"] == later["id"] for later in history[place + 1 :]):
            one["labels"] = None
    return history


def _any(rng: random.Random, history: History) -> Record:
    return rng.choice(history)


def _add(one: Record, field: str, name: str) -> None:
    names = as_list(one[field])
    one[field] = [*names, name] if names else name


def _missing_parent(rng: random.Random, history: History) -> None:
    _add(_any(rng, history), "down", rng.choice(["nowhere", "f00d", "é", ""]))


def _missing_dependency(rng: random.Random, history: History) -> None:
    _add(_any(rng, history), "depends", rng.choice(["nowhere", "f00d", "head", ""]))


def _partial_dependency(rng: random.Random, history: History) -> None:
    name = _any(rng, history)["id"]
    _add(_any(rng, history), "depends", name[: rng.randrange(len(name) + 1)])


def _backward_edge(rng: random.Random, history: History) -> None:
    _add(_any(rng, history), rng.choice(["down", "depends"]), _any(rng, history)["id"])


def _edge_to_label(rng: random.Random, history: History) -> None:
    labels = [label for one in history for label in as_list(one["labels"])]
    if not labels:
        one = _any(rng, history)
        one["labels"] = "lib"
        labels = ["lib"]
    _add(_any(rng, history), rng.choice(["down", "depends", "depends"]), rng.choice(labels))


def _self_loop(rng: random.Random, history: History) -> None:
    one = _any(rng, history)
    _add(one, rng.choice(["down", "depends"]), one["id"])


def _duplicate(rng: random.Random, history: History) -> None:
    one = dict(_any(rng, history))
    if rng.random() < 0.6:
        one["down"] = rng.choice([None, _any(rng, history)["id"]])
    if rng.random() < 0.6:
        one["labels"] = None
    history.insert(rng.randrange(len(history) + 1), one)


def _label_twice(rng: random.Random, history: History) -> None:
    labels = [label for one in history for label in as_list(one["labels"])] or ["lib"]
    for _ in range(2):
        _add(_any(rng, history), "labels", rng.choice(labels))


def _label_of_an_id(rng: random.Random, history: History) -> None:
    _add(_any(rng, history), "labels", _any(rng, history)["id"])


def _odd_label(rng: random.Random, history: History) -> None:
    _add(_any(rng, history), "labels", rng.choice(["head", "heads", "base", "a@b", "x-1", "+1"]))


def _odd_id(rng: random.Random, history: History) -> None:
    one = _any(rng, history)
    one["id"] = rng.choice(["a@b", "x-1", "+1", "a:b", "a@-+b", "@"])


def _empty_strings(rng: random.Random, history: History) -> None:
    one = _any(rng, history)
    one[rng.choice(["down", "depends", "labels"])] = rng.choice(["", [""], ["", ""], []])


def _repeated_name(rng: random.Random, history: History) -> None:
    one = _any(rng, history)
    field = rng.choice(["down", "depends"])
    names = as_list(one[field])
    if names:
        one[field] = [*names, rng.choice(names)]


def _dependency_on_parent(rng: random.Random, history: History) -> None:
    one = _any(rng, history)
    if as_list(one["down"]):
        _add(one, "depends", rng.choice(as_list(one["down"])))


_MISTAKES = (
    _missing_parent,
    _missing_dependency,
    _partial_dependency,
    _backward_edge,
    _backward_edge,
    _backward_edge,
    _edge_to_label,
    _edge_to_label,
    _self_loop,
    _duplicate,
    _duplicate,
    _label_twice,
    _label_of_an_id,
    _odd_label,
    _odd_id,
    _empty_strings,
    _repeated_name,
    _dependency_on_parent,
)


def random_history(rng: random.Random) -> History:
    return broken_history(rng) if rng.random() < 0.35 else sound_history(rng)
