"""The command ``alembic-native``: ``status``, ``wait``, ``lint``, ``rebase`` and ``info``.

It is there whatever Alembic is installed. ``python -m alembic_native`` is the same, and without
arguments ``info``. ``lint`` imports nothing of the project. Of the others, with a URL nothing of
Alembic is imported, unless a script imports it; without one ``env.py`` is run by Alembic's public
API. Where there is no native core, Alembic reads the scripts, and ``lint`` and ``rebase`` are
refused. ``ALEMBIC_NATIVE=0`` changes nothing here.
"""

from __future__ import annotations

import re
import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from contextlib import suppress

from alembic_native.lint import options as lint_options
from alembic_native.native_core import (
    EXIT_CODE,
    LINT,
    NativeCoreMissing,
    has_native_core,
    require_native_core,
)
from alembic_native.reading import printing
from alembic_native.rebase import options as rebase_options
from alembic_native.status.argument_parser import DESCRIPTIONS, add_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from alembic_native.status.history import History
    from alembic_native.status.inspection import Database
    from alembic_native.status.request import Request

_INFO = "Print what this build consists of, and which parts of it are active."


class _Parser(ArgumentParser):
    """Repeats no password of a URL that stands where none is expected."""

    def error(self, message: str) -> NoReturn:
        super().error(re.sub(r"(\w+://)[^\s']*", r"\1...", message))


def main(arguments: Sequence[str] | None = None, prog: str = "alembic-native") -> int:
    """Do what a command line says (``sys.argv`` by default); the exit code."""
    parser, commands = _parsers(prog)
    options = parser.parse_args(arguments)
    try:
        if options.version:
            return _print_version()
        if options.command is None:
            parser.error("a command is missing: status, wait, lint, rebase or info")
        if options.command == "info":
            return _print_information()
        if options.command == "lint":
            require_native_core("lint", LINT)
            return _lint(options, commands[options.command])
        if options.command == "rebase":
            require_native_core("rebase")
            return _rebase(options, commands[options.command])
        return _run(options, commands[options.command])
    except NativeCoreMissing as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return EXIT_CODE
    except BrokenPipeError:
        printing.give_up(sys.stdout)
        return 1


def _parsers(prog: str) -> tuple[ArgumentParser, dict[str, ArgumentParser]]:
    parser = _Parser(prog=prog, description="What alembic-native adds to Alembic.")
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    _add_general_options(parser, {"name": "alembic", "quiet": False})
    subparsers = parser.add_subparsers(dest="command", metavar="{status,wait,lint,rebase,info}")
    commands: dict[str, ArgumentParser] = {}
    for name, description in DESCRIPTIONS.items():
        commands[name] = subparsers.add_parser(name, help=description)
        _add_general_options(commands[name], None)
        add_options(commands[name], name)
    commands["lint"] = subparsers.add_parser("lint", help=lint_options.DESCRIPTION)
    _add_general_options(commands["lint"], None)
    lint_options.add_options(commands["lint"])
    commands["rebase"] = subparsers.add_parser("rebase", help=rebase_options.DESCRIPTION)
    _add_general_options(commands["rebase"], None)
    rebase_options.add_options(commands["rebase"])
    subparsers.add_parser("info", help=_INFO, description=_INFO)
    return parser, commands


def _add_general_options(parser: ArgumentParser, defaults: dict[str, object] | None) -> None:
    """Those that may stand before or after the command; there without ``defaults``."""
    is_first = defaults is not None
    parser.add_argument(
        "-c",
        "--config",
        action="append",
        metavar="FILE",
        default=None if is_first else SUPPRESS,
        help="alembic.ini or pyproject.toml, or one of each; default: ALEMBIC_CONFIG, or those in "
        "the current folder",
    )
    parser.add_argument(
        "-n",
        "--name",
        metavar="SECTION",
        default="alembic" if is_first else SUPPRESS,
        help="the section of the .ini file; default: alembic",
    )
    parser.add_argument(
        "-x",
        action="append",
        metavar="ARGUMENT",
        default=None if is_first else SUPPRESS,
        help="what env.py gets from context.get_x_argument(); may be repeated",
    )


def _run(options: Namespace, parser: ArgumentParser) -> int:
    from alembic_native.status.command import Command
    from alembic_native.status.errors import WrongOptions

    stdout = sys.stdout

    def tell(text: str) -> None:
        printing.print_lines(stdout, [text])
        # One that takes no more is reported when the process ends.
        with suppress(OSError):
            stdout.flush()

    command = Command(options.command, vars(options), tell)

    def opened(request: Request) -> tuple[History, Database]:
        if request.url is None:
            from alembic_native.upstream.environment_databases import (
                CommandError,
                databases_of_options,
            )

            command.expect(CommandError)
            return databases_of_options(options)
        from alembic_native.status.database import database_at
        from alembic_native.status.project_files import history_of_files, settings_of_files

        database = database_at(request.url, request.table)
        if has_native_core():
            return history_of_files(options.config, options.name), database
        settings = settings_of_files(options.config, options.name)
        from alembic_native.upstream.directory_history import (
            CommandError,
            history_of_version_locations,
        )

        command.expect(CommandError)
        locations = settings.version_locations
        return history_of_version_locations(locations, settings.is_recursive), database

    try:
        return command.run(opened)
    except WrongOptions as error:
        parser.error(str(error))


def _lint(options: Namespace, parser: ArgumentParser) -> int:
    from alembic_native.lint import command
    from alembic_native.lint.errors import WrongOptions
    from alembic_native.lint.project import project_of_files
    from alembic_native.lint.request import Request

    try:
        return command.run(
            Request(vars(options)),
            lambda: project_of_files(options.config, options.name),
            lambda text: printing.write_at_once(sys.stdout, text),
        )
    except WrongOptions as error:
        parser.error(str(error))


def _rebase(options: Namespace, parser: ArgumentParser) -> int:
    from alembic_native.rebase import command
    from alembic_native.rebase.errors import WrongOptions
    from alembic_native.rebase.project import project_of_files

    try:
        return command.run(
            vars(options),
            lambda: project_of_files(options.config, options.name),
            lambda text: printing.print_lines(sys.stdout, [text]),
        )
    except WrongOptions as error:
        parser.error(str(error))


def _print_version() -> int:
    import alembic_native

    print(f"alembic-native {alembic_native.__version__}")
    return 0


def _print_information() -> int:
    """One ``key: value`` a line. The exit code is 0 when the overlay is active, else 1."""
    import warnings

    from alembic_native import build_info

    with warnings.catch_warnings():
        # The lines say it, also where warnings are errors.
        warnings.filterwarnings("ignore", "alembic-native ", RuntimeWarning)
        information = build_info()
    try:
        printing.write_at_once(sys.stdout, "\n".join(information.lines()))
    except BrokenPipeError:
        printing.give_up(sys.stdout)
    return 0 if information.is_active else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["info"], prog="python -m alembic_native"))
