"""The dictionary behind ``RevisionMap._revision_map``, which some programs change in place."""

from __future__ import annotations

import copy
from typing import Any


class RevisionTable(dict[Any, Any]):
    """Revisions by id and label; ``is_changed`` once somebody has changed it."""

    is_changed = False

    def __deepcopy__(self, memo: dict[int, Any]) -> RevisionTable:
        copied = memo[id(self)] = RevisionTable()
        dict.update(copied, copy.deepcopy(dict(self), memo))
        copied.is_changed = self.is_changed
        return copied

    def __setitem__(self, key: Any, value: Any) -> None:
        self.is_changed = True
        super().__setitem__(key, value)

    def __delitem__(self, key: Any) -> None:
        self.is_changed = True
        super().__delitem__(key)

    def pop(self, *arguments: Any) -> Any:
        self.is_changed = True
        return super().pop(*arguments)

    def popitem(self) -> tuple[Any, Any]:
        self.is_changed = True
        return super().popitem()

    def clear(self) -> None:
        self.is_changed = True
        super().clear()

    def setdefault(self, *arguments: Any) -> Any:
        self.is_changed = True
        return super().setdefault(*arguments)

    def update(self, *arguments: Any, **names: Any) -> None:
        self.is_changed = True
        super().update(*arguments, **names)

    def __ior__(self, other: Any) -> Any:  # type: ignore[misc]
        self.is_changed = True
        return super().__ior__(other)
