"""Any database through ``env.py``, as ``alembic current`` goes; nothing is changed."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.util import CommandError

from alembic_native.history.configuration import configuration_files
from alembic_native.history.declined import Declined
from alembic_native.locking.key import effective_schema
from alembic_native.status import exit_codes
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.findings import VersionRows
from alembic_native.status.run_at_work import run_at_work
from alembic_native.status.through_sqlalchemy import display_name, is_table_missing, may_pass
from alembic_native.status.version_table import VersionTable, sorted_heads
from alembic_native.upstream.directory_history import DirectoryHistory
from alembic_native.upstream.project import refuse_older_alembic
from alembic_native.upstream.script_directory import directory_of

__all__ = [
    "CommandError",
    "EnvironmentDatabases",
    "databases_of_environment",
    "databases_of_options",
]

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

    from alembic_native.status.history import History
    from alembic_native.status.inspection import Database


class EnvironmentDatabases:
    """The databases that ``env.py`` configures. Each inspection runs ``env.py``."""

    #: Seconds between two inspections of ``wait``.
    pause = 1.0
    #: Which ones they are is known when it has run.
    name = ""

    def __init__(self, config: Config) -> None:
        """Runs nothing yet. Raises ``CommandError``."""
        self._config = config
        self.directory = directory_of(config)

    def read(self, _patience: float | None = None, names_run: bool = False) -> list[VersionRows]:
        """The rows of each database that ``env.py`` migrates, in its order.

        Raises what ``env.py`` raises.
        """
        found: list[VersionRows] = []

        def read_rows(rows: tuple[str, ...], context: MigrationContext) -> list[Any]:
            found.append(_version_rows(rows, context, names_run))
            return []

        with EnvironmentContext(self._config, self.directory, fn=read_rows, dont_mutate=True):
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
                "is no database to inspect."
            )
        return found

    def is_passing(self, error: Exception) -> bool:
        """Whether the same may succeed later."""
        return may_pass(error)

    def close(self) -> None:
        """Nothing is kept open."""


def _version_rows(rows: tuple[str, ...], context: MigrationContext, names_run: bool) -> VersionRows:
    connection = context.connection
    assert connection is not None
    name = display_name(connection.engine.url)
    table = VersionTable(context.version_table, context.version_table_schema)
    heads = sorted_heads(rows, name, table)
    is_missing = not heads and is_table_missing(connection, table)
    run = ""
    if names_run:
        translated = connection.get_execution_options().get("schema_translate_map")
        run = run_at_work(connection, table.name, effective_schema(table.schema, translated))
    return VersionRows(name, heads, str(table) if is_missing else "", run)


def databases_of_environment(config: Config) -> tuple[History, Database]:
    """The scripts of a configuration and the databases that its ``env.py`` configures."""
    databases = EnvironmentDatabases(config)
    return DirectoryHistory(databases.directory), databases


def databases_of_options(options: Namespace) -> tuple[History, Database]:
    """The same for the options of a command line, which ``env.py`` finds as ``cmd_opts``.

    Used of them are ``config``, a list of files, and ``name``, the section of the .ini file. Raises
    ``CommandError`` and ``StatusUnavailable``.
    """
    refuse_older_alembic()
    try:
        toml_file, ini_file = configuration_files(options.config)
    except Declined as declined:
        raise StatusUnavailable(f"The project cannot be read: {declined}.") from declined
    return databases_of_environment(
        Config(ini_file, toml_file=toml_file, ini_section=options.name, cmd_opts=options)
    )
