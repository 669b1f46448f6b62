"""The command ``lint``, as a function of ``alembic.command``.

Bound into it: the function. This is imported whenever Alembic is; what the command needs, when it
runs.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.config import Config

    from alembic_native.lint.project import Project

BOUND_MODULES = ("alembic.command",)


def lint(config: Config, **given: Any) -> None:
    """Check the scripts: whether this history would deploy, and whom that would hurt.

    ``given`` are the options of the command line, by the names in ``lint/options.py``. In a program
    the findings are printed, and ``CommandError`` says that there are some. The process of a
    command ends with its exit code.
    """
    from alembic.util import CommandError

    from alembic_native.lint import command
    from alembic_native.lint.errors import LintFailed, WrongOptions
    from alembic_native.lint.request import Request

    options: Any = config.cmd_opts
    if not hasattr(options, "end_with_usage") or getattr(options, "raiseerr", False):
        try:
            code = command.lint(Request(given), lambda: _project_of(config), config.print_stdout)
        except LintFailed as error:
            raise CommandError(str(error)) from error
        if code:
            raise CommandError("The scripts have findings that count as errors.")
        return
    from alembic_native.lint.project import project_of_files

    try:
        code = command.run(
            Request({**given, "quiet": getattr(options, "quiet", False)}),
            lambda: project_of_files(options.config, options.name),
            config.print_stdout,
        )
    except WrongOptions as error:
        options.end_with_usage(str(error))
        raise
    if code:
        raise SystemExit(code)


def assignments(command: ModuleType) -> list[Assignment]:
    """The function, as one of ``alembic.command``."""
    # Upstream's command line takes the functions that are defined there.
    lint.__module__ = command.__name__
    return [(command, lint.__name__, lint)]


def _project_of(config: Config) -> Project:
    """Of a program's configuration, whose settings may stand in no file."""
    from alembic.util import CommandError

    from alembic_native.history.declined import Declined
    from alembic_native.lint.errors import LintFailed
    from alembic_native.lint.project import Project
    from alembic_native.upstream.directory_history import version_locations_of
    from alembic_native.upstream.project import configuration_of
    from alembic_native.upstream.script_directory import directory_of

    try:
        directory = directory_of(config)
        return Project(
            version_locations_of(directory),
            directory.recursive_version_locations,
            configuration_of(config),
        )
    except CommandError as error:
        raise LintFailed(str(error)) from error
    except Declined as declined:
        raise LintFailed(f"The project cannot be read: {declined}.") from declined
