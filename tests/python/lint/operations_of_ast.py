"""What `read_operations` has to find in a script, told by Python's own `ast`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

OPERATIONS = "alembic.op."
BATCH = "alembic.op.batch_alter_table()"
LONGEST_CHAIN = 8
LARGEST_NUMBER = 10**18

_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler)


class Operation(NamedTuple):
    """As the native one, with calls as tuples; `column` from 1, in characters."""

    function: str
    name: str
    line: int
    column: int
    call: tuple[Any, ...]
    batch: tuple[Any, ...] | None
    autocommit: bool


def operations(source: str) -> list[Operation]:
    """In the order of the source; of several functions of a name those of the last one."""
    module = ast.parse(source)
    module_names = _names(_outside_of_bodies(module))
    functions = {
        node.name: node
        for node in module.body
        if isinstance(node, ast.FunctionDef) and node.name in ("upgrade", "downgrade")
    }
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: list[Operation] = []
    for name, function in functions.items():
        reader = _FunctionReader(name, {**module_names, **_names(ast.walk(function))}, lines)
        for statement in function.body:
            reader.visit(statement)
        found += reader.found
    return sorted(found, key=lambda operation: (operation.line, operation.column))


def _outside_of_bodies(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _outside_of_bodies(child)


def _names(nodes: Iterator[ast.AST]) -> dict[str, tuple[str, str]]:
    """Each name that is bound, with how: ("import", path), ("method", path), ("with", ""), or
    ("other", "") where it is bound in another way or in several.
    """
    bound: dict[str, set[tuple[str, str]]] = {}
    explained: set[ast.AST] = set()

    def bind(name: str, how: str = "other", path: str = "") -> None:
        bound.setdefault(name, set()).add((how, path))

    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                bind(alias.asname or root, "import", alias.name if alias.asname else root)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                module = "." * node.level + (node.module or "")
                bind(alias.asname or alias.name, "import", f"{module}.{alias.name}")
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if isinstance(item.optional_vars, ast.Name):
                    explained.add(item.optional_vars)
                    bind(item.optional_vars.id, "with")
        elif isinstance(node, ast.Assign):
            path = _method_without_arguments(node.value)
            if path and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                explained.add(node.targets[0])
                bind(node.targets[0].id, "method", path)
        elif isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load) and node not in explained:
                bind(node.id)
        elif isinstance(node, ast.arg):
            bind(node.arg)
        elif isinstance(node, _NAMED):
            if node.name:
                bind(node.name)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            for name in node.names:
                bind(name)
    return {name: hows.pop() if len(hows) == 1 else ("other", "") for name, hows in bound.items()}


def _method_without_arguments(node: ast.expr) -> str | None:
    if isinstance(node, ast.Call) and not node.args and not node.keywords:
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            return f"{function.value.id}.{function.attr}()"
    return None


class _FunctionReader(ast.NodeVisitor):
    def __init__(self, function: str, names: dict[str, tuple[str, str]], lines: list[str]) -> None:
        self.found: list[Operation] = []
        self._function = function
        self._names = names
        self._lines = lines
        self._batches: dict[str, tuple[Any, ...]] = {}
        self._autocommit = False
        self._receivers: set[ast.AST] = set()

    # Statements.

    def visit_With(self, node: ast.With) -> None:
        before = self._autocommit
        for item in node.items:
            self.visit(item.context_expr)
            entered = self.value(item.context_expr)
            name = entered[1] if isinstance(entered, tuple) and entered[:1] == ("call",) else ""
            if isinstance(item.optional_vars, ast.Name):
                self._batches.pop(item.optional_vars.id, None)
                if name == BATCH[:-2] and self._names[item.optional_vars.id] == ("with", ""):
                    self._batches[item.optional_vars.id] = entered
            if name.endswith(".autocommit_block"):
                self._autocommit = True
        for statement in node.body:
            self.visit(statement)
        self._autocommit = before

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Fields of formatted literals are not looked into."""

    # Calls.

    def visit_Call(self, node: ast.Call) -> None:
        path = self._path(node.func)
        if path is not None and self._calls(node) <= LONGEST_CHAIN:
            self._mark_receivers(node.func)
            if node not in self._receivers and path.startswith(OPERATIONS):
                self._note(node, path)
        self.generic_visit(node)

    def _mark_receivers(self, node: ast.AST) -> None:
        while isinstance(node, (ast.Attribute, ast.Call)):
            if isinstance(node, ast.Call):
                self._receivers.add(node)
            node = node.value if isinstance(node, ast.Attribute) else node.func

    def _note(self, node: ast.Call, path: str) -> None:
        root: ast.expr = node
        while isinstance(root, (ast.Attribute, ast.Call)):
            root = root.value if isinstance(root, ast.Attribute) else root.func
        assert isinstance(root, ast.Name)
        batch = self._batches.get(root.id)
        before = self._lines[node.lineno - 1].encode()[: node.col_offset].decode()
        known = len(BATCH) + 1 if batch else len(OPERATIONS)
        self.found.append(
            Operation(
                self._function,
                path[known:],
                node.lineno,
                len(before) + 1,
                self.value(node),
                batch,
                self._autocommit,
            )
        )

    # Values.

    def _resolve(self, name: str) -> str:
        if name in self._batches:
            return BATCH
        how, path = self._names.get(name, ("other", ""))
        if how == "import":
            return path
        if how == "method":
            root, _, method = path.partition(".")
            root_how, root_path = self._names.get(root, ("other", ""))
            whole = f"{root_path}.{method}"
            if root_how == "import" and whole.startswith(OPERATIONS):
                return whole
        return "?"

    def _path(self, node: ast.AST) -> str | None:
        """Dotted, with "()" for calls; None for what is not made of names and calls."""
        if isinstance(node, ast.Name):
            return self._resolve(node.id)
        if isinstance(node, ast.Attribute):
            value = self._path(node.value)
            return None if value is None else f"{value}.{node.attr}"
        if isinstance(node, ast.Call):
            function = self._path(node.func)
            if function is None or self._calls(node) > LONGEST_CHAIN:
                return None
            return function + "()"
        return None

    def _calls(self, node: ast.AST) -> int:
        count = 0
        while isinstance(node, (ast.Attribute, ast.Call)):
            count += isinstance(node, ast.Call)
            node = node.value if isinstance(node, ast.Attribute) else node.func
        return count

    def value(self, node: ast.AST) -> Any:
        """A literal, ("name", path), ("call", ...), a list or ("tuple", ...), or `...`."""
        if isinstance(node, ast.Constant):
            literal = node.value
            if isinstance(literal, int) and not isinstance(literal, bool):
                return literal if literal < LARGEST_NUMBER else ...
            return literal if literal is None or isinstance(literal, (bool, str)) else ...
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            number = self.value(node.operand)
            return -number if type(number) is int and number >= 0 else ...
        if isinstance(node, (ast.List, ast.Tuple)):
            if any(isinstance(item, ast.Starred) for item in node.elts):
                return ...
            items = [self.value(item) for item in node.elts]
            return items if isinstance(node, ast.List) else ("tuple", *items)
        if isinstance(node, ast.Call):
            return self._call_value(node)
        if isinstance(node, (ast.Name, ast.Attribute)):
            path = self._path(node)
            known = path is not None and not path.startswith("?") and "(" not in path
            return ("name", path) if known else ...
        return ...

    def _call_value(self, node: ast.Call) -> Any:
        path = self._path(node.func)
        if path is None or self._path(node) is None:
            return ...
        positional = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                break
            positional.append(self.value(argument))
        keywords = [(k.arg, self.value(k.value)) for k in node.keywords if k.arg]
        is_open = len(positional) < len(node.args) or any(k.arg is None for k in node.keywords)
        receiver: ast.AST = node.func
        while isinstance(receiver, ast.Attribute):
            receiver = receiver.value
        inner = self._call_value(receiver) if isinstance(receiver, ast.Call) else None
        return ("call", path, positional, keywords, is_open, inner)
