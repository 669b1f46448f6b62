"""What a source file of Alembic defines, read by Python's own parser.

For installations without the native core, which reads the same faster. There are no fingerprints:
what replaces code of Alembic needs the core anyway.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Definition(NamedTuple):
    """Of the last binding of a name; ``parameters`` are a function's, as ``_core`` spells them."""

    parameters: str = ""
    fingerprint: str = ""


def read_definitions(source: bytes, names: Sequence[str]) -> list[Definition | None]:
    """See ``_core.read_definitions``. ``ValueError``: the source cannot be parsed."""
    try:
        module = ast.parse(source)
    except SyntaxError as error:
        raise ValueError(f"line {error.lineno}: {error.msg}") from error
    bound = {"": Definition()}
    attributes: dict[str, Definition] = {}
    _read(module.body, "", bound, attributes)
    found = {**attributes, **bound}
    return [found.get(name) for name in names]


def _read(
    body: Sequence[ast.stmt],
    prefix: str,
    bound: dict[str, Definition],
    attributes: dict[str, Definition],
) -> None:
    """Add what a module or the body of a class binds, and what methods assign to ``self``."""
    for statement in body:
        match statement:
            case ast.ClassDef(name=name):
                bound[prefix + name] = Definition()
                _read(statement.body, f"{prefix}{name}.", bound, attributes)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                bound[prefix + name] = Definition(parameters_of(statement.args))
                if prefix:
                    attributes.update(
                        (prefix + one, Definition()) for one in _assigned_to_self(statement)
                    )
            case _:
                bound.update((prefix + one, Definition()) for one in _names(statement))
                for block in ("body", "cases", "handlers", "orelse", "finalbody"):
                    for inner in getattr(statement, block, ()):
                        is_block = isinstance(inner, (ast.match_case, ast.ExceptHandler))
                        _read(inner.body if is_block else [inner], prefix, bound, attributes)


def _names(statement: ast.stmt) -> Iterator[str]:
    """Those that an import or an assignment binds."""
    match statement:
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            for alias in aliases:
                yield alias.asname or alias.name.partition(".")[0]
        case _:
            yield from (one.id for one in _targets(statement) if isinstance(one, ast.Name))


def _assigned_to_self(method: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    own = next((one.arg for one in (*method.args.posonlyargs, *method.args.args)), None)
    for node in ast.walk(method):
        for target in _targets(node):
            match target:
                case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == own:
                    yield attribute


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    """What an assignment assigns to, unpacked."""
    match node:
        case ast.Assign(targets=targets) | ast.Tuple(elts=targets) | ast.List(elts=targets):
            pass
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            targets = [target]
        case ast.Starred(value=target):
            targets = [target]
        case _:
            return
    for target in targets:
        yield target
        yield from _targets(target)


def parameters_of(arguments: ast.arguments) -> str:
    """The parameters of a function, as ``_core`` spells them: ``"self, heads=, *, key=, **kw"``."""
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    words = [one.arg + "=" * (index >= required) for index, one in enumerate(positional)]
    if arguments.posonlyargs:
        words.insert(len(arguments.posonlyargs), "/")
    if arguments.vararg:
        words.append(f"*{arguments.vararg.arg}")
    elif arguments.kwonlyargs:
        words.append("*")
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        words.append(one.arg + "=" * (default is not None))
    if arguments.kwarg:
        words.append(f"**{arguments.kwarg.arg}")
    return ", ".join(words)
