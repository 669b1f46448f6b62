"""The commands ``status`` and ``wait``, as functions of ``alembic.command``.

Bound into it: both. From a program ``alembic_native.status`` and ``alembic_native.wait`` are the
better choice: these print, and end with ``SystemExit`` where the exit code is not 0.

This is imported whenever Alembic is; what a command needs, when one runs.
"""

from __future__ import annotations

from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.config import Config

    from alembic_native.status.command import Opener
    from alembic_native.status.history import History
    from alembic_native.status.inspection import Database
    from alembic_native.status.request import Request


def status(config: Config, **given: Any) -> None:
    """Show what a database has, what the scripts have, and what is to be run.

    ``given`` are the options of the command line, by the names in ``options.py``.
    """
    _run("status", config, given)


def wait(config: Config, **given: Any) -> None:
    """Wait until a database is at the heads of the scripts.

    ``given`` are the options of the command line, by the names in ``options.py``.
    """
    _run("wait", config, given)


BOUND_MODULES = ("alembic.command",)


def assignments(command: ModuleType) -> list[Assignment]:
    """The two, as functions of ``alembic.command``."""
    for function in (status, wait):
        # Upstream's command line takes the functions that are defined there.
        function.__module__ = command.__name__
    return [(command, function.__name__, function) for function in (status, wait)]


def _run(name: str, config: Config, given: dict[str, Any]) -> None:
    def tell(text: str) -> None:
        config.print_stdout(text)
        # Where it is a pipe, as in a container, lines would be seen at the end only. One that takes
        # no more is reported when the process ends.
        with suppress(OSError):
            config.stdout.flush()

    def opened(request: Request) -> tuple[History, Database]:
        if request.url is None:
            from alembic_native.upstream.environment_databases import databases_of_environment

            return databases_of_environment(config)
        from alembic_native.status.database import database_at
        from alembic_native.upstream.directory_history import DirectoryHistory
        from alembic_native.upstream.script_directory import directory_of

        return DirectoryHistory(directory_of(config)), database_at(request.url, request.table)

    options = config.cmd_opts
    if hasattr(options, "end_with_usage") and not getattr(options, "raiseerr", False):
        code = _run_process(name, config, given, tell, opened)
    else:
        code = _run_in_program(name, given, tell, opened)
    if code:
        raise SystemExit(code)


def _run_process(
    name: str, config: Config, given: dict[str, Any], tell: Any, opened: Opener
) -> int:
    """As the command of this process; the exit code."""
    from alembic.util import CommandError

    from alembic_native.status.command import Command
    from alembic_native.status.errors import WrongOptions

    options: Any = config.cmd_opts
    command = Command(name, {**given, "quiet": options.quiet}, tell)
    command.expect(CommandError)
    try:
        return command.run(opened)
    except WrongOptions as error:
        options.end_with_usage(str(error))
        raise


def _run_in_program(name: str, given: dict[str, Any], tell: Any, opened: Opener) -> int:
    """For a program that calls the function; the exit code. Raises ``CommandError``."""
    from alembic.script.revision import RevisionError
    from alembic.util import CommandError
    from sqlalchemy.exc import DBAPIError

    from alembic_native.database_errors import DatabaseError
    from alembic_native.status import wording
    from alembic_native.status.command import RUN
    from alembic_native.status.errors import StatusUnavailable
    from alembic_native.status.request import Request

    try:
        request = Request(given)
        return RUN[name](request, *opened(request), tell)
    except CommandError:
        raise
    except (DatabaseError, RevisionError, StatusUnavailable) as error:
        raise CommandError(str(error)) from error
    except DBAPIError as error:
        raise CommandError(wording.failure(error)) from error
    except Exception as error:
        # Anything that env.py and scripts may raise.
        raise CommandError(f"{type(error).__name__}: {error}") from error
