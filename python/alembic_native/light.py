"""Modules that run their code when it is needed; above all ``alembic`` and ``alembic.config``.

Importing Alembic imports SQLAlchemy, every dialect and Mako. A command line that is answered by
``alembic_native.cli`` needs none of that, so the two modules on its way start out light: the
package holds its version, and ``alembic.config`` holds ``main``. They become whole, which is what
upstream's own code makes of them, when another name of theirs is asked for, when any other module
of Alembic is imported, and when ``main`` leaves a command line to upstream. What was set on them
from outside until then stays set.

The package becomes whole before any of its modules is imported, as it does without the overlay.
Completing a module is an import of its own, of a module that exists for that alone: so the import
system's locks see to it that it happens once, and that other threads wait for it.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from typing import Any

PACKAGE = "alembic"
CONFIG = "alembic.config"
#: Modules of the package whose import leaves it light.
LIGHT_MODULES = (PACKAGE, CONFIG, "alembic.__main__")

_COMPLETIONS = "alembic_native.completion_of_"


class LightModule(ModuleType):
    """A module that becomes whole, and an ordinary module, when it is looked into."""

    def __getattr__(self, name: str) -> Any:
        # Tools ask every module for names between double underscores; these define none.
        if name.startswith("__") and name.endswith("__") and name != "__all__":
            raise _no_attribute(self, name)
        complete(self.__name__)
        try:
            return self.__dict__[name]
        except KeyError:
            raise _no_attribute(self, name) from None

    def __dir__(self) -> list[str]:
        complete(self.__name__)
        return sorted(self.__dict__)


class Completion:
    """How one light module becomes whole."""

    def __init__(self, module: ModuleType, upstream: Any) -> None:
        """``upstream``: the loader that runs upstream's code."""
        self.module = module
        self.upstream = upstream
        self.own_names = dict(module.__dict__)
        self.thread: int | None = None
        self.is_done = False
        self._set_from_outside: dict[str, Any] | None = None

    def is_untouched(self) -> bool:
        """Whether the module is light, and holds nothing that was set from outside."""
        names = self.own_names
        return self.thread is None and all(
            name in names or f"{self.module.__name__}.{name}" in LIGHT_MODULES
            for name in self.module.__dict__
        )

    def prepare(self) -> None:
        """What has to be imported first, without the lock that completing takes."""

    def run(self) -> None:
        """Run upstream's code in the module; once, unless it raises."""
        if self.is_done:
            return
        self.thread = get_ident()
        try:
            if self.module.__name__ == CONFIG:
                complete(PACKAGE)
            if self._set_from_outside is None:
                own = self.own_names
                self._set_from_outside = {
                    name: value
                    for name, value in self.module.__dict__.items()
                    if name not in own or value is not own[name]
                }
            self.upstream.exec_module(self.module)
            self.finish()
            self.module.__dict__.update(self._set_from_outside)
            self.module.__class__ = ModuleType
            self.is_done = True
        finally:
            self.thread = None

    def finish(self) -> None:
        """What is left to do when upstream's code has run."""


class ConfigCompletion(Completion):
    """The completion of ``alembic.config``, whose ``main`` stays the one it was."""

    def __init__(self, module: ModuleType, upstream: Any) -> None:
        # Upstream's Config prints to what this is when the module is imported.
        self.stdout = sys.stdout
        module.__dict__["main"] = _make_main(self)
        super().__init__(module, upstream)

    def finish(self) -> None:
        self.upstream_main: Callable[..., None] = self.module.__dict__["main"]
        from functools import update_wrapper

        main = self.own_names["main"]
        self.module.__dict__["main"] = update_wrapper(main, self.upstream_main)
        if sys.stdout is not self.stdout:
            initialize = self.module.__dict__["Config"].__init__
            initialize.__defaults__ = tuple(
                self.stdout if default is sys.stdout else default
                for default in initialize.__defaults__
            )


_completions: dict[str, Completion] = {}


def complete(name: str) -> None:
    """Make a light module whole; does nothing when it is, or is about to be in this thread."""
    completion = _completions.get(name)
    if completion is None or completion.is_done or completion.thread == get_ident():
        return
    from importlib import import_module

    completion.prepare()
    import_module(_COMPLETIONS + name.replace(".", "_"))


def is_deferred(name: str) -> bool:
    """Whether a module is light and nobody has begun to complete it."""
    completion = _completions.get(name)
    return completion is not None and not completion.is_done and completion.thread is None


def is_whole(name: str) -> bool:
    """Whether a module was never light, or has become whole."""
    completion = _completions.get(name)
    return completion is None or completion.is_done


def is_light() -> bool:
    """Whether the package has to become whole before a module of it is imported by this thread."""
    completion = _completions.get(PACKAGE)
    return not (completion is None or completion.is_done or completion.thread == get_ident())


def find_completion(name: str) -> ModuleSpec | None:
    """The module whose import completes another one."""
    for module, completion in list(_completions.items()):
        if name == _COMPLETIONS + module.replace(".", "_"):
            from importlib.machinery import ModuleSpec

            return ModuleSpec(name, CompletingLoader(completion))  # type: ignore[arg-type]
    return None


def lightened(spec: ModuleSpec, version: str) -> ModuleSpec:
    """Upstream's spec of ``alembic`` or ``alembic.config``, to be loaded light if it may be."""
    name = spec.name
    if name in sys.modules:
        # A reload.
        complete(name)
    elif name not in _completions and (name == PACKAGE or is_light()):
        spec.loader = LightLoader(spec.loader, version)  # type: ignore[assignment]
    return spec


class DelegatingLoader:
    """A loader that answers every question as upstream's does."""

    def __init__(self, upstream: Any) -> None:
        self._upstream = upstream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._upstream, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        created: ModuleType | None = self._upstream.create_module(spec)
        return created


class DeferringLoader(DelegatingLoader):
    """Leaves a module light."""

    def exec_module(self, module: ModuleType) -> None:
        self.defer(module, Completion)

    def defer(
        self, module: ModuleType, completion: Callable[[ModuleType, Any], Completion]
    ) -> None:
        module.__loader__ = self._upstream
        if module.__spec__ is not None:
            module.__spec__.loader = self._upstream
        _completions[module.__name__] = completion(module, self._upstream)
        module.__class__ = LightModule


class LightLoader(DeferringLoader):
    """Makes ``alembic`` or ``alembic.config`` light; each holds one name from the start."""

    def __init__(self, upstream: Any, version: str) -> None:
        super().__init__(upstream)
        self._version = version

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ == PACKAGE:
            module.__dict__["__version__"] = self._version
            super().exec_module(module)
        else:
            self.defer(module, ConfigCompletion)


class CompletingLoader:
    """Completes a light module, by being imported."""

    def __init__(self, completion: Completion) -> None:
        self._completion = completion

    def create_module(self, _spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, _module: ModuleType) -> None:
        self._completion.run()


class WholePackageLoader(DelegatingLoader):
    """Makes the package whole, then imports a module of it.

    The import system takes what is in ``sys.modules`` in the end: the module that was imported
    while the package became whole, or after that.
    """

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        if sys.modules.get(name) is not module:
            # Made by hand from its spec.
            complete(PACKAGE)
            self._upstream.exec_module(module)
            return
        del sys.modules[name]
        complete(PACKAGE)
        from importlib import import_module

        import_module(name)


def _make_main(completion: ConfigCompletion) -> Callable[..., None]:
    def main(argv: Sequence[str] | None = None, prog: str | None = None, **kwargs: Any) -> None:
        words = None if argv is None else list(argv)
        if _may_answer(completion):
            from alembic_native import overlay
            from alembic_native.cli.answering import answer

            arguments = sys.argv[1:] if words is None else words
            if answer(arguments, completion.stdout, overlay.loads_plugins()):
                return
        complete(CONFIG)
        completion.upstream_main(argv=words, prog=prog, **kwargs)

    main.__module__ = CONFIG
    main.__qualname__ = "main"
    return main


def _may_answer(completion: ConfigCompletion) -> bool:
    """Whether nothing of Alembic is in use, and nothing of it was replaced."""
    return (
        completion.stdout is not None
        and completion.is_untouched()
        and _completions[PACKAGE].is_untouched()
        and not any(
            name.startswith("alembic.") and name not in LIGHT_MODULES for name in sys.modules
        )
    )


def _no_attribute(module: ModuleType, name: str) -> AttributeError:
    return AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
