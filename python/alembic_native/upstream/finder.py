"""The one finder: it answers for ``alembic``, three of its modules, and for nothing else.

The loader of ``alembic`` runs upstream's package, then binds what is ours, once; those of
``alembic.command`` and ``alembic.config``, which a program may import later or not at all, do the
same. For ``alembic.script.revision`` the answer is our own ``revision.py``, where the contract of
the core holds. Whoever asks in between (tools that wrap loaders ask all finders again) gets no
answer here, and so the question never comes back.
"""

from __future__ import annotations

import os
import sys
from _thread import get_ident

from alembic_native.upstream import decision, entry, faults
from alembic_native.upstream.contract import CORE, READING, REVISION
from alembic_native.upstream.decision import Decision
from alembic_native.upstream.sources import Sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

PACKAGE = "alembic"

#: The modules of this folder that know Alembic by name only, and hold what was decided and bound.
_WITHOUT_ALEMBIC = (
    "activation",
    "binding",
    "build_information",
    "contract",
    "contract_check",
    "decision",
    "definitions",
    "entry",
    "faults",
    "finder",
    "fingerprints",
    "first_calls",
    "known_files",
    "sources",
)

#: The questions under way: thread and name.
_asking: set[tuple[int, str]] = set()
_decision: Decision | None = None
#: Whether Alembic has been loaded in this interpreter, perhaps to be forgotten again.
_is_loaded = False
#: What was decided for the Alembic that was loaded last.
_loaded: Decision | None = None


def current_decision() -> Decision | None:
    """What was decided when ``alembic`` was last looked for; None before that."""
    return _decision


def find_spec(
    name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
) -> ModuleSpec | None:
    """The answer of the finder. Raises what other finders raise."""
    question = (get_ident(), name)
    if question in _asking:
        return None
    _asking.add(question)
    try:
        if name == REVISION:
            return _revision_spec()
        if name == PACKAGE:
            return _package_spec(path, target)
        return _command_line_spec(name, path, target)
    finally:
        _asking.discard(question)


def _revision_spec() -> ModuleSpec | None:
    if _decision is None or not _decision.is_active(CORE):
        return None
    from importlib.util import spec_from_file_location

    return spec_from_file_location(REVISION, os.path.join(os.path.dirname(__file__), "revision.py"))


def _package_spec(path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    global _decision
    spec = _upstream_spec(PACKAGE, path, target)
    if spec is None or spec.loader is None:
        # No Alembic, or a folder of that name: the other finders' answer is the answer.
        return None
    if decision.is_switched_off():
        _decision = decision.switched_off()
        return spec
    sources = Sources(spec)
    _answer_command(sources)
    try:
        _decision = decision.decide(sources)
    except Exception as error:
        # What can be wrong with an Alembic is a reason in the decision; this is a fault of ours.
        _decision = Decision("", {}, f"it met a fault of its own ({type(error).__name__}: {error})")
        faults.report(error, "Alembic runs without the native core.")
        return spec
    if _decision.is_alembic:
        # Also where no part is active: who requires the lock must not go without it.
        spec.loader = BindingLoader(spec.loader, _decision)  # type: ignore[assignment]
    else:
        _decision.warn()
    return spec


def _command_line_spec(
    name: str, path: Sequence[str] | None, target: ModuleType | None
) -> ModuleSpec | None:
    """The answer for ``alembic.command`` and ``alembic.config``, once ``alembic`` has been run."""
    if _loaded is None or _loaded.reason or entry.runs_configuration_module():
        return None
    spec = _upstream_spec(name, path, target)
    if spec is not None and spec.loader is not None:
        spec.loader = BindingLoader(spec.loader, _loaded)  # type: ignore[assignment]
    return spec


def _upstream_spec(
    name: str, path: Sequence[str] | None, target: ModuleType | None
) -> ModuleSpec | None:
    for finder in list(sys.meta_path):
        find = getattr(finder, "find_spec", None)
        spec: ModuleSpec | None = None if find is None else find(name, path, target)
        if spec is not None:
            return spec
    return None


def _answer_command(sources: Sources) -> None:
    """End the process where it is a command that only reads scripts, and was answered."""
    arguments = entry.command_arguments()
    if arguments is None or not entry.may_be_answered(arguments) or sys.stdout is None:
        return
    if not entry.are_imports_plain() or entry.is_traced():
        return
    try:
        found = decision.decide_reading(sources)
        if not (found.is_active(CORE) and found.is_active(READING)):
            return
        from alembic_native.upstream.answering import answer_to

        version = sources.version()
        loads_plugins = decision.release_of(version) >= (1, 18)
        answer = answer_to(arguments, sys.stdout, loads_plugins, _illegal_characters(version))
    except Exception as error:
        # Whatever the first door was not made for is Declined, and was dealt with.
        faults.report(error, "Alembic itself answers this command.")
        return
    if answer is not None:
        from alembic_native.upstream.process_end import end_process

        answer()
        end_process()


def illegal_characters() -> str:
    """Characters that the Alembic which was found refuses in the id of a revision."""
    return _illegal_characters("" if _decision is None else _decision.version)


def _illegal_characters(version: str) -> str:
    return "@-+:" if decision.release_of(version) >= (1, 17) else "@-+"


class BindingLoader:
    """Runs a module of upstream's, then binds. Else it answers as upstream's loader."""

    def __init__(self, upstream: Any, found: Decision) -> None:
        self._upstream = upstream
        self._found = found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._upstream, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        create = getattr(self._upstream, "create_module", None)
        created: ModuleType | None = None if create is None else create(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        # Nobody who inspects the module later finds this loader.
        module.__loader__ = self._upstream
        if module.__spec__ is not None:
            module.__spec__.loader = self._upstream
        global _is_loaded, _loaded
        if _is_loaded and f"{PACKAGE}.script" not in sys.modules:
            _forget_an_earlier_alembic()
        _is_loaded = True
        self._upstream.exec_module(module)
        _loaded = self._found
        try:
            from alembic_native.upstream.binding import bind

            bind(self._found, module)
        except Exception as error:
            # A part that does not fit is withdrawn there; this is a fault of ours.
            faults.report(error, "Alembic runs with a part of the native core only.")
        self._found.warn()


def _forget_an_earlier_alembic() -> None:
    """Have our modules that import Alembic do so anew.

    A program that deletes ``alembic`` and its modules from ``sys.modules`` and imports it again
    gets other classes, and ours have to raise and catch those.
    """
    package = __name__.rpartition(".")[0]
    for name in list(sys.modules):
        parent, _, module = name.rpartition(".")
        if parent == package and module not in _WITHOUT_ALEMBIC:
            del sys.modules[name]
            sys.modules[package].__dict__.pop(module, None)
