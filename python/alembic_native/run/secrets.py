"""Passwords and the like, taken out of text that people and logs will see.

What is known to be a secret is masked wherever it stands: the passwords of the URLs in the
configuration and in the environment, and the environment variables that are named like one. What
stands where a secret usually does is masked as well: in a URL, after ``password=``, in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from alembic_native.run.quoted_text import strings_of, without_strings

MASK = "***"

_WORDS = (
    r"(?:password|passwd|passphrase|passcode|pwd|secret|token|credentials?"
    r"|api_?key|access_?key|private_?key|secret_?key)"
)
_NAME = rf"[\w-]*{_WORDS}\w*"
#: From its first character on: a search that began anew at each one would take too long.
_NAMES = rf"(?<![\w-])(?:{_NAME}|(?:[\w-]*[_-])?pass)"
_SINGLE, _DOUBLE = r"'(?:[^'\\]|\\.|'')*(?:'|$)", r'"(?:[^"\\]|\\.)*(?:"|$)'
_DOLLARS = r"\$(\w*)\$.*?(?:\$\2\$|$)"
#: In a pattern with one group before it; with the prefixes of Python and of SQL.
_QUOTED = rf"[a-z&]{{0,2}}(?:{_SINGLE}|{_DOUBLE}|{_DOLLARS})"
_WORD = r"(?!(?:YES|NO)\b)(?:(?!%3[Bb])[^\s;,&)\]}'\"])+"

#: Of a password in a URL; tokens of cloud providers have some 1,500 characters.
_LONGEST = 4_000

_PATTERNS = (
    # A URL; whatever stands before the last @ may belong to a password that is not quoted.
    (
        re.compile(rf"(?<![\w+.-])([\w+.-]+://[^\s:/@'\"]*:)\S{{0,{_LONGEST}}}(?=@)"),
        rf"\1{MASK}",
    ),
    (re.compile(r"(?<![\w/:@.+-])([\w.+-]+:)[^\s:/@'\"]+(?=@[\w\[])"), rf"\1{MASK}"),
    # `password=...` of a DSN, ODBC, a query or a program, with an annotation perhaps; `"password":`
    (
        re.compile(
            rf"({_NAMES}[\"']?\]?(?:\s*:[\w\[\]., |]{{1,200}}(?==))?\s*(?:=>|:|=+|%3D)\s*)"
            rf"(?:{_QUOTED}|\{{[^}}]*\}}|{_WORD})",
            re.IGNORECASE | re.MULTILINE,
        ),
        rf"\1{MASK}",
    ),
    # get("password", "...")
    (
        re.compile(rf"({_NAMES}[\"']\s*,\s*)(?:{_SINGLE}|{_DOUBLE})", re.IGNORECASE | re.MULTILINE),
        rf"\1{MASK}",
    ),
    # ALTER ROLE ... PASSWORD '...', IDENTIFIED BY '...'
    (
        re.compile(
            rf"\b((?:password|secret|token|credentials?|connection|identified\s+by(?:\s+password)?"
            rf"|identified\s+with\s+\S+\s+(?:by|as))\s+){_QUOTED}",
            re.IGNORECASE | re.MULTILINE,
        ),
        rf"\1'{MASK}'",
    ),
    # ... IDENTIFIED BY ..., as Oracle has it.
    (
        re.compile(r"(\bidentified\s+by\s+)(?!password\b|values\b)[^\s'\";,]+", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    # Values that were bound to a statement or are in a row, in the words of SQLAlchemy, PostgreSQL
    # and MySQL; those of a single column only if it is named like a secret.
    (re.compile(r"(\[parameters: ).*\]"), rf"\1{MASK}]"),
    (re.compile(r"(Failing row contains ).*"), rf"\1({MASK})."),
    (
        re.compile(rf"(Key \([^)]*{_WORDS}[^)]*\)=).*(?= (?:already|is (?:not|still))\b)", re.I),
        rf"\1({MASK})",
    ),
    (re.compile(rf"(Duplicate entry )'.*'(?= for key '[^']*{_WORDS})", re.I), rf"\1'{MASK}'"),
)
#: A statement that has one of these may hold a secret in any of its literals.
_SENSITIVE = re.compile(rf"{_WORDS}|identified\s+(?:by|with)|encrypt", re.IGNORECASE)
#: What divides a string as it is written: escapes, and quotes within it.
_DIVIDER = re.compile(r"\\.|['\"]", re.DOTALL)

_URL = re.compile(r"\s*[A-Za-z][\w+.-]*://([^\s:/@]*):(.+)@([^\s@/?]*)(?:/([^\s?]*))?", re.DOTALL)
#: What stands between two characters that no word has is found as a whole or not at all.
_TOKEN = re.compile(r"\w+")
_VARIABLE = re.compile(rf"{_NAME}|(?:.*_)?PASS", re.IGNORECASE)
_SHORTEST = 4
#: Messages, commands and names of dialects consist of them.
_WORDS_OF_MESSAGES = {
    *("alembic", "migrations", "versions", "upgrade", "password"),
    *("postgres", "postgresql", "mysql", "mariadb", "sqlite"),
}


class Secrets:
    """What is known to be secret, and how text looks without it."""

    def __init__(self, environment: Mapping[str, str], options: Iterable[str]) -> None:
        """``environment`` has environment variables, ``options`` values of the configuration."""
        found: set[str] = set()
        for name, value in environment.items():
            found.update(_passwords_of(value))
            if _VARIABLE.fullmatch(name) and name not in ("PWD", "OLDPWD"):
                found.add(value)
        for value in options:
            found.update(_passwords_of(value))
        #: By the first word in them.
        self._known: dict[str, set[str]] = {}
        self._add(found)

    def add_url(self, url: str) -> None:
        """Learn the password of a URL that holds it."""
        self._add(_passwords_of(url))

    def add_statement(self, statement: str, dialect: str) -> None:
        """Learn what a statement of SQL holds that may be secret."""
        if _SENSITIVE.search(statement):
            for string in strings_of(statement, dialect):
                self._add((string, *_DIVIDER.split(string)))

    def masked(self, text: str) -> str:
        """The text without secrets."""
        words = self._known.keys() & {"", *_TOKEN.findall(text)}
        found = {value for word in words for value in self._known[word] if value in text}
        if found:
            either = "|".join(map(re.escape, sorted(found, key=len, reverse=True)))
            text = re.sub(rf"(?<!\w)(?:{either})(?!\w)", MASK, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def masked_statement(self, statement: str, dialect: str) -> str:
        """A statement of SQL without secrets: without any string, where one may be secret.

        ``dialect`` is SQLAlchemy's name of it; empty where it is not known.
        """
        if _SENSITIVE.search(statement):
            statement = without_strings(statement, dialect, f"'{MASK}'")
        return self.masked(statement)

    def _add(self, values: Iterable[str]) -> None:
        for value in values:
            if len(value) >= _SHORTEST and value.lower() not in _WORDS_OF_MESSAGES:
                word = _TOKEN.search(value)
                self._known.setdefault(word[0] if word else "", set()).add(value)


def _passwords_of(value: str) -> Iterator[str]:
    """The password of a URL, as it stands and decoded; and its parts, where it is not quoted."""
    found = _URL.match(value)
    if found is None:
        return
    user, password, host, database = found.groups()
    if password in (user, host, database):
        # Whoever reads that name learns nothing of a password.
        return
    yield password
    yield unquote(password)
    # Where a password holds them, drivers take a part of it for the host or the port.
    parts = re.split(r"[@:/?#]", password)
    if len(parts) > 1:
        yield from parts
        # What drivers and SQLAlchemy take for the host.
        yield f"{parts[-1]}@{host}"
