"""Copies of the installed Alembic as a later release may be: with another name, or other code."""

from __future__ import annotations

import ast
import functools
import os
import pathlib
import re

import alembic

PACKAGE = pathlib.Path(alembic.__file__).parent


@functools.cache
def source_of(module: str) -> str:
    """The source of a module of the installed Alembic."""
    return file_of(module).read_text(encoding="utf-8")


def file_of(module: str) -> pathlib.Path:
    path = PACKAGE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def renamed(name: str, folder: pathlib.Path) -> pathlib.Path:
    """A copy in which the last part of a dotted name is another one, wherever Alembic writes it.

    Gives the folder to put on the path for imports.
    """
    word = name.rpartition(".")[2]
    new = f"{word[: len(word) - 2]}_later__" if word.endswith("__") else f"{word}_later"
    pattern = re.compile(rf"\b{re.escape(word)}\b")
    changes = {}
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        changed = pattern.sub(new, text)
        if changed != text:
            changes[path] = changed
    return _copied(changes, folder)


def changed(module: str, name: str, folder: pathlib.Path) -> pathlib.Path:
    """A copy in which the code of a function, a value or the whole module is another one that does
    the same.

    Gives the folder to put on the path for imports.
    """
    lines = source_of(module).splitlines(keepends=True)
    if not name:
        lines.append("_added_by_a_later_release = None\n")
    else:
        node = _node(ast.parse("".join(lines)), name.split("."))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0]
            is_documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            # Behind a docstring, which has to stay the first statement.
            line = first.end_lineno if is_documented else first.lineno - 1
            assert line is not None
            lines.insert(line, " " * first.col_offset + "_later_release = None\n")
        else:
            assert isinstance(node, ast.Assign)
            end = node.end_lineno
            assert end is not None
            lines[end - 1] = lines[end - 1].rstrip("\n") + " or None\n"
    return _copied({file_of(module): "".join(lines)}, folder)


def _node(tree: ast.AST, names: list[str]) -> ast.AST:
    node = tree
    for name in names:
        node = next(
            one
            for one in reversed(getattr(node, "body"))  # noqa: B009
            if getattr(one, "name", None) == name
            or (
                isinstance(one, ast.Assign)
                and isinstance(one.targets[0], ast.Name)
                and one.targets[0].id == name
            )
        )
    return node


def _copied(changes: dict[pathlib.Path, str], folder: pathlib.Path) -> pathlib.Path:
    """The package with some files changed; the others are links to those that are installed."""
    for path in PACKAGE.rglob("*"):
        if path.is_dir() or "__pycache__" in path.parts:
            continue
        copy = folder / "alembic" / path.relative_to(PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path in changes:
            copy.write_text(changes[path], encoding="utf-8")
        else:
            os.symlink(path, copy)
    return folder
