"""What a look at a statement that has not ended finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from alembic_native.printable import printable

_MOST_SESSIONS = 5


class Sight(NamedTuple):
    """Texts for people: who is in the way, and how far the statement is; each may be empty."""

    blockers: str = ""
    progress: str = ""


def listed(sessions: Sequence[str]) -> str:
    """The descriptions of sessions in one text, without their control characters."""
    shown = [printable(one) for one in sessions[:_MOST_SESSIONS]]
    if len(sessions) > _MOST_SESSIONS:
        shown.append(f"and {len(sessions) - _MOST_SESSIONS} more")
    return "; ".join(shown)
