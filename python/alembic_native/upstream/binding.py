"""What is bound where, and when.

Each part names its assignments; they are made only when all of them are known, so that a part is
bound as a whole or not at all. The core is bound when ``alembic`` has been loaded; the commands are
when ``alembic.command`` and ``alembic.config`` have been, which ``import alembic`` does not import.
The methods that the other parts wrap wait for the first call of one (``first_calls.py``): what a
part names is then asked for with doubles of the classes in the modules that are bound to.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from alembic_native.upstream import contract, entry, faults
from alembic_native.upstream.contract import (
    AUTOGENERATE,
    COMMAND,
    CONFIG,
    ENVIRONMENT,
    MIGRATION,
    SCRIPT,
)
from alembic_native.upstream.first_calls import FirstCalls

if TYPE_CHECKING:
    from alembic_native.upstream.contract import Part
    from alembic_native.upstream.decision import Decision


class ModuleUnavailable(Exception):
    """A module of Alembic cannot be imported; the message says which, and why."""


#: A class or module of Alembic, the name of an attribute, and its value from now on.
Assignment = tuple[Any, str, Any]
#: From the name of a module of Alembic to what is bound to.
Modules = Callable[[str], ModuleType]

#: By module: the part that is bound when it has been loaded, and the modules of this package that
#: say what is bound.
_AT_ONCE = {
    "alembic": (contract.CORE, ("script", "migration")),
    COMMAND: (contract.COMMANDS, ("status_commands", "script_commands")),
    CONFIG: (contract.COMMANDS, ("registration", "exit_status")),
}

_RUN_ENV = "ScriptDirectory.run_env"
_RUN = "MigrationContext.run_migrations"
_STAMP = "MigrationContext.stamp"
_ENTER = "EnvironmentContext.__enter__"

#: By part: the modules of this package that say what is bound at a first call, and the methods that
#: they bind.
_AT_FIRST_CALL: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {
    contract.LOG.name: (
        ("statement_log", "verbose_option"),
        {MIGRATION: (_RUN,), CONFIG: ("CommandLine.register_command",)},
    ),
    contract.LOCK.name: (
        ("locked_runs",),
        {
            MIGRATION: (_RUN, _STAMP, "MigrationContext.autocommit_block"),
            # Of what is bound in place of the lock where that does not fit.
            ENVIRONMENT: (_ENTER,),
        },
    ),
    contract.THREADS.name: (
        ("serialised_environments",),
        {ENVIRONMENT: (_ENTER, "EnvironmentContext.__exit__")},
    ),
    contract.NEW_SCRIPTS.name: (
        ("new_scripts",),
        {SCRIPT: ("ScriptDirectory.generate_revision", "ScriptDirectory._rev_path")},
    ),
    contract.SETTINGS.name: (
        ("boolean_settings",),
        {SCRIPT: ("ScriptDirectory.from_config",)},
    ),
    contract.ID_LENGTH.name: (("id_length",), {MIGRATION: (_RUN, _STAMP)}),
    contract.LOGGING.name: (("application_logging",), {SCRIPT: (_RUN_ENV,)}),
    contract.LOOPS.name: (("event_loops",), {SCRIPT: (_RUN_ENV,)}),
    contract.LOCK_WAITS.name: (("lock_waits",), {SCRIPT: (_RUN_ENV,), MIGRATION: (_RUN,)}),
    contract.OUTCOME.name: (
        ("committed_runs",),
        {SCRIPT: (_RUN_ENV,), MIGRATION: (_RUN, "HeadMaintainer.update_to_step")},
    ),
    contract.ERRORS.name: (
        ("readable_errors", "empty_metadata"),
        {
            CONFIG: ("CommandLine.run_cmd",),
            MIGRATION: (_RUN,),
            AUTOGENERATE: ("RevisionContext.run_autogenerate", "RevisionContext.generate_scripts"),
        },
    ),
}

#: Which parts are bound to a class or module: once, however often this is asked for.
_bound: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
#: For the Alembic that was loaded last.
_decision: Decision | None = None


def bind(found: Decision, module: ModuleType) -> None:
    """Bind what can be bound once a module is loaded: ``alembic``, or its command or config.

    Called again, it changes nothing.
    """
    global _decision
    _decision = found
    _bind_part(found, *_AT_ONCE[module.__name__], _imported)
    if module.__name__ in (COMMAND, CONFIG):
        if not found.is_active(contract.COMMANDS):
            _take_back_commands()
        _await_calls(found, module)
        return
    for name in (SCRIPT, MIGRATION, ENVIRONMENT, AUTOGENERATE):
        _with_module(found, name, _await_calls)
    if not entry.runs_configuration_module():
        for name in (COMMAND, CONFIG):
            # A finder of somebody else's may be asked for it in place of ours.
            if name in sys.modules or not entry.are_imports_plain():
                _with_module(found, name, bind)
    if not found.is_active(contract.LOCK):
        _bind_in_place_of_the_lock(_imported)


def bind_everything() -> None:
    """Do now what would be done at a first call."""
    _first_calls.bind()


def _bind_at_first_call() -> None:
    if _decision is None:
        return
    try:
        _bind_waiting_parts(_decision)
    except Exception as error:
        # A part that does not fit is withdrawn below; this is a fault of ours.
        faults.report(error, "Alembic runs with a part of the native core only.")
    _decision.warn()


def _bind_waiting_parts(found: Decision) -> None:
    has_lock = found.is_active(contract.LOCK)
    if not entry.runs_configuration_module():
        for name in (COMMAND, CONFIG):
            _with_module(found, name, bind)
    for part in contract.PARTS:
        if part.name in _AT_FIRST_CALL:
            _bind_part(found, part, _AT_FIRST_CALL[part.name][0], _double)
    if has_lock and not found.is_active(contract.LOCK):
        _bind_in_place_of_the_lock(_double)


_first_calls = FirstCalls(_bind_at_first_call)


def _with_module(found: Decision, name: str, do: Callable[[Decision, ModuleType], None]) -> None:
    """Import a module if need be and do something with it, or withdraw the parts that need it."""
    try:
        module = _imported(name)
    except ModuleUnavailable as unavailable:
        for part in contract.PARTS:
            binds_there = name in _AT_FIRST_CALL.get(part.name, ((), {}))[1]
            if found.is_active(part) and (binds_there or part is _AT_ONCE.get(name, (None,))[0]):
                found.withdraw(part, str(unavailable))
        return
    do(found, module)


def _await_calls(found: Decision, module: ModuleType) -> None:
    methods = {
        method: None
        for part in contract.PARTS
        if found.is_active(part) and part.name in _AT_FIRST_CALL
        for method in _AT_FIRST_CALL[part.name][1].get(module.__name__, ())
    }
    _first_calls.wait_for(module, methods)


def _bind_part(found: Decision, part: Part, binders: Iterable[str], modules: Modules) -> None:
    if not found.is_active(part):
        return
    try:
        assignments = _assignments(binders, modules)
    except ModuleUnavailable as unavailable:
        found.withdraw(part, str(unavailable))
    except Exception as error:
        # Whatever does not fit this Alembic after all: the contract should have said so.
        reason = f"its part {part.name} cannot be bound ({type(error).__name__})"
        found.withdraw(part, reason, is_told=True)
        faults.report(error, f"Without its part {part.name}, {part.absence}.")
    else:
        _assign(assignments, part.name)


def _bind_in_place_of_the_lock(modules: Modules) -> None:
    """Whoever requires the lock must not go without it unawares."""
    try:
        _assign(_assignments(("required_lock",), modules), "required lock")
    except ModuleUnavailable:
        # There is no environment to be entered, and so nothing that could need the lock.
        return
    except Exception as error:
        # As above: it does not fit, and nothing has said so.
        faults.report(error, "migration_lock = required is not heeded.")


def _assign(assignments: list[Assignment], label: str) -> None:
    owners = {owner for owner, _, _ in assignments if label in _bound.get(owner, ())}
    for owner, name, value in assignments:
        if owner not in owners:
            setattr(owner, name, value)
            _bound.setdefault(owner, set()).add(label)


def _take_back_commands() -> None:
    """Remove the functions of ``alembic.command``: what belongs to them does not fit."""
    command = sys.modules.get(COMMAND)
    if command is not None and contract.COMMANDS.name in _bound.get(command, ()):
        for owner, name, function in _assignments(_AT_ONCE[COMMAND][1], _imported):
            if vars(owner).get(name) is function:
                delattr(owner, name)


def _assignments(binders: Iterable[str], modules: Modules) -> list[Assignment]:
    package = __name__.rpartition(".")[0]
    found: list[Assignment] = []
    for binder in binders:
        module = import_module(f"{package}.{binder}")
        if CONFIG in module.BOUND_MODULES and entry.runs_configuration_module():
            # Python is about to run a copy of it, and warns when it has been imported before.
            return []
        found += module.assignments(*map(modules, module.BOUND_MODULES))
    return found


def _double(name: str) -> ModuleType:
    return _first_calls.double_of(_imported(name))


def _imported(name: str) -> ModuleType:
    try:
        return import_module(name)
    except Exception as error:
        # Whatever Alembic's module, or a finder or loader of somebody else's, may raise; and two
        # threads that import at once may each wait for the other, which Python ends in an error.
        raise ModuleUnavailable(
            f"{name} cannot be imported ({type(error).__name__}: {error})"
        ) from error
