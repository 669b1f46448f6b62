"""How the core of an installed Alembic is replaced, in one mechanism.

Python asks the finders in ``sys.meta_path`` where a module comes from. When ``alembic`` is first
imported, a finder of ours is put in front of them. It answers for seven modules:

* ``alembic.script.revision`` is loaded from our own ``revision.py`` instead of upstream's file;
* ``alembic.script.base``, ``alembic.runtime.migration``, ``alembic.runtime.environment``,
  ``alembic.command`` and ``alembic.config`` are loaded from upstream's files of the installed
  version, and then a few methods of their classes are bound to ours, and two commands added
  (``script.py``, ``migration.py``, ``statement_log.py``, ``verbose_option.py``,
  ``locking/run.py``, ``locking/turns.py``, ``locking/exit_status.py``,
  ``database_status/commands.py`` and ``database_status/registration.py`` list which);
* ``alembic`` itself and ``alembic.config`` run upstream's code when they are first used for
  something that needs it (``light.py``).

It defers the import of two modules that most runs never use (``deferred.py``).

Everything else of Alembic stays upstream's. Nothing is written to disk; without the finder the
import system finds upstream as it always did.

The decision is taken once, before any of them is imported, so that the overlay is there as a
whole or not at all. It stays away when the environment says ``ALEMBIC_NATIVE=0`` (silently), when
the installed Alembic is outside the tested range, and when the extension module cannot be loaded
(each with one warning).
"""

from __future__ import annotations

# Every start of the ``alembic`` command imports this, so it imports little.
import os
import re
import sys
from types import CodeType, ModuleType

from alembic_native import deferred, light

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.machinery import ModuleSpec
    from typing import Any

OLDEST_TESTED = (1, 16)
NEWEST_TESTED = (1, 20)

REPLACED_MODULE = "alembic.script.revision"
#: With the modules whose ``bind`` is called, in this order: the lock is taken around the log.
BINDINGS = {
    "alembic.script.base": ("script",),
    "alembic.runtime.migration": ("migration", "statement_log", "locking.run"),
    "alembic.runtime.environment": ("locking.turns",),
    "alembic.command": ("database_status.commands",),
    "alembic.config": ("locking.exit_status", "verbose_option", "database_status.registration"),
}
REBOUND_MODULES = tuple(BINDINGS)
MODULES = (light.PACKAGE, REPLACED_MODULE, *REBOUND_MODULES)


class State:
    """What was decided: ``reason`` says why the overlay is not there, and is empty when it is."""

    def __init__(self, is_active: bool, upstream_version: str, reason: str = "") -> None:
        self.is_active = is_active
        self.upstream_version = upstream_version
        self.reason = reason


_state: State | None = None


def state() -> State | None:
    """The decision, or None before ``alembic`` has been imported."""
    return _state


def install() -> State:
    """Decide, and put the finder in place if the decision is yes. Later calls change nothing."""
    global _state
    if _state is None:
        # Else looking for Alembic would come here once more.
        sys.meta_path[:] = [
            finder
            for finder in sys.meta_path
            if getattr(finder, "__name__", "") != "AlembicWatcher"
        ]
        _state = _decide()
        if _state.is_active:
            sys.meta_path.insert(0, OverlayFinder())
    return _state


def activate() -> None:
    """See :func:`alembic_native.activate`."""
    loaded = [name for name in MODULES if name in sys.modules]
    if loaded and os.environ.get("ALEMBIC_NATIVE") != "0" and not (_state and _state.is_active):
        if _state is not None and _state.reason:
            return
        raise RuntimeError(
            f"alembic_native.activate() comes too late: {', '.join(loaded)} is already imported. "
            "Call it at the start of the program, before the first import of alembic."
        )
    install()


def illegal_characters() -> list[str]:
    """Characters that upstream's version refuses in a revision id; ``:`` since 1.17."""
    version = _state.upstream_version if _state else _upstream_version() or ""
    return ["@", "-", "+", ":"] if _release(version) >= (1, 17) else ["@", "-", "+"]


def loads_plugins() -> bool:
    """Whether importing upstream's version imports the plugins of other distributions."""
    return _state is not None and _release(_state.upstream_version) >= (1, 18)


def _decide() -> State:
    if os.environ.get("ALEMBIC_NATIVE") == "0":
        return State(False, "", "ALEMBIC_NATIVE=0 is set in the environment")
    version = _upstream_version()
    if version is None:
        if _find_upstream("alembic", None, None) is None:
            return State(False, "", "no alembic package was found")
        return _step_aside(
            "",
            "an alembic package is there, but its version cannot be told",
            "Alembic runs without the native core. Reinstall it, or uninstall alembic-native.",
        )
    if not OLDEST_TESTED <= _release(version) <= NEWEST_TESTED:
        return _step_aside(
            version,
            f"alembic-native {_own_version()} is tested with Alembic "
            f"{_dotted(OLDEST_TESTED)} to {_dotted(NEWEST_TESTED)}, and Alembic {version} is "
            "installed",
            "Alembic runs without the native core. Install a version of alembic-native that knows "
            "this Alembic, or uninstall it.",
        )
    try:
        from . import _core  # noqa: F401
    except ImportError as error:
        return _step_aside(
            version,
            f"the extension module alembic_native._core cannot be loaded ({error}) in "
            f"Python {sys.version.split()[0]} on {sys.platform}",
            "Alembic runs without the native core. Most often the package was installed by "
            "another interpreter: reinstall it with the one that runs here "
            f"({sys.executable} -m pip install --force-reinstall --no-deps alembic-native).",
        )
    return State(True, version)


def _step_aside(version: str, reason: str, advice: str) -> State:
    import warnings

    warnings.warn(f"alembic-native steps aside: {reason}. {advice}", RuntimeWarning, stacklevel=2)
    return State(False, version, reason)


def _upstream_version() -> str | None:
    """``__version__`` as the package on the path spells it, read without importing it."""
    spec = _find_upstream("alembic", None, None)
    if spec is None or spec.origin is None or spec.loader is None:
        return None
    get_data = getattr(spec.loader, "get_data", None)
    if get_data is None:
        return None
    try:
        source = get_data(spec.origin).decode("utf-8", "replace")
    except OSError:
        return None
    found = re.search(r"""^__version__\s*=\s*["']([^"']+)["']""", source, re.MULTILINE)
    return found.group(1) if found else _version_of_distribution()


def _version_of_distribution() -> str | None:
    """Where Alembic lies without its sources."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("alembic")
    except PackageNotFoundError:
        return None


def find_spec(
    name: str, path: Sequence[str] | None, target: ModuleType | None
) -> ModuleSpec | None:
    """What the finders say that are there now."""
    return _ask(sys.meta_path, name, path, target)


def _find_upstream(
    name: str, path: Sequence[str] | None, target: ModuleType | None
) -> ModuleSpec | None:
    finders = [finder for finder in sys.meta_path if not isinstance(finder, OverlayFinder)]
    return _ask(finders, name, path, target)


def _ask(
    finders: Iterable[Any], name: str, path: Sequence[str] | None, target: ModuleType | None
) -> ModuleSpec | None:
    for finder in finders:
        if hasattr(finder, "find_spec"):
            spec: ModuleSpec | None = finder.find_spec(name, path, target)
            if spec is not None:
                return spec
    return None


def _release(version: str) -> tuple[int, int]:
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (0, 0)


def _dotted(release: tuple[int, int]) -> str:
    return ".".join(str(number) for number in release)


def _own_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("alembic-native")
    except PackageNotFoundError:
        return "(version unknown)"


class OverlayFinder:
    """Answers for the modules listed above; see the top of this file."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in deferred.MODULES and not (light.is_light() and name.startswith("alembic.")):
            spec = _find_upstream(name, path, target)
            return None if spec is None else deferred.deferred(spec)
        if not name.startswith("alembic") or name == "alembic.__main__":
            return None
        if name not in MODULES:
            spec = light.find_completion(name)
            if spec is None and name.startswith("alembic.") and light.is_light():
                spec = _find_upstream(name, path, target)
                return _with_loader(spec, light.WholePackageLoader)
            return spec
        if name == REPLACED_MODULE:
            from importlib.util import spec_from_file_location

            spec = spec_from_file_location(
                name, os.path.join(os.path.dirname(__file__), "revision.py")
            )
        else:
            spec = _find_upstream(name, path, target)
        if name in BINDINGS:
            spec = _with_loader(spec, RebindingLoader)
        if spec is not None and name in light.LIGHT_MODULES and _state is not None:
            return light.lightened(spec, _state.upstream_version)
        if light.is_light():
            return _with_loader(spec, light.WholePackageLoader)
        return spec


def _with_loader(
    spec: ModuleSpec | None, loader: type[light.DelegatingLoader]
) -> ModuleSpec | None:
    if spec is not None and spec.loader is not None:
        spec.loader = loader(spec.loader)  # type: ignore[assignment]
    return spec


#: What ``python -m alembic.config`` runs: the classes that ours are bound to, not copies of them.
_CONFIG_AS_PROGRAM = """\
if __name__ == "__main__":
    from alembic.config import main
    main()
else:
    from alembic.config import *
"""


class RebindingLoader(light.DelegatingLoader):
    """Runs upstream's module, then binds our methods to its classes."""

    def get_code(self, name: str) -> CodeType | None:
        """Asked for by those who run a module as a program, and not by imports."""
        if name == light.CONFIG:
            return compile(_CONFIG_AS_PROGRAM, self._upstream.get_filename(name), "exec")
        code: CodeType | None = self._upstream.get_code(name)
        return code

    def exec_module(self, module: ModuleType) -> None:
        self._upstream.exec_module(module)
        from importlib import import_module

        for name in BINDINGS[module.__name__]:
            import_module(f"{__package__}.{name}").bind(module)
