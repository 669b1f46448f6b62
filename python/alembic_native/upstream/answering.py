"""Answering a command that changes nothing, from its words to its output."""

from __future__ import annotations

import sys

from alembic_native.history.declined import Declined
from alembic_native.upstream.answered_commands import DATABASE_COMMANDS
from alembic_native.upstream.command_words import read_command_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO


def answer_to(
    arguments: Sequence[str], stdout: TextIO, loads_plugins: bool, illegal_characters: str
) -> Callable[[], None] | None:
    """What prints the answer to a command line; None if upstream has to answer it.

    Everything is read by then, and nothing is printed or changed.

    ``arguments`` are the words after the program's name, ``stdout`` is where results go.
    ``loads_plugins`` says whether this version of Alembic imports plugins, and
    ``illegal_characters`` which characters it refuses in the id of a revision.
    """
    try:
        return _prepare(arguments, stdout, loads_plugins, illegal_characters)
    except Declined:
        return None


def _prepare(
    arguments: Sequence[str], stdout: TextIO, loads_plugins: bool, illegal_characters: str
) -> Callable[[], None]:
    """Everything up to the output; gives what prints it. Raises ``Declined``."""
    command_line = read_command_line(arguments)
    options = command_line.options
    if _is_watched():
        raise Declined("somebody would see warnings or log lines")
    if command_line.command == "upgrade":
        from alembic_native.upstream.direct_upgrade import DirectUpgrade

        direct_upgrade = DirectUpgrade(command_line)
    if loads_plugins:
        from alembic_native.upstream.plugins import may_have_plugins

        if may_have_plugins():
            raise Declined("a plugin may change everything")
    if command_line.command == "lint":
        from alembic_native.native_core import LINT, error_of

        if error_of(LINT) is not None:
            raise Declined("upstream's command line says what is missing")
        from alembic_native.upstream import direct_lint

        return direct_lint.prepared(command_line, stdout)
    if command_line.command == "upgrade":
        direct_upgrade.refuse_unless_nothing_to_do(illegal_characters)
        return lambda: None
    from alembic_native.history.configuration import Configuration, Settings, configuration_files
    from alembic_native.history.scripts import Scripts
    from alembic_native.reading import commands, printing

    asks_database = command_line.command in DATABASE_COMMANDS
    if asks_database:
        from alembic_native.upstream.direct_status import DirectRun

        direct_run = DirectRun(command_line)
    files = configuration_files(options.get("config"))
    configuration = Configuration(options["name"], *files)
    settings = Settings(configuration)
    if command_line.command == "history" and not configuration.is_off("revision_environment"):
        raise Declined("env.py has to be run")
    scripts = Scripts(settings.version_locations, settings.is_recursive, illegal_characters)
    if asks_database:
        return lambda: direct_run.finish(settings.version_locations, scripts, stdout)
    texts = commands.COMMANDS[command_line.command](options, scripts)
    is_quiet = bool(options.get("quiet"))
    return lambda: None if is_quiet else printing.print_lines(stdout, texts)


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
