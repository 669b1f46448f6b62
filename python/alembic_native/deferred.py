"""Modules that most runs of Alembic never use, left out of its import.

* ``mako.exceptions`` imports Pygments, for reports of mistakes in templates. It runs its code when
  something in it is asked for.
* ``alembic.ddl.postgresql`` imports SQLAlchemy's dialect for PostgreSQL, which is most of what the
  dialects cost together. It runs its code when something in it is asked for, when SQLAlchemy's
  dialect is imported by anybody (so before any other database code can meet it), when the
  implementation for PostgreSQL is looked up, and when ``create_exclude_constraint`` is called or
  looked at, which is the operation it defines.

Neither is left out where it, or that dialect, has been imported before Alembic.
"""

from __future__ import annotations

import sys
from types import ModuleType

from alembic_native import light

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from typing import Any

MAKO_EXCEPTIONS = "mako.exceptions"
IMPLEMENTATION = "alembic.ddl.postgresql"
DIALECT = "sqlalchemy.dialects.postgresql"
MODULES = (MAKO_EXCEPTIONS, IMPLEMENTATION, DIALECT)

_OPERATION = "create_exclude_constraint"


def deferred(spec: ModuleSpec) -> ModuleSpec:
    """Upstream's spec of one of the modules above, to be loaded when it is needed."""
    name = spec.name
    if name in sys.modules:
        # A reload.
        light.complete(name)
    elif name == MAKO_EXCEPTIONS:
        spec.loader = light.DeferringLoader(spec.loader)  # type: ignore[assignment]
    elif name == IMPLEMENTATION and DIALECT not in sys.modules:
        spec.loader = ImplementationLoader(spec.loader)  # type: ignore[assignment]
    elif name == DIALECT and light.is_deferred(IMPLEMENTATION):
        spec.loader = DialectLoader(spec.loader)  # type: ignore[assignment]
    return spec


class ImplementationLoader(light.DeferringLoader):
    """Leaves Alembic's part for PostgreSQL light, and sees to it that it is found."""

    def exec_module(self, module: ModuleType) -> None:
        from importlib import import_module

        # Of Alembic, what the module would import: others count on that.
        import_module("alembic.autogenerate.render")
        operations: Any = import_module("alembic.operations.base")
        self.defer(module, ImplementationCompletion)
        implementations: Any = import_module("alembic.ddl.impl")
        implementations._impls = Implementations(implementations._impls)
        for owner in operations.Operations, operations.BatchOperations:
            setattr(owner, _OPERATION, DeferredOperation())


class ImplementationCompletion(light.Completion):
    """Runs Alembic's part for PostgreSQL, which defines the operation in the place of ours."""

    def finish(self) -> None:
        proxy: Any = getattr(sys.modules.get("alembic.op"), _OPERATION, None)
        if proxy is not None:
            from alembic.operations import Operations

            proxy.__doc__ = getattr(Operations, _OPERATION).__doc__


class DialectLoader(light.DelegatingLoader):
    """Runs SQLAlchemy's dialect, then Alembic's part for it."""

    def exec_module(self, module: ModuleType) -> None:
        self._upstream.exec_module(module)
        light.complete(IMPLEMENTATION)


class Implementations(dict[str, type]):
    """Alembic's parts for databases, by the name of the dialect."""

    def __missing__(self, name: str) -> type:
        if name != "postgresql" or not light.is_deferred(IMPLEMENTATION):
            raise KeyError(name)
        light.complete(IMPLEMENTATION)
        return self[name]


class DeferredOperation:
    """``create_exclude_constraint`` of a class of operations, until the real one is needed.

    ``alembic.op`` makes a function of each operation when the package becomes whole, and must not
    need it; whoever looks at it later must see upstream's, with its signature and its docstring.
    """

    def __get__(self, operations: Any, owner: type) -> Any:
        if light.is_deferred(IMPLEMENTATION) and light.is_whole(light.PACKAGE):
            light.complete(IMPLEMENTATION)
            return getattr(owner if operations is None else operations, _OPERATION)
        return create_exclude_constraint.__get__(operations, owner)


def create_exclude_constraint(self: Any, *arguments: Any, **options: Any) -> Any:
    light.complete(IMPLEMENTATION)
    return getattr(self, _OPERATION)(*arguments, **options)
