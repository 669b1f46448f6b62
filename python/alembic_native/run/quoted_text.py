"""What is quoted in a statement of SQL: strings, which may hold a secret, and names, which do not.

PostgreSQL quotes strings as ``'...'``, ``E'...'`` and ``$tag$...$tag$``, MySQL and MariaDB in
double quotes as well, which elsewhere quote names; so do backticks and, in SQL Server, brackets.
Where quotes cannot be told apart for certain, all between the first and the last one is taken for
a string; so is what only looks like a name: what follows ``PASSWORD``, and what has a ``:``, ``=``
or ``@``, as a URL has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MYSQL = ("mysql", "mariadb")

_COMMENT = r"--[^\n]*|/\*.*?(?:\*/|\Z)"
_DOLLARS = r"(?<![\w$])\$(?P<tag>(?:[A-Za-z_]\w*)?)\$(?P<in_dollars>.*?)(?:\$(?P=tag)\$|\Z)"
_SINGLE = r"'(?P<single>(?:[^']|'')*)(?:'|\Z)"
_DOUBLE = r'"(?P<double>(?:[^"]|"")*)(?:"|\Z)'
_ESCAPING = (
    r"'(?P<single>(?:[^'\\]|\\.|'')*)(?:'|\Z)",
    r'"(?P<double>(?:[^"\\]|\\.|"")*)(?:"|\Z)',
)
_BEFORE_SECRET = r"(?P<before>\b(?:identified\s+by|password|connection)\s*(?:=\s*)?)?"
_NOTHING = r"(?!)"
#: Names in quotes of their own, by dialect: a quote in one begins no string.
_OWN_NAMES = {
    **dict.fromkeys((*_MYSQL, "sqlite", ""), r"`[^`]*`"),
    "mssql": r"\[[^\]]*\]",
}
_NAME = re.compile(r"[^:=@]*")
#: A comment within a comment, and Oracle's quotes that one may choose.
_HARD_TO_DIVIDE = re.compile(r"/\*(?:(?!\*/).)*?/\*|\bn?q'", re.DOTALL | re.IGNORECASE)
_FLAGS = re.DOTALL | re.IGNORECASE


def without_strings(sql: str, dialect: str, mask: str) -> str:
    """The statement with ``mask`` for each string, quotes included, and without comments.

    ``dialect`` is SQLAlchemy's name of it; double quotes quote strings where it is empty.
    """

    def masked(found: re.Match[str]) -> str:
        if found["comment"] is not None:
            return " "
        return found[0] if _is_name(found, dialect) else f"{found['before'] or ''}{mask}"

    return re.sub(
        _pattern(dialect, _SINGLE, _DOUBLE), masked, _unambiguous(sql, mask), flags=_FLAGS
    )


def strings_of(sql: str, dialect: str) -> Iterator[str]:
    """What stands in the quotes of each string, and of those that stand in dollar quotes."""
    single_and_double = _ESCAPING if _has_escaped_quote(sql) else (_SINGLE, _DOUBLE)
    for found in re.finditer(_pattern(dialect, *single_and_double), sql, flags=_FLAGS):
        if found["comment"] is not None or _is_name(found, dialect):
            continue
        yield found["in_dollars"] or found["single"] or found["double"] or ""
        if found["in_dollars"]:
            yield from strings_of(found["in_dollars"], dialect)


def _pattern(dialect: str, single: str, double: str) -> str:
    comment = rf"{_COMMENT}|#[^\n]*" if dialect in _MYSQL else _COMMENT
    name = _OWN_NAMES.get(dialect, _NOTHING)
    return rf"(?P<comment>{comment})|(?P<name>{name})|{_DOLLARS}|{single}|{_BEFORE_SECRET}{double}"


def _is_name(found: re.Match[str], dialect: str) -> bool:
    if found["name"] is not None:
        return True
    name = found["double"]
    if name is None or found["before"] is not None or not dialect or dialect in _MYSQL:
        return False
    return _NAME.fullmatch(name) is not None


def _unambiguous(sql: str, mask: str) -> str:
    """Without what stands between the outermost quotes, where it is not certain what they quote.

    Whether a backslash escapes a quote depends on the dialect and its settings.
    """
    quotes = [found.start() for found in re.finditer(r"['\"]", sql)]
    if not quotes or not (_has_escaped_quote(sql) or _HARD_TO_DIVIDE.search(sql)):
        return sql
    first, last = quotes[0], quotes[-1]
    # The last one is no end if it is escaped.
    end = len(sql) if sql[last - 1] == "\\" else last + 1
    return f"{sql[:first]}{mask}{sql[end:]}"


def _has_escaped_quote(sql: str) -> bool:
    return "\\'" in sql or '\\"' in sql
