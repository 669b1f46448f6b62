"""``python -m alembic_native``: print what this build consists of and whether it is at work."""

from __future__ import annotations

import sys

from alembic_native import build_info


def main() -> int:
    """Print one ``key: value`` a line. Exit code 0 when the overlay is active, else 1."""
    information = build_info()
    print("\n".join(information.lines()))
    return 0 if information.is_active else 1


if __name__ == "__main__":
    sys.exit(main())
