"""``status`` and ``wait`` with the URL of a PostgreSQL database, before Alembic is loaded."""

from __future__ import annotations

from contextlib import suppress

from alembic_native.database_errors import DatabaseError
from alembic_native.history.declined import Declined
from alembic_native.reading import printing
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.history import HeaderHistory, refuse_missing_folders
from alembic_native.status.native import NativeDatabase, is_postgresql
from alembic_native.status.options import COMMANDS
from alembic_native.status.request import Request
from alembic_native.status.running import run_status, run_wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn, TextIO

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
        self._command_line = command_line
        try:
            self._request = Request(options)
            if self._request.url is None or not is_postgresql(self._request.url):
                raise Declined("env.py or SQLAlchemy is needed")
            self._database = NativeDatabase(self._request.url, self._request.table)
        except (StatusUnavailable, DatabaseError, ValueError) as error:
            # Upstream's command line says what is wrong with the options.
            raise Declined("the options do not go together") from error

    def finish(self, version_locations: Iterable[str], scripts: Scripts, stdout: TextIO) -> None:
        """Run it. Ends the process when the exit code is not 0."""
        is_quiet = bool(self._command_line.options.get("quiet"))

        def tell(text: str) -> None:
            if not is_quiet:
                printing.print_lines(stdout, [text])
                # One that takes no more is reported when the process ends.
                with suppress(OSError):
                    stdout.flush()

        run = run_status if self._command_line.command == "status" else run_wait
        try:
            refuse_missing_folders(version_locations)
            code = run(self._request, HeaderHistory(scripts), self._database, tell)
        except (DatabaseError, StatusUnavailable) as error:
            _fail(error, stdout, is_quiet)
        if code:
            raise SystemExit(code)


def _fail(error: Exception, stdout: TextIO, is_quiet: bool) -> NoReturn:
    """Say so as upstream does, and with its exit code."""
    if not is_quiet:
        printing.print_lines(stdout, [printing.wrapped(f"FAILED: {error}")])
    raise SystemExit(-1)
