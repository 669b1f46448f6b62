"""``status`` and ``wait`` with the URL of a PostgreSQL database, before Alembic is loaded."""

from __future__ import annotations

from contextlib import suppress

from alembic_native.database_errors import DatabaseError
from alembic_native.history.declined import Declined
from alembic_native.reading import printing
from alembic_native.status.command import Command
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.history import HeaderHistory, refuse_missing_folders
from alembic_native.status.native import NativeDatabase
from alembic_native.status.options import COMMANDS
from alembic_native.status.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from alembic_native.history.scripts import Scripts
    from alembic_native.upstream.command_words import CommandLine


class DirectRun:
    """One of the commands, ready to run once the scripts are read."""

    def __init__(self, command_line: CommandLine) -> None:
        """Raises ``Declined`` where upstream's command line has to answer."""
        given = command_line.options
        options = {option.name: given.get(option.name) for option in COMMANDS[command_line.command]}
        if (options["url"] is not None and options["url_env"] is not None) or given.get("raiseerr"):
            raise Declined("upstream's command line answers this")
        self._name = command_line.command
        self._options = {**options, "quiet": given.get("quiet")}
        try:
            request = Request(self._options)
            if request.url is None or not request.is_native:
                raise Declined("env.py or SQLAlchemy is needed")
            self._database = NativeDatabase(request.url, request.table)
        except (StatusUnavailable, DatabaseError, ValueError) as error:
            # Upstream's command line says what is wrong with the options.
            raise Declined("the options do not go together") from error

    def finish(self, version_locations: Iterable[str], scripts: Scripts, stdout: TextIO) -> None:
        """Run it. Ends the process when the exit code is not 0."""

        def tell(text: str) -> None:
            printing.print_lines(stdout, [text])
            # One that takes no more is reported when the process ends.
            with suppress(OSError):
                stdout.flush()

        def opened(_: Request) -> tuple[HeaderHistory, NativeDatabase]:
            refuse_missing_folders(version_locations)
            return HeaderHistory(scripts), self._database

        code = Command(self._name, self._options, tell, runs_project=False).run(opened)
        if code:
            raise SystemExit(code)
