"""Sets that are printed in one fixed order.

Upstream keeps labels, following revisions and current revisions in sets of strings or objects and
prints them in hash order. These are sets for every caller, and iterate in the order given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class OrderedSet(set[T]):
    """A set that iterates in order of insertion."""

    __slots__ = ("_order",)

    def __init__(self, members: Iterable[T] = ()) -> None:
        self._order = dict.fromkeys(members)
        super().__init__(self._order)

    def __iter__(self) -> Iterator[T]:
        # Other methods of set change the members without telling; those count, in any order.
        known = [member for member in self._order if member in self]
        if len(known) < len(self):
            known += [member for member in super().__iter__() if member not in self._order]
        return iter(known)

    def add(self, member: T) -> None:
        self._order.setdefault(member)
        super().add(member)

    def update(self, *others: Iterable[T]) -> None:
        for other in others:
            for member in other:
                self.add(member)

    def __repr__(self) -> str:
        return f"{{{', '.join(map(repr, self))}}}" if self else "set()"

    def __reduce__(self) -> tuple[type[OrderedSet[T]], tuple[list[T]]]:
        return type(self), (list(self),)


class OrderedFrozenSet(frozenset[T]):
    """A frozenset that iterates in the order given."""

    __slots__ = ("_order",)
    _order: tuple[T, ...]

    def __new__(cls, members: Iterable[T] = ()) -> OrderedFrozenSet[T]:
        order = tuple(dict.fromkeys(members))
        self = super().__new__(cls, order)
        self._order = order
        return self

    def __iter__(self) -> Iterator[T]:
        return iter(self._order)

    def union(self, *others: Iterable[T]) -> OrderedFrozenSet[T]:  # type: ignore[override]
        members = list(self._order)
        for other in others:
            members.extend(other)
        return OrderedFrozenSet(members)

    def __repr__(self) -> str:
        return f"frozenset({{{', '.join(map(repr, self))}}})" if self else "frozenset()"

    def __reduce__(self) -> tuple[type[OrderedFrozenSet[T]], tuple[tuple[T, ...]]]:
        return type(self), (self._order,)


def ordered_frozenset(members: tuple[T, ...]) -> frozenset[T]:
    """A frozenset that iterates in the order given; a plain one where there is but one order."""
    return OrderedFrozenSet(members) if len(members) > 1 else frozenset(members)
