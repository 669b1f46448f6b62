"""The house of the package: imports go one way, and only upstream/ knows Alembic."""

from __future__ import annotations

import ast
import pathlib
import re
from collections.abc import Iterator

import alembic_native

PACKAGE = pathlib.Path(alembic_native.__file__).parent
#: From a folder to those it may import from; every folder may import from the files beside them.
ARROWS = {
    "history": set(),
    "reading": {"history"},
    "locking": set(),
    "status": {"history", "locking"},
    "lint": {"history", "reading"},
    "rebase": {"history", "status"},
    "run": {"history", "locking", "status"},
    "upstream": {"history", "reading", "locking", "status", "lint", "rebase", "run"},
}
A_MODULE_OF_ALEMBIC = re.compile(
    r"alembic\.(autogenerate|command|config|context|ddl|environment|op|operations|runtime|script"
    r"|util)\b"
)


def sources() -> Iterator[tuple[str, pathlib.Path]]:
    """Dotted name below the package, and file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), path


def imports_of(name: str, path: pathlib.Path) -> set[str]:
    """What a module imports when it runs, by absolute name; what type checkers read is left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    package = f"alembic_native.{name}" if name else "alembic_native"
    if path.name != "__init__.py":
        package = package.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            found.update({base, *(f"{base}.{alias.name}" for alias in node.names)})
    return found


def modules() -> dict[str, set[str]]:
    """Each module of the package, and those of the package that it imports."""
    known = {name for name, _ in sources()}
    graph = {}
    for name, path in sources():
        own = {one.removeprefix("alembic_native.") for one in imports_of(name, path)}
        graph[name] = (own & known) - {name, ""}
    return graph


def test_imports_make_no_circle() -> None:
    graph = modules()
    done: set[str] = set()
    while len(done) < len(graph):
        ready = {name for name in graph if name not in done and graph[name] <= done}
        assert ready, f"a circle among {sorted(set(graph) - done)}"
        done |= ready


def test_nothing_outside_upstream_imports_alembic() -> None:
    for name, path in sources():
        if name.partition(".")[0] != "upstream":
            of_alembic = {one for one in imports_of(name, path) if re.match(r"alembic(\.|$)", one)}
            assert not of_alembic, f"{name} imports {of_alembic}"


def test_nothing_outside_upstream_names_a_module_of_alembic() -> None:
    for name, path in sources():
        if name.partition(".")[0] == "upstream":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documents = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_document = id(node) in documents
                assert is_document or not A_MODULE_OF_ALEMBIC.match(node.value), (
                    f"{name}:{node.lineno} names {node.value}"
                )


def test_arrows_between_folders_go_one_way() -> None:
    for name, imported in modules().items():
        folder = name.partition(".")[0]
        if folder not in ARROWS:
            continue
        others = {one.partition(".")[0] for one in imported if "." in one or one in ARROWS}
        assert others - {folder} <= ARROWS[folder], f"{name} imports from {others}"
