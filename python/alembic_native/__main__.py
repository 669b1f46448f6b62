"""``python -m alembic_native``: print what this build consists of and whether it is at work."""

from __future__ import annotations

import os
import sys

from alembic_native import build_info


def main() -> int:
    """Print one ``key: value`` a line. Exit code 0 when the overlay is active, else 1."""
    information = build_info()
    try:
        print("\n".join(information.lines()), flush=True)
    except BrokenPipeError:
        # The reader has seen enough (`| head -1`). Else Python would complain as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0 if information.is_active else 1


if __name__ == "__main__":
    sys.exit(main())
