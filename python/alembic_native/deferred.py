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
        implementations: Any = import_module("alembic.ddl.impl")
        owners = (operations.Operations, operations.BatchOperations)
        stand_ins = {owner: DeferredOperation() for owner in owners}
        self.defer(module, lambda *known: ImplementationCompletion(stand_ins, *known))
        implementations._impls = Implementations(implementations._impls)
        for owner, stand_in in stand_ins.items():
            setattr(owner, _OPERATION, stand_in)


class ImplementationCompletion(light.Completion):
    """Runs Alembic's part for PostgreSQL, which defines the operation in the place of ours.

    What a program has put there by then stays there, as it does where upstream came first.
    """

    def __init__(
        self, stand_ins: dict[Any, DeferredOperation], module: ModuleType, upstream: Any
    ) -> None:
        super().__init__(module, upstream)
        self._stand_ins = stand_ins

    def prepare(self) -> None:
        from importlib import import_module

        # Whoever imports the dialect completes this under the dialect's lock; all others have to
        # take the two locks in the same order.
        import_module(DIALECT)

    def run(self) -> None:
        if self.is_done:
            return
        proxies: Any = sys.modules.get("alembic.op")
        owners = [*self._stand_ins, *([proxies] if proxies else [])]
        before = {owner: vars(owner).get(_OPERATION) for owner in owners}
        super().run()
        for owner, stand_in in self._stand_ins.items():
            stand_in.real = vars(owner)[_OPERATION]
        for owner, known in before.items():
            is_of_alembic = isinstance(known, DeferredOperation) or (
                owner is proxies and getattr(known, "__globals__", None) is vars(proxies)
            )
            if not is_of_alembic:
                setattr(owner, _OPERATION, known)


class DialectLoader(light.DelegatingLoader):
    """Runs SQLAlchemy's dialect, then Alembic's part for it."""

    def exec_module(self, module: ModuleType) -> None:
        self._upstream.exec_module(module)
        light.complete(IMPLEMENTATION)


class Implementations(dict[str, type]):
    """Alembic's parts for databases, by the name of the dialect."""

    def __missing__(self, name: str) -> type:
        if name == "postgresql":
            light.complete(IMPLEMENTATION)
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found


class DeferredOperation:
    """``create_exclude_constraint`` of a class of operations, until the real one is needed.

    ``alembic.op`` makes a function of each operation when the package becomes whole, and must not
    need it; whoever looks at it later must see upstream's, with its signature and its docstring.
    """

    #: Upstream's function, once it is known. This object may be in its place again then: where a
    #: program has put another one there for a while.
    real: Any = None

    def __get__(self, operations: Any, owner: type) -> Any:
        if self.real is None and light.is_whole(light.PACKAGE):
            light.complete(IMPLEMENTATION)
        return (self.real or create_exclude_constraint).__get__(operations, owner)


def create_exclude_constraint(self: Any, *arguments: Any, **options: Any) -> Any:
    light.complete(IMPLEMENTATION)
    return getattr(self, _OPERATION)(*arguments, **options)
