"""What a step of a plan is called, where people read of it."""

from __future__ import annotations

from typing import Any

#: What Alembic calls the function of a stamp.
_STAMP = "stamp_revision "


def is_stamp(step: Any) -> bool:
    """Whether a step changes the version table alone."""
    return getattr(step, "revision", None) is None


def revision_of(step: Any) -> str:
    """The id of the revision that a step runs; of a stamp the ids, as ``base -> 27c6``."""
    if not is_stamp(step):
        return str(step.revision.revision)
    ids = str(step).removeprefix(_STAMP).split("->")
    return " -> ".join(one.strip() or "base" for one in ids)


def text_of(step: Any) -> str:
    """As Alembic logs it, ``upgrade ae10 -> 27c6, orders``; for a stamp ``stamp base -> 27c6``."""
    text = str(step)
    return f"stamp {revision_of(step)}" if text.startswith(_STAMP) else text
