"""Answering a command line: from its words to its output."""

from __future__ import annotations

import sys

from alembic_native.cli.command_line import read_command_line
from alembic_native.cli.decision import NeedsUpstream
from alembic_native.database_status.options import COMMANDS as DATABASE_COMMANDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO


def answer(arguments: Sequence[str], stdout: TextIO, loads_plugins: bool) -> bool:
    """Do what a command line says. False if upstream has to; nothing is changed or printed then.

    ``arguments`` are the words after the program's name, ``stdout`` is where results go, and
    ``loads_plugins`` says whether this version of Alembic imports plugins.
    """
    try:
        finish = _prepare(arguments, stdout, loads_plugins)
    except Exception:
        return False
    finish()
    return True


def _prepare(arguments: Sequence[str], stdout: TextIO, loads_plugins: bool) -> Callable[[], None]:
    """Everything up to the output; gives what prints it, and moves a new script to its place."""
    command_line = read_command_line(arguments)
    if _is_watched():
        raise NeedsUpstream
    if loads_plugins:
        from alembic_native.cli.plugins import may_have_plugins

        if may_have_plugins():
            raise NeedsUpstream
    from alembic_native.cli import printing, reading
    from alembic_native.cli.configuration import Configuration, Settings, configuration_files
    from alembic_native.cli.scripts import Scripts

    is_quiet = bool(command_line.get("quiet"))
    asks_database = command_line.command in DATABASE_COMMANDS
    if asks_database:
        from alembic_native.database_status.light import LightRun

        light_run = LightRun(command_line)
    writes = command_line.command not in reading.COMMANDS and not asks_database
    if writes:
        from alembic_native.cli.new_revision import NewRevision
    files = configuration_files(command_line.get("config"))
    configuration = Configuration(command_line.get("name"), *files)
    settings = Settings(configuration)
    try:
        may_need_environment = writes or command_line.command == "history"
        if may_need_environment and not configuration.is_off("revision_environment"):
            raise NeedsUpstream
        scripts = Scripts(settings.version_locations, settings.is_recursive)
        if writes:
            if settings.has_hooks:
                raise NeedsUpstream
            new_revision = NewRevision(command_line, settings, scripts)
            return lambda: new_revision.publish(is_quiet)
        if asks_database:
            settings.keep_import_path()
            return lambda: light_run.finish(settings.version_locations, scripts, stdout)
        texts = reading.COMMANDS[command_line.command](command_line, scripts)
        settings.keep_import_path()
        return lambda: None if is_quiet else printing.print_lines(stdout, texts)
    except BaseException:
        settings.restore_import_path()
        raise


def _is_watched() -> bool:
    """Whether someone would see warnings or log lines that upstream gives on the way."""
    if any(not option.startswith("ignore") for option in sys.warnoptions):
        return True
    warnings = sys.modules.get("warnings")
    # The one filter that shows something without having been asked for is that of __main__.
    if warnings is not None and any(
        action != "ignore" and module != "__main__" for action, _, _, module, _ in warnings.filters
    ):
        return True
    logging = sys.modules.get("logging")
    if logging is None:
        return False
    return bool(logging.root.handlers) or any(
        name.partition(".")[0] == "alembic" for name in logging.root.manager.loggerDict
    )
