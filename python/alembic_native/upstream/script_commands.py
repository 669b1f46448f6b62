"""The commands ``lint`` and ``rebase``, as functions of ``alembic.command``.

Bound into it: both. This is imported whenever Alembic is; what a command needs, when one runs. In a
program they raise ``CommandError``; the process of a command ends with its exit code.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from alembic.config import Config

    from alembic_native.history.configuration import Configuration

    Made = TypeVar("Made")

BOUND_MODULES = ("alembic.command",)


def lint(config: Config, **given: Any) -> None:
    """Check whether this history would deploy, and whom that would hurt.

    ``given`` are the options of the command line, by the names in ``lint/options.py``. Findings are
    printed; in a program ``CommandError`` says then that there are some. The command imports
    nothing of the project; for a program the package is imported that a version location names.
    """
    from alembic.util import CommandError

    from alembic_native.lint.options import OPTIONS, PATHS
    from alembic_native.native_core import LINT

    _refuse_unknown("lint", given, (PATHS, *(option.name for option in OPTIONS)))
    _refuse_without_core("lint", config, LINT)
    from alembic_native.lint import command
    from alembic_native.lint.errors import LintFailed, WrongOptions
    from alembic_native.lint.project import Project, project_of_files
    from alembic_native.lint.request import Request

    options: Any = config.cmd_opts

    def opened() -> Project:
        if not hasattr(options, "end_with_usage"):
            # A program may have set what stands in no file.
            return _project(config, Project, LintFailed)
        return project_of_files(options.config, options.name)

    if not _is_process(options):
        try:
            code = command.lint(Request(given), opened, _tell(config))
        except LintFailed as error:
            raise CommandError(str(error)) from error
        if code:
            raise CommandError("The scripts have findings that count as errors.")
        return
    try:
        request = Request({**given, "quiet": getattr(options, "quiet", False)})
    except WrongOptions as error:
        options.end_with_usage(str(error))
        raise
    code = command.run(request, opened, _tell(config))
    if code:
        raise SystemExit(code)


def rebase(config: Config, **given: Any) -> None:
    """Put revisions of your own onto the head of the base branch.

    ``given`` are the options of the command line, by the names in ``rebase/options.py``.
    """
    from alembic.util import CommandError

    from alembic_native.rebase.options import OPTIONS

    _refuse_unknown("rebase", given, ("revisions", *(option.name for option in OPTIONS)))
    _refuse_without_core("rebase", config)
    from alembic_native.heads_file import SETTING, HeadsFileFailed
    from alembic_native.rebase import command
    from alembic_native.rebase.errors import RebaseFailed, WrongOptions, WrongUse
    from alembic_native.rebase.project import Project, configured_base

    def made(
        version_locations: Sequence[str], is_recursive: bool, configuration: Configuration
    ) -> Project:
        heads_file = config.get_alembic_option(SETTING)
        base = configured_base(configuration)
        return Project(version_locations, is_recursive, heads_file, base)

    def opened() -> Project:
        return _project(config, made, WrongUse)

    options: Any = config.cmd_opts
    if not _is_process(options):
        try:
            code = command.rebase(given, opened, _tell(config))
        except (RebaseFailed, HeadsFileFailed) as error:
            raise CommandError(str(error)) from error
    else:
        try:
            code = command.run(given, opened, _tell(config))
        except WrongOptions as error:
            options.end_with_usage(str(error))
            raise
    if code:
        raise SystemExit(code)


def assignments(command: ModuleType) -> list[Assignment]:
    """The two, as functions of ``alembic.command``."""
    for function in (lint, rebase):
        # Upstream's command line takes the functions that are defined there.
        function.__module__ = command.__name__
    return [(command, function.__name__, function) for function in (lint, rebase)]


def _tell(config: Config) -> Callable[[str], None]:
    """What writes to the standard output, of which a process may have none."""

    def tell(text: str) -> None:
        if config.stdout is not None:
            config.print_stdout(text)

    return tell


def _refuse_unknown(command: str, given: Iterable[str], names: Container[str]) -> None:
    for name in given:
        if name not in names:
            raise TypeError(f"{command}() got an unexpected keyword argument {name!r}")


def _refuse_without_core(command: str, config: Config, *modules: str) -> None:
    from alembic.util import CommandError

    from alembic_native.native_core import EXIT_CODE, NativeCoreMissing, require_native_core

    try:
        require_native_core(command, *modules)
    except NativeCoreMissing as error:
        if not _is_process(config.cmd_opts):
            raise CommandError(str(error)) from error
        print(f"FAILED: {error}", file=sys.stderr)
        raise SystemExit(EXIT_CODE) from error


def _is_process(options: Any) -> bool:
    """Whether it is the command of this process, and nobody waits for its exceptions."""
    return hasattr(options, "end_with_usage") and not getattr(options, "raiseerr", False)


def _project(
    config: Config,
    made: Callable[[Sequence[str], bool, Configuration], Made],
    failed: type[Exception],
) -> Made:
    """What ``made`` makes of the version locations, whether these are read recursively, and the
    configuration files. Settings of a program may stand in no file.

    Raises ``failed``, with a sentence.
    """
    from alembic.util import CommandError

    from alembic_native.history.declined import Declined
    from alembic_native.history.project_files import why_unreadable
    from alembic_native.upstream.directory_history import version_locations_of
    from alembic_native.upstream.project import configuration_of
    from alembic_native.upstream.script_directory import directory_of

    try:
        directory = directory_of(config)
        return made(
            version_locations_of(directory),
            directory.recursive_version_locations,
            configuration_of(config),
        )
    except CommandError as error:
        raise failed(str(error)) from error
    except Declined as declined:
        raise failed(why_unreadable(declined)) from declined
