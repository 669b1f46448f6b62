"""What Python itself makes of the header of a migration script: the judge of every reader."""

from __future__ import annotations

import builtins
import types
import warnings
from collections.abc import Sequence
from typing import Any

HEADER_NAMES = ("revision", "down_revision", "branch_labels", "depends_on")
WATCHED_NAMES = (*HEADER_NAMES, "__doc__")


class _Anything:
    """Stands for ``op``, ``sa`` and all their attributes."""

    def __getattr__(self, name: str) -> _Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args: object, **_kwargs: object) -> _Anything:
        return self

    def __getitem__(self, _key: object) -> _Anything:
        return self

    def __enter__(self) -> str:
        return "entered"

    def __exit__(self, *_exc_info: object) -> None:
        return None


_REAL_IMPORTS = {
    "__future__",
    "builtins",
    "collections.abc",
    "inspect",
    "operator",
    "os",
    "os.path",
    "pickle",
    "string",
    "sys",
    "typing",
}


def _import(name: str, *args: Any, **kwargs: Any) -> Any:
    if name in _REAL_IMPORTS:
        return __import__(name, *args, **kwargs)
    if name.split(".")[0] in ("alembic", "sqlalchemy", "helpers"):
        if args and len(args) > 2 and args[2] == ("*",):
            star = types.ModuleType(name)
            star.revision = star.depends_on = "from a star import"  # type: ignore[attr-defined]
            return star
        return _Anything()
    raise ImportError(name)


_BUILTINS = {
    name: value
    for name, value in vars(builtins).items()
    if name not in ("open", "input", "breakpoint", "help", "exit", "quit", "compile", "print")
} | {"__import__": _import, "print": lambda *_args, **_kwargs: None}


def executed_header(source: bytes) -> dict[str, tuple[Any, ...]] | None:
    """The five values after running ``source`` as a module; None when it cannot be run.

    Each value is ``("absent",)``, ``("none",)``, ``("text", str)``, ``("sequence", *items)``,
    ``("set", *sorted items)`` or ``("other", type name)``. Only what a script of this file's
    making needs can be imported, and nothing can be opened or printed.
    """
    module = types.ModuleType("script")
    namespace = vars(module)
    namespace["__builtins__"] = _BUILTINS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            code = compile(source, "script.py", "exec", dont_inherit=True)
            exec(code, namespace)
        except (KeyboardInterrupt, MemoryError):
            raise
        except BaseException:
            return None
    return {name: _normal(module, name) for name in WATCHED_NAMES}


def _normal(module: types.ModuleType, name: str) -> tuple[Any, ...]:
    try:
        value = getattr(module, name)
    except AttributeError:
        return ("absent",)
    except Exception:
        return ("other", "raises")
    if value is None:
        return ("none",)
    if type(value) is str:
        return ("text", value)
    if type(value) in (tuple, list, set) and all(type(item) is str for item in value):
        if type(value) is set:
            return ("set", *sorted(value))
        return ("sequence", *value)
    return ("other", type(value).__name__)


def agrees(
    executed: dict[str, tuple[Any, ...]], name: str, shape: str, items: Sequence[str]
) -> bool:
    """Whether a reader's value is what the module holds.

    ``shape`` is "absent", "none", "text" or "sequence"; the items of a set may come in any order.
    """
    value = executed[name]
    if value[0] == "set":
        return shape == "sequence" and tuple(sorted(items)) == value[1:]
    return (shape, *items) == value


def doc_agrees(executed: dict[str, tuple[Any, ...]], doc: str | None) -> bool:
    value = executed["__doc__"]
    return value == ("none",) if doc is None else value == ("text", doc)
