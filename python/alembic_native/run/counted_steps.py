"""The steps of a plan on their way to the run, and how many they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


class CountedSteps:
    """Steps that are taken one after the other; ``count`` is how many the plan has, if known."""

    def __init__(self, steps: Iterator[Any], count: int | None) -> None:
        self._steps = steps
        self.count = count

    def __iter__(self) -> Iterator[Any]:
        return self._steps


def count_of(steps: Iterable[Any]) -> int | None:
    """How many steps a plan has; None where it would have to be run ahead to be counted."""
    if isinstance(steps, CountedSteps):
        return steps.count
    return len(steps) if isinstance(steps, (list, tuple)) else None
