"""Definitions read natively from a source are those that Python's own parser finds in it."""

import ast
import importlib.util
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from alembic_native import _core
from alembic_native.upstream.definitions import parameters_of

_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Defining = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_EXAMPLE = '''\
"""A module."""

import os  # of the system


@decorated
def f(a, b: int = 1, *args, c=(1, 2), **kw) -> None:
    """A function."""
    # a comment
    if a:

        return os.path.join(
            a, f"{b!r:>{c}} and {'b'}"
        )
    return "x" \\
        "y"


class A(B, metaclass=M):
    """A class."""

    def m(self):
        """A method."""
        self.x = 1; self.y = 2
'''


def _modules(package: str) -> list[Path]:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return sorted(
        path
        for folder in spec.submodule_search_locations
        for path in Path(folder).rglob("*.py")
        if "templates" not in path.parts
    )


def _definitions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, _Defining]]:
    """All functions and classes of a module or class body, by dotted name."""
    for statement in body:
        if isinstance(statement, _DEFINES):
            yield prefix + statement.name, statement
            if isinstance(statement, ast.ClassDef):
                yield from _definitions(statement.body, f"{prefix}{statement.name}.")
            continue
        for block in ("body", "handlers", "orelse", "finalbody"):
            for inner in getattr(statement, block, []):
                nested = inner.body if isinstance(inner, ast.ExceptHandler) else [inner]
                yield from _definitions(nested, prefix)


@pytest.mark.parametrize("package", ["alembic", "sqlalchemy"])
def test_every_function_and_class_is_found_as_ast_finds_it(package: str) -> None:
    compared = 0
    for path in _modules(package):
        source = path.read_bytes()
        expected: dict[str, list[_Defining]] = {}
        for name, node in _definitions(ast.parse(source).body):
            expected.setdefault(name, []).append(node)
        found = dict(zip(expected, _core.read_definitions(source, list(expected)), strict=True))
        for name, nodes in expected.items():
            definition = found[name]
            assert definition is not None, (path, name)
            if definition.kind not in ("function", "class"):
                continue  # bound again, by an assignment or import
            last = nodes[-1]
            where = (path, name, definition.line)
            assert definition.line == last.lineno, where
            assert definition.count >= len(nodes), where
            assert (definition.kind == "class") == isinstance(last, ast.ClassDef), where
            if not isinstance(last, ast.ClassDef):
                assert definition.parameters == parameters_of(last.args), where
            else:
                bases = [*last.bases, *last.keywords]
                written = ast.parse(f"class A({definition.parameters}): pass").body[0]
                assert isinstance(written, ast.ClassDef)
                assert [ast.dump(base) for base in bases] == [
                    ast.dump(base) for base in [*written.bases, *written.keywords]
                ], where
            compared += 1
    assert compared > 500


@pytest.mark.parametrize("name", ["alembic/script/revision.py", "alembic/script/base.py"])
def test_comments_docstrings_and_blank_lines_do_not_change_a_fingerprint(name: str) -> None:
    [path] = [path for path in _modules("alembic") if path.as_posix().endswith(name)]
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if not isinstance(node, (*_DEFINES, ast.Module)) or not ast.get_docstring(node):
            continue
        if len(node.body) > 1:
            node.body = node.body[1:]
    # ast.unparse writes a layout of its own, without comments: both sides go through it.
    bare = ast.unparse(tree)
    documented = ast.unparse(ast.parse(path.read_bytes()))
    names = ["", *(name for name, _ in _definitions(tree.body))]
    assert len(names) > 40
    for source in (documented, _with_comments(documented), _with_comments(bare)):
        assert _fingerprints(source, names) == _fingerprints(bare, names)


def _with_comments(source: str) -> str:
    """The source with a comment and a blank line behind each logical line."""
    lines = source.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NEWLINE:
            lines[token.start[0] - 1] = lines[token.start[0] - 1].rstrip("\n") + "  # why\n\n"
    return "".join(lines)


def _fingerprints(source: str, names: list[str]) -> list[str]:
    definitions = _core.read_definitions(source.encode(), names)
    return [definition.fingerprint if definition else "-" for definition in definitions]


def test_any_other_token_changes_the_fingerprint() -> None:
    [plain] = _fingerprints(_EXAMPLE, [""])
    without_meaning = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE)
    changed = 0
    lines = _EXAMPLE.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(_EXAMPLE).readline):
        row, column = token.start
        if token.type in without_meaning or not token.string.strip() or '"""' in token.string:
            continue
        line = lines[row - 1]
        longer = line[:column] + "x " + line[column:]
        other = "".join([*lines[: row - 1], longer, *lines[row:]])
        assert _fingerprints(other, [""]) != [plain], token
        changed += 1
    assert changed > 70


def test_a_source_that_is_no_python_is_refused_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2: a string is not closed"):
        _core.read_definitions(b"x = 1\ny = '\n", ["x"])


def test_a_definition_cannot_be_changed() -> None:
    [definition] = _core.read_definitions(b"def f(a, *, b=1): pass", ["f"])
    assert definition is not None
    assert (definition.kind, definition.line, definition.count) == ("function", 1, 1)
    assert definition.parameters == "a, *, b="
    with pytest.raises(AttributeError):
        definition.line = 2  # type: ignore[misc]
