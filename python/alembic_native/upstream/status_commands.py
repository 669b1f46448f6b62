"""The commands ``status`` and ``wait``, as functions of ``alembic.command``.

Bound into it: both. From a program ``alembic_native.status`` and ``alembic_native.wait`` are the
better choice: these print, and end with ``SystemExit`` where the exit code is not 0.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import ExitStack, suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from alembic_native.database_errors import DatabaseError
from alembic_native.status import project_output, wording
from alembic_native.status.database import database_at
from alembic_native.status.deadline import ended_in_time
from alembic_native.status.errors import StatusUnavailable, WrongOptions
from alembic_native.status.request import Request
from alembic_native.status.running import run_status, run_wait
from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.directory_history import DirectoryHistory
from alembic_native.upstream.environment_databases import databases_of_environment
from alembic_native.upstream.script_directory import directory_of

if TYPE_CHECKING:
    from alembic.config import Config


def status(config: Config, **given: Any) -> None:
    """Show what a database has, what the scripts have, and what is to be run.

    ``given`` are the options of the command line, by the names in ``options.py``.
    """
    _run(config, given, run_status)


def wait(config: Config, **given: Any) -> None:
    """Wait until a database is at the heads of the scripts.

    ``given`` are the options of the command line, by the names in ``options.py``.
    """
    _run(config, given, run_wait)


BOUND_MODULES = ("alembic.command",)


def assignments(command: ModuleType) -> list[Assignment]:
    """The two, as functions of ``alembic.command``."""
    for function in (status, wait):
        # Upstream's command line takes the functions that are defined there.
        function.__module__ = command.__name__
    return [(command, function.__name__, function) for function in (status, wait)]


def _run(config: Config, given: dict[str, Any], run: Callable[..., int]) -> None:
    def tell(text: str) -> None:
        config.print_stdout(text)
        # Where it is a pipe, as in a container, lines would be seen at the end only. One that takes
        # no more is reported when the process ends.
        with suppress(OSError):
            config.stdout.flush()

    is_quiet = bool(getattr(config.cmd_opts, "quiet", False))
    request = _request_of(config, given)
    try:
        with ExitStack() as surroundings:
            if _is_command_line(config):
                _take_over_the_process(surroundings, run is run_wait, is_quiet, request, tell)
            if request.url is None:
                history, database = databases_of_environment(config)
            else:
                database = database_at(request.url, request.table)
                history = DirectoryHistory(directory_of(config))
            code = run(request, history, database, tell)
    except CommandError:
        raise
    except (DatabaseError, RevisionError, StatusUnavailable) as error:
        raise CommandError(str(error)) from error
    except DBAPIError as error:
        raise CommandError(wording.failure(error)) from error
    except Exception as error:
        # Not an uncaught exception: its exit code would be that of pending revisions.
        if not is_quiet:
            traceback.print_exc()
        raise CommandError(f"{type(error).__name__}: {error}") from error
    if code:
        raise SystemExit(code)


def _take_over_the_process(
    surroundings: ExitStack,
    is_wait: bool,
    is_quiet: bool,
    request: Request,
    tell: Callable[[str], None],
) -> None:
    """What is right in a process of our own, and would be wrong in a program's."""
    if is_wait:
        surroundings.enter_context(ended_in_time(request.timeout, tell))
    # `wait` runs env.py again and again, and promises to say what changes, nothing else.
    if is_wait or is_quiet:
        surroundings.enter_context(project_output.silenced())
    elif request.json:
        surroundings.enter_context(project_output.to_stderr())


def _request_of(config: Config, given: dict[str, Any]) -> Request:
    try:
        return Request(given)
    except WrongOptions as error:
        if config.cmd_opts is not None and _is_command_line(config):
            config.cmd_opts.end_with_usage(str(error))
        raise CommandError(str(error)) from error
    except StatusUnavailable as error:
        raise CommandError(str(error)) from error


def _is_command_line(config: Config) -> bool:
    """Whether this process is our command, and not a program that calls it."""
    return hasattr(config.cmd_opts, "end_with_usage")
