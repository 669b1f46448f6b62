"""The text of a statement as a log may show it."""

from __future__ import annotations

import re

from alembic_native.printable import printable

_LONGEST = 120
_MYSQL = ("mysql", "mariadb")

_COMMENT = r"--[^\n]*|/\*.*?(?:\*/|\Z)"
_LITERALS = r"'(?:[^']|'')*(?:'|\Z)|(?<![\w$])\$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)"
_IN_DOUBLE_QUOTES = r'"(?:[^"]|"")*(?:"|\Z)'
#: A name, unless it stands where a password does.
_IDENTIFIER = rf"(?P<before>\b(?:identified\s+by|password)\s*=?\s*)?{_IN_DOUBLE_QUOTES}"
_FLAGS = re.DOTALL | re.IGNORECASE


def shortened(sql: str, dialect: str) -> str:
    """On one line, without comments and without what is quoted: that may be a password.

    Names in double quotes stay, but for MySQL and MariaDB, where those quote strings.
    """
    # Whether a backslash escapes a quote depends on the dialect and its settings.
    text = re.sub(r"""['"].*\\['"](?:.*['"]|.*)""", "'...'", sql, flags=re.DOTALL)
    if dialect in _MYSQL:
        pattern = rf"(?P<comment>{_COMMENT}|#[^\n]*)|{_LITERALS}|{_IN_DOUBLE_QUOTES}"
    else:
        pattern = rf"(?P<comment>{_COMMENT})|{_LITERALS}|(?P<identifier>{_IDENTIFIER})"
    words = " ".join(re.sub(pattern, _masked, text, flags=_FLAGS).split())
    return printable(f"{words[:_LONGEST]} [...]" if len(words) > _LONGEST else words)


def _masked(found: re.Match[str]) -> str:
    groups = found.groupdict()
    if groups["comment"] is not None:
        return " "
    if groups.get("identifier") is not None and groups["before"] is None:
        return found[0]
    return f"{groups.get('before') or ''}'...'"
