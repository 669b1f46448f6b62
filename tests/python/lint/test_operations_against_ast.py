"""The native reader of operations and Python's own `ast` find the same calls, in the same places,
with the same literals.
"""

from __future__ import annotations

import ast
import itertools
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


def unknowns(native: Any, expected: Any) -> int:
    """How often the native reader says "unknown" where a literal stands. The rest is the same."""
    if native is ...:
        return int(expected is not ...)
    assert type(native) is type(expected)
    if isinstance(native, (list, tuple)):
        assert len(native) == len(expected)
        return sum(map(unknowns, native, expected))
    assert native == expected
    return 0


def check(source: str) -> tuple[int, int]:
    """How many operations there are, and how many literals of theirs are unknown."""
    native = native_operations(source.encode())
    expected = operations(source.removeprefix("\ufeff"))
    assert [one[:4] for one in native] == [one[:4] for one in expected], source
    return len(native), sum(map(unknowns, map(tuple, native), map(tuple, expected)))


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
    """A thousand of them, with two bodies each."""
    rng = random.Random(12)
    sources = (random_migration(rng) for _ in itertools.count())
    results = [check(source) for source in itertools.islice(filter(is_python, sources), 1000)]
    found, unknown = (sum(counts) for counts in zip(*results, strict=True))
    assert found > 4000
    # Numbers that are not decimal, and names of characters, are left to Python.
    assert unknown < found / 5


def test_what_is_no_python_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"line 1: a string is not closed"):
        _lint.read_operations(b"x = 'a\n")


def test_values_of_each_kind() -> None:
    [operation] = _lint.read_operations(
        b"import sqlalchemy as sa\nfrom alembic import op\ndef upgrade():\n"
        b"    op.add_column('t', sa.Text, x, -1, (True,), [None], op.f('n'), *y, schema=sa.a(1))\n"
    )[:1]
    table, kind, unknown, number, of_one, nothing, name = operation.call.positional
    assert (table, unknown, number, of_one, nothing) == ("t", ..., -1, (True,), [None])
    assert isinstance(kind, _lint.Name)
    assert kind.name == "sqlalchemy.Text"
    assert isinstance(name, _lint.Call)
    assert (name.name, name.positional, name.open) == ("alembic.op.f", ["n"], False)
    assert operation.call.open
    [(keyword, value)] = operation.call.keywords
    assert keyword == "schema"
    assert isinstance(value, _lint.Call)
    assert value.name == "sqlalchemy.a"
