"""How ``status`` and ``wait`` end. Besides: argparse's 2 for wrong options."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_native.status.findings import DatabaseFinding, SchemaFinding

FINE = 0
#: ``status --check``: revisions are pending. ``wait``: timed out.
PENDING = 1
#: A database holds a revision that no script has.
UNKNOWN = 3
#: ``status --all-schemas``: a version table could not be read.
UNREADABLE = 4
#: ``status --check``: the scripts have several heads, so ``upgrade head`` fails.
MULTIPLE_HEADS = 5
#: ``FAILED: ...``, as upstream.
FAILED = 255

INTERRUPTED = 130
TERMINATED = 143


def exit_code(
    findings: Iterable[DatabaseFinding | SchemaFinding],
    check: bool,
    has_multiple_heads: bool = False,
) -> int:
    """Of ``status``: the first that is the case anywhere, in the order 3, 4, 5, 1.

    ``has_multiple_heads``: whether the scripts have several, and one was expected.
    """
    found = list(findings)
    if any(one.unknown for one in found):
        return UNKNOWN
    if any(getattr(one, "error", "") for one in found):
        return UNREADABLE
    if check and has_multiple_heads:
        return MULTIPLE_HEADS
    return PENDING if check and any(one.pending for one in found) else FINE
