"""Both commands for ``alembic.cli``: on PostgreSQL with a URL, without Alembic and SQLAlchemy."""

from __future__ import annotations

from contextlib import suppress

from alembic_native.cli import printing
from alembic_native.cli.decision import NeedsUpstream
from alembic_native.database_errors import DatabaseError
from alembic_native.database_status.errors import StatusUnavailable
from alembic_native.database_status.history import HeaderHistory, refuse_missing_folders
from alembic_native.database_status.native import NativeDatabase, is_postgresql
from alembic_native.database_status.options import COMMANDS
from alembic_native.database_status.request import Request
from alembic_native.database_status.running import run_status, run_wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from alembic_native.cli.command_line import CommandLine
    from alembic_native.cli.scripts import Scripts


class LightRun:
    """One of the commands, ready to run once the scripts are read."""

    def __init__(self, command_line: CommandLine) -> None:
        """Raises ``NeedsUpstream``, or anything else, where upstream's command line has to."""
        options = {
            option.name: command_line.get(option.name) for option in COMMANDS[command_line.command]
        }
        if options["url"] is not None and options["url_env"] is not None:
            raise NeedsUpstream
        self._command_line = command_line
        self._request = Request(options)
        if self._request.url is None or not is_postgresql(self._request.url):
            raise NeedsUpstream
        self._database = NativeDatabase(self._request.url, self._request.table)

    def finish(self, version_locations: Iterable[str], scripts: Scripts, stdout: TextIO) -> None:
        """Run it. Ends the process when the exit code is not 0."""
        is_quiet = self._command_line.get("quiet")

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
            self._fail(error, bool(is_quiet))
        if code:
            raise SystemExit(code)

    def _fail(self, error: Exception, is_quiet: bool) -> None:
        """Say so as upstream does."""
        from alembic.util import CommandError, err

        if self._command_line.get("raiseerr"):
            raise CommandError(str(error)) from error
        err(str(error), quiet=is_quiet)
