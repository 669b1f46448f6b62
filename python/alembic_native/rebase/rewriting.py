"""The source of a script that is built upon another revision: two literals change, no other byte.

What changes is the literal of ``down_revision``, found among the tokens, and what follows
``Revises:`` in the docstring. That nothing else did is checked by reading the new header.
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize

from alembic_native._core import read_definitions
from alembic_native.history.headers import read_header
from alembic_native.history.scripts import as_tuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alembic_native._core import ScriptHeader

    Token = tokenize.TokenInfo
    #: From which byte to which, and what is to stand there.
    Change = tuple[int, int, bytes]

_NAME = "down_revision"
#: No part of what a statement says.
_LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
#: One revision, or none; its last group.
_REVISES = re.compile(r"^[ \t]*Revises:[ \t]*([^\s,'\"]*)(?=[ \t\r]*(?:['\"]|$))", re.MULTILINE)


class NotLiteral(Exception):
    """``down_revision`` cannot be rewritten; the message continues "because"."""


def rewritten(source: bytes, revision: str) -> bytes:
    """The source of a script whose one ``down_revision`` is to be ``revision``.

    Raises ``NotLiteral``.
    """
    before = read_header(source)
    if before is None:
        raise NotLiteral("its header is not made of literals")
    if len(as_tuple(before.down_revision)) > 1:
        raise NotLiteral("it is a merge point")
    definition = read_definitions(source, [_NAME])[0]
    if definition is None or definition.count != 1:
        raise NotLiteral(f"it does not bind {_NAME} once")
    text = _Text(source)
    statements = list(text.statements())
    values = [value for one in statements if (value := _value(one)) is not None]
    if len(values) != 1:
        raise NotLiteral(f"there is no plain assignment to {_NAME}")
    literal = _literal(values[0])
    changes = [(*text.span(literal), _like(literal, statements, revision).encode("ascii"))]
    changes += _docstring_changes(text, statements, revision)
    content = source
    for start, end, new in sorted(changes, reverse=True):
        content = content[:start] + new + content[end:]
    _check(before, content, revision)
    return content


class _Text:
    """A source, and where its tokens are in it."""

    def __init__(self, source: bytes) -> None:
        # The reader of headers takes sources in UTF-8 alone.
        self._mark = len(codecs.BOM_UTF8) if source.startswith(codecs.BOM_UTF8) else 0
        self._source = source
        self._lines = io.BytesIO(source).readlines()
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def statements(self) -> Iterator[list[Token]]:
        """The tokens of each logical line at the outermost level. Raises ``NotLiteral``."""
        level = 0
        statement: list[Token] = []
        try:
            for token in tokenize.tokenize(io.BytesIO(self._source).readline):
                if token.type == tokenize.INDENT:
                    level += 1
                elif token.type == tokenize.DEDENT:
                    level -= 1
                if level or token.type in _LAYOUT:
                    continue
                if token.type == tokenize.NEWLINE or token.string == ";":
                    yield statement
                    statement = []
                else:
                    statement.append(token)
        except (tokenize.TokenError, SyntaxError, ValueError) as error:
            raise NotLiteral(f"it cannot be split into tokens ({error})") from error

    def span(self, token: Token) -> tuple[int, int]:
        """The bytes of a token, from and to."""
        return self._offset(*token.start), self._offset(*token.end)

    def in_docstring(self, token: Token, pattern: re.Pattern[str]) -> tuple[int, int, str] | None:
        """The bytes of the last group of a match in a token, and all that matched; else None."""
        start, end = self.span(token)
        # Not the token's own text, in which the ends of lines may be others than in the file.
        content = self._source[start:end].decode()
        found = pattern.search(content)
        if found is None:
            return None
        place = found.span(found.lastindex or 0)
        before, after = (start + len(content[:one].encode()) for one in place)
        return before, after, found[0]

    def _offset(self, row: int, column: int) -> int:
        line = self._lines[row - 1]
        # The mark of UTF-8 at the start of a file is before the first column.
        mark = self._mark if row == 1 else 0
        characters = line[mark:].decode()[:column]
        return self._starts[row - 1] + mark + len(characters.encode())


def _value(statement: Sequence[Token]) -> Sequence[Token] | None:
    """What a statement binds to ``down_revision``; None for another statement."""
    if len(statement) < 3 or statement[0].string != _NAME or statement[1].string not in ("=", ":"):
        return None
    equals = [place for place, token in enumerate(statement) if token.string == "="]
    if len(equals) != 1:
        return None
    return statement[equals[0] + 1 :]


def _literal(value: Sequence[Token]) -> Token:
    """The one literal in a value: a text, also in brackets, or None."""
    literals = [token for token in value if token.string not in ("(", ")", "[", "]", ",")]
    if len(literals) == 1 and (
        literals[0].type == tokenize.STRING or (literals[0].string == "None" and len(value) == 1)
    ):
        return literals[0]
    raise NotLiteral(f"{_NAME} is not one literal")


def _like(literal: Token, statements: Sequence[Sequence[Token]], revision: str) -> str:
    """A literal of ``revision``, in the quotes that the script has."""
    quoting = literal.string
    if literal.type != tokenize.STRING:
        # It is None: as the script's own id is written.
        quoting = next(
            (
                one[-1].string
                for one in statements
                if one and one[0].string == "revision" and one[-1].type == tokenize.STRING
            ),
            '"',
        )
    quotes = quoting.lstrip("rRuUbB")
    mark = quotes[:3] if quotes[:3] in ('"""', "'" * 3) else quotes[:1]
    return f"{mark}{revision}{mark}" if _is_plain(revision) else ascii(revision)


def _is_plain(revision: str) -> bool:
    """Whether it means itself between any quotes."""
    return re.fullmatch(r"[!-~]+", revision) is not None and not set("\"'\\") & set(revision)


def _docstring_changes(
    text: _Text, statements: Sequence[Sequence[Token]], revision: str
) -> list[Change]:
    first = next((one for one in statements if one), ())
    if len(first) != 1 or first[0].type != tokenize.STRING or not _is_plain(revision):
        return []
    found = text.in_docstring(first[0], _REVISES)
    if found is None:
        return []
    start, end, line = found
    space = " " if line.rstrip("\r").endswith(":") else ""
    return [(start, end, f"{space}{revision}".encode("ascii"))]


def _check(before: ScriptHeader, content: bytes, revision: str) -> None:
    """Raise ``NotLiteral`` where the new source says something else than it is to say."""
    after = read_header(content)
    if (
        after is None
        or as_tuple(after.down_revision) != (revision,)
        or after.revision != before.revision
        or after.branch_labels != before.branch_labels
        or after.depends_on != before.depends_on
    ):
        raise NotLiteral(f"its {_NAME} does not come from the literal alone")
