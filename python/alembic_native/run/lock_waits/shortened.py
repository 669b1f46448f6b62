"""The text of a statement as a log may show it."""

from __future__ import annotations

from alembic_native.printable import printable
from alembic_native.run.quoted_text import without_strings

_LONGEST = 120


def shortened(sql: str, dialect: str) -> str:
    """On one line, without comments and without what is quoted: that may be a password.

    Names in double quotes stay, but for MySQL and MariaDB, where those quote strings.
    """
    words = " ".join(without_strings(sql, dialect, "'...'").split())
    return printable(f"{words[:_LONGEST]} [...]" if len(words) > _LONGEST else words)
