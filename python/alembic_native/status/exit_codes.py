"""How ``alembic status`` and ``alembic wait`` end.

Besides: argparse's 2 for wrong options, and 255 for what upstream prints as ``FAILED: ...``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_native.status.findings import DatabaseFinding, SchemaFinding

FINE = 0
#: ``status --check``: revisions are pending. ``wait``: the time is over.
PENDING = 1
#: A database holds a revision that no script has.
UNKNOWN = 3
#: ``status --all-schemas``: a version table could not be read.
UNREADABLE = 4

INTERRUPTED = 130
TERMINATED = 143


def exit_code(findings: Iterable[DatabaseFinding | SchemaFinding], check: bool) -> int:
    """Of ``alembic status``: the first that is the case anywhere, in the order 3, 4, 1."""
    found = list(findings)
    if any(one.unknown for one in found):
        return UNKNOWN
    if any(getattr(one, "error", "") for one in found):
        return UNREADABLE
    return PENDING if check and any(one.pending for one in found) else FINE
