"""The native reader of operations and Python's own `ast` find the same calls, in the same places,
with the same literals.
"""

from __future__ import annotations

import ast
import pathlib
import random
import warnings
from typing import Any

import pytest

from alembic_native import _lint
from tests.environments import PROJECT
from tests.python.lint.operations_of_ast import Operation, operations
from tests.python.lint.random_migrations import random_migration

SCRIPTS = sorted(
    path
    for folder in ("tests", "migrations")
    for path in (PROJECT / folder).rglob("*.py")
    if "def upgrade" in path.read_text(encoding="utf-8", errors="ignore")
)


def plain(value: Any) -> Any:
    """A native value in the form of `operations_of_ast`."""
    if isinstance(value, _lint.Name):
        return ("name", value.name)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, tuple):
        return ("tuple", *(plain(item) for item in value))
    if isinstance(value, _lint.Call):
        keywords = [(name, plain(item)) for name, item in value.keywords]
        receiver = plain(value.receiver)
        return ("call", value.name, plain(value.positional), keywords, value.open, receiver)
    return value


def native_operations(source: bytes) -> list[Operation]:
    return [
        Operation(
            operation.function,
            operation.name,
            operation.line,
            operation.column,
            plain(operation.call),
            plain(operation.batch),
            operation.autocommit,
        )
        for operation in _lint.read_operations(source)
    ]


def agree(native: Any, expected: Any) -> bool:
    """Whether both are the same but for what the native reader calls unknown."""
    if native is ...:
        return True
    if isinstance(native, (list, tuple)) and type(native) is type(expected):
        return len(native) == len(expected) and all(map(agree, native, expected))
    return type(native) is type(expected) and bool(native == expected)


def check(source: str) -> int:
    """How many operations there are."""
    native = native_operations(source.encode())
    expected = operations(source.removeprefix("\ufeff"))
    for one, other in zip(native, expected, strict=False):
        assert agree(tuple(one), tuple(other)), source
    assert len(native) == len(expected), source
    return len(native)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_of_the_tests(path: pathlib.Path) -> None:
    check(path.read_text(encoding="utf-8"))


def is_python(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except SyntaxError:
            return False
    return True


def test_random_scripts() -> None:
    rng = random.Random(12)
    scripts = 0
    found = 0
    unknown = 0
    while scripts < 1000:  # with two bodies each
        source = random_migration(rng)
        if not is_python(source):
            continue
        scripts += 1
        found += check(source)
        unknown += sum(
            str(one.call).count("Ellipsis") - str(other.call).count("Ellipsis")
            for one, other in zip(
                native_operations(source.encode()),
                operations(source.removeprefix("\ufeff")),
                strict=True,
            )
        )
    assert found > 4000
    # Little is unknown to the native reader that Python's own takes for a literal.
    assert unknown < found / 10


def test_what_is_no_python_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"line 1: a string is not closed"):
        _lint.read_operations(b"x = 'a\n")


def test_values_of_each_kind() -> None:
    [operation] = native_operations(
        b"import sqlalchemy as sa\nfrom alembic import op\ndef upgrade():\n"
        b"    op.add_column('t', sa.Column('c', sa.Text, x, nullable=False), -1, (1,), [None], *y)\n"
    )
    column = ("call", "sqlalchemy.Column", ["c", ("name", "sqlalchemy.Text"), ...], None, False, None)
    expected = ["t", column, -1, ("tuple", 1), [None]]
    call = operation.call
    assert call[1] == "alembic.op.add_column"
    assert call[2][1][3] == [("nullable", False)]
    assert [*call[2][:1], (*call[2][1][:3], None, *call[2][1][4:]), *call[2][2:]] == expected
    assert call[4] is True
