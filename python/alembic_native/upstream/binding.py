"""What is bound where, in one function, once.

Each part names its assignments; they are made only when all of them are known, so that a part is
bound as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from alembic_native.upstream import contract, entry, faults

if TYPE_CHECKING:
    from alembic_native.upstream.decision import Decision


class ModuleUnavailable(Exception):
    """A module of Alembic cannot be imported; the message says which, and why."""


#: A class or module of Alembic, the name of an attribute, and its value from now on.
Assignment = tuple[Any, str, Any]

#: The modules of this package that say what a part binds.
_BINDERS = {
    contract.CORE.name: ("script", "migration"),
    contract.LOG.name: ("statement_log", "verbose_option"),
    contract.LOCK.name: ("locked_runs",),
    contract.THREADS.name: ("serialised_environments",),
    contract.COMMANDS.name: (
        "status_commands",
        "script_commands",
        "registration",
        "exit_status",
    ),
    contract.NEW_SCRIPTS.name: ("new_scripts",),
    contract.SETTINGS.name: ("boolean_settings",),
    contract.ID_LENGTH.name: ("id_length",),
    contract.LOGGING.name: ("application_logging",),
    contract.LOOPS.name: ("event_loops",),
    contract.LOCK_WAITS.name: ("lock_waits",),
    contract.OUTCOME.name: ("committed_runs",),
    contract.ERRORS.name: ("readable_errors", "empty_metadata"),
}

#: Which parts are bound to a class or module: once, however often this is asked for.
_bound: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def bind(found: Decision) -> None:
    """Import what Alembic has not imported itself, and bind every active part."""
    for part in contract.PARTS:
        if not found.is_active(part):
            continue
        try:
            assignments = _assignments(_BINDERS[part.name])
        except ModuleUnavailable as unavailable:
            found.withdraw(part, str(unavailable))
            continue
        except Exception as error:
            # Whatever does not fit this Alembic after all: the contract should have said so.
            reason = f"its part {part.name} cannot be bound ({type(error).__name__})"
            found.withdraw(part, reason, is_told=True)
            faults.report(error, f"Without its part {part.name}, {part.absence}.")
            continue
        _assign(assignments, part.name)
    if not found.is_active(contract.LOCK):
        _bind_in_place_of_the_lock()


def _bind_in_place_of_the_lock() -> None:
    """Whoever requires the lock must not go without it unawares."""
    try:
        _assign(_assignments(("required_lock",)), "required lock")
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


def _assignments(binders: Iterable[str]) -> list[Assignment]:
    package = __name__.rpartition(".")[0]
    found: list[Assignment] = []
    for binder in binders:
        module = import_module(f"{package}.{binder}")
        needed = [_imported(name) for name in module.BOUND_MODULES]
        if None in needed:
            return []
        found += module.assignments(*needed)
    return found


def _imported(name: str) -> ModuleType | None:
    if name == contract.CONFIG and entry.runs_configuration_module():
        # Python is about to run a copy of it, and warns when it has been imported before.
        return None
    try:
        return import_module(name)
    except Exception as error:
        # Whatever Alembic's module, or a finder or loader of somebody else's, may raise; and two
        # threads that import at once may each wait for the other, which Python ends in an error.
        raise ModuleUnavailable(
            f"{name} cannot be imported ({type(error).__name__}: {error})"
        ) from error
