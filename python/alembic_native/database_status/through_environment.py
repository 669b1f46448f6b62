"""Any database through ``env.py``, as ``alembic current`` goes; nothing is changed."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from alembic.runtime.environment import EnvironmentContext

from alembic_native.database_status import exit_codes
from alembic_native.database_status.errors import StatusUnavailable
from alembic_native.database_status.script_directory import directory_of
from alembic_native.database_status.through_sqlalchemy import display_name, may_pass

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext


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

    def read(self, patience: float | None = None) -> list[tuple[str, tuple[str, ...]]]:
        """The name and the heads, sorted, of each database that ``env.py`` migrates, in its order.

        With ``patience`` it is one look of many, and Alembic's log lines about it are left out.
        Raises what ``env.py`` raises.
        """
        found: list[tuple[str, tuple[str, ...]]] = []

        def look(heads: tuple[str, ...], context: MigrationContext) -> list[Any]:
            assert context.connection is not None
            name = display_name(context.connection.engine.url)
            found.append((name, tuple(sorted(heads))))
            return []

        quiet = contextlib.nullcontext() if patience is None else _without_log_lines()
        with (
            quiet,
            EnvironmentContext(self._config, self.directory, fn=look, dont_mutate=True),
        ):
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


@contextlib.contextmanager
def _without_log_lines() -> Iterator[None]:
    """Leaves out what a run of this thread says about its database each time."""
    thread = threading.get_ident()
    logger = logging.getLogger("alembic.runtime.migration")

    def is_wanted(record: logging.LogRecord) -> bool:
        return record.thread != thread or record.levelno > logging.INFO

    logger.addFilter(is_wanted)
    try:
        yield
    finally:
        logger.removeFilter(is_wanted)
