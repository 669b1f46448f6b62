"""The command ``rebase``, as a function of ``alembic.command``.

Bound into it: the function. This is imported whenever Alembic is; what the command needs, when it
runs.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.config import Config

    from alembic_native.rebase.project import Project

BOUND_MODULES = ("alembic.command",)


def rebase(config: Config, **given: Any) -> None:
    """Put revisions of your own onto the head of the base branch.

    ``given`` are the options of the command line, by the names in ``rebase/options.py``. Raises
    ``CommandError`` in a program; ends the process of a command with its exit code.
    """
    from alembic.util import CommandError

    from alembic_native.heads_file import HeadsFileFailed
    from alembic_native.rebase import command
    from alembic_native.rebase.errors import RebaseFailed, WrongOptions

    def opened() -> Project:
        return _project_of(config)

    options: Any = config.cmd_opts
    if not hasattr(options, "end_with_usage") or getattr(options, "raiseerr", False):
        try:
            code = command.rebase(given, opened, config.print_stdout)
        except (RebaseFailed, HeadsFileFailed) as error:
            raise CommandError(str(error)) from error
    else:
        try:
            code = command.run(given, opened, config.print_stdout)
        except WrongOptions as error:
            options.end_with_usage(str(error))
            raise
    if code:
        raise SystemExit(code)


def assignments(command: ModuleType) -> list[Assignment]:
    """The function, as one of ``alembic.command``."""
    # Upstream's command line takes the functions that are defined there.
    rebase.__module__ = command.__name__
    return [(command, rebase.__name__, rebase)]


def _project_of(config: Config) -> Project:
    from alembic.util import CommandError

    from alembic_native.heads_file import SETTING
    from alembic_native.history.declined import Declined
    from alembic_native.rebase.errors import WrongUse
    from alembic_native.rebase.project import Project, configured_base
    from alembic_native.upstream.directory_history import version_locations_of
    from alembic_native.upstream.project import configuration_of
    from alembic_native.upstream.script_directory import directory_of

    try:
        directory = directory_of(config)
        heads_file = config.get_alembic_option(SETTING)
        return Project(
            version_locations_of(directory),
            directory.recursive_version_locations,
            heads_file,
            configured_base(configuration_of(config)),
        )
    except CommandError as error:
        raise WrongUse(str(error)) from error
    except Declined as declined:
        raise WrongUse(f"The project cannot be read: {declined}.") from declined
