"""A native core beneath an unchanged Alembic.

Installing the package is enough: when ``alembic`` is imported, its revision map, script reading
and version-table bookkeeping are served by the native core. See ``alembic_native.overlay`` for how.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .build_information import BuildInformation
    from .locking.registry import LockFactory

__all__ = ["activate", "build_info", "register_migration_lock"]


def activate() -> None:
    """Make ``alembic`` run on the native core in this interpreter.

    For places where ``.pth`` files are not read (zip applications, ``pip install --target``
    folders); where they are, it changes nothing. Call it before ``alembic`` is imported.

    Raises ``RuntimeError`` when core modules of Alembic are already imported without the overlay.
    """
    from . import overlay

    overlay.activate()


def build_info() -> BuildInformation:
    """Versions of what this build consists of, and the state of the overlay.

    Imports ``alembic`` to find that out. ``python -m alembic_native`` prints the same.
    """
    from .build_information import collect

    return collect()


def register_migration_lock(dialect_name: str, factory: LockFactory) -> None:
    """Give databases of a dialect a lock that keeps two runs apart, or replace the one they have.

    ``factory`` is called with the ``MigrationContext`` of a run that has something to do, and
    answers an ``alembic_native.MigrationLock`` or None. Call it in ``env.py``, or anywhere before
    the command::

        class ApplicationLock(alembic_native.MigrationLock):
            def try_acquire(self, patience): ...
            def release(self, succeeded): ...

        alembic_native.register_migration_lock("mssql", ApplicationLock)
    """
    from .locking import registry

    registry.register_migration_lock(dialect_name, factory)


def __getattr__(name: str) -> Any:
    if name == "MigrationLock":
        from .locking.lock import MigrationLock

        return MigrationLock
    if name == "__version__":
        from . import _core

        return _core.library_versions()["alembic-native"]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
