"""A native core beneath an unchanged Alembic.

Installing the package is enough: when ``alembic`` is imported, its revision map, script reading
and version-table bookkeeping are served by the native core. ``alembic_native.upstream``
says how.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL

    from .locking.lock import MigrationLock as MigrationLock
    from .locking.registry import LockFactory
    from .status.errors import StatusUnavailable as StatusUnavailable
    from .status.errors import WaitTimeout as WaitTimeout
    from .status.report import DatabaseStatus as DatabaseStatus
    from .status.report import PendingRevision as PendingRevision
    from .status.report import Status as Status
    from .upstream.build_information import BuildInformation
    from .upstream.project import Project

    __version__: str

if not TYPE_CHECKING:
    # Loading this package sets an attribute of its name here, once: before the function of that
    # name is defined, and not in its place later.
    from . import status as _  # noqa: F401

__all__ = ["activate", "build_info", "register_migration_lock", "status", "wait"]


def activate() -> None:
    """Make ``alembic`` run on the native core in this interpreter.

    For places where ``.pth`` files are not read (zip applications, ``pip install --target``
    folders); where they are, it changes nothing. Call it before ``alembic`` is imported.

    Raises ``RuntimeError`` when core modules of Alembic are already imported without the overlay.
    """
    from .upstream import activation

    activation.activate()


def build_info() -> BuildInformation:
    """Versions of what this build consists of, and the state of the overlay.

    Imports ``alembic`` to find that out. ``python -m alembic_native`` prints the same.
    """
    from .upstream.build_information import collect

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


def status(
    config_or_script_directory: Project,
    *,
    url: str | URL | None = None,
    version_table: str | None = None,
    version_table_schema: str | None = None,
) -> Status:
    """What a database still lacks: its heads, the scripts' heads, the pending revisions in order.

    ``config_or_script_directory`` is a ``Config``, a ``ScriptDirectory``, or a path: of
    ``alembic.ini`` or ``pyproject.toml``, or of the folder that holds ``versions``. Without ``url``
    it goes through ``env.py``, for which it takes the configuration. With the ``url`` of a
    PostgreSQL database (any driver, or ``key=value`` pairs) neither ``env.py`` nor SQLAlchemy is
    imported, unless a script has to be; other databases are reached through SQLAlchemy. The version
    table is ``alembic_version`` unless named; naming it takes a ``url``.

    Changes nothing. May be called from several threads at once. Raises ``DatabaseError`` of
    ``alembic_native.database_errors`` or SQLAlchemy's errors for the database, Alembic's
    ``CommandError`` for the scripts, ``StatusUnavailable`` for arguments that do not go together::

        status = alembic_native.status("alembic.ini", url=os.environ["DATABASE_URL"])
        if status.pending:
            ...
    """
    from .upstream import status_api

    return status_api.status(config_or_script_directory, url, version_table, version_table_schema)


def wait(
    config_or_script_directory: Project,
    *,
    url: str | URL | None = None,
    timeout: float = 60,
    version_table: str | None = None,
    version_table_schema: str | None = None,
    tell: Callable[[str], None] | None = None,
) -> Status:
    """Return when a database is at the scripts' heads; arguments as for :func:`status`.

    ``timeout`` is in seconds, 0 inspects the database once. Survives a server that is not there
    yet, or restarts. ``tell`` is called with a line for people: once what is waited for, then each
    change.

    Raises ``WaitTimeout`` (a ``TimeoutError``), whose ``status`` is what was seen last; at once
    what no waiting mends, as a refused password. Ctrl-C ends it at once. May be called from several
    threads at once.
    """
    from .upstream import status_api

    return status_api.wait(
        config_or_script_directory, url, version_table, version_table_schema, timeout, tell
    )


if not TYPE_CHECKING:
    # Hidden from type checkers, for whom every misspelt name would be there.
    def __getattr__(name: str) -> object:
        if name == "MigrationLock":
            from .locking.lock import MigrationLock

            return MigrationLock
        if name in ("DatabaseStatus", "PendingRevision", "Status"):
            from .status import report

            return getattr(report, name)
        if name in ("StatusUnavailable", "WaitTimeout"):
            from .status import errors

            return getattr(errors, name)
        if name == "__version__":
            try:
                from . import _core
            except ImportError:
                from importlib.metadata import PackageNotFoundError, version

                try:
                    return version("alembic-native")
                except PackageNotFoundError:
                    # A folder of its files alone.
                    return "not known"
            return _core.build_versions()["alembic-native"]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
