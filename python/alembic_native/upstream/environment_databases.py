"""Any database through ``env.py``, as ``alembic current`` goes; nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic.runtime.environment import EnvironmentContext

from alembic_native.status import exit_codes
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.findings import VersionRows
from alembic_native.status.through_sqlalchemy import display_name, is_table_missing, may_pass
from alembic_native.status.version_table import VersionTable
from alembic_native.upstream.directory_history import DirectoryHistory
from alembic_native.upstream.script_directory import directory_of

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext

    from alembic_native.status.history import History
    from alembic_native.status.taking import Database


class EnvironmentDatabases:
    """The databases that ``env.py`` configures. Each look runs ``env.py``."""

    #: Seconds between two looks of ``wait``.
    pause = 1.0
    #: Which ones they are is known when it has run.
    name = ""

    def __init__(self, config: Config) -> None:
        """Runs nothing yet. Raises ``CommandError``."""
        self._config = config
        self.directory = directory_of(config)

    def read(self, _patience: float | None = None) -> list[VersionRows]:
        """The rows of each database that ``env.py`` migrates, in its order.

        Raises what ``env.py`` raises.
        """
        found: list[VersionRows] = []

        def look(heads: tuple[str, ...], context: MigrationContext) -> list[Any]:
            assert context.connection is not None
            name = display_name(context.connection.engine.url)
            table = VersionTable(context.version_table, context.version_table_schema)
            is_missing = not heads and is_table_missing(context.connection, table)
            found.append(VersionRows(name, tuple(sorted(heads)), str(table) if is_missing else ""))
            return []

        with EnvironmentContext(self._config, self.directory, fn=look, dont_mutate=True):
            try:
                self.directory.run_env()
            except SystemExit as error:
                # Its exit code would be that of pending revisions, or of another answer.
                if error.code == exit_codes.TERMINATED:
                    raise
                raise StatusUnavailable(
                    f"{self.directory.env_py_location} ended with sys.exit({error.code!r})."
                ) from error
        if not found:
            raise StatusUnavailable(
                f"{self.directory.env_py_location} did not call context.run_migrations(), so there "
                "is no database to look at."
            )
        return found

    def is_passing(self, error: Exception) -> bool:
        """Whether the next look may succeed."""
        return may_pass(error)

    def close(self) -> None:
        """Nothing is kept open."""


def databases_of_environment(config: Config) -> tuple[History, Database]:
    """The scripts of a configuration and the databases that its ``env.py`` configures."""
    databases = EnvironmentDatabases(config)
    return DirectoryHistory(databases.directory), databases
