"""``lint`` before Alembic is loaded."""

from __future__ import annotations

from alembic_native.history.declined import Declined
from alembic_native.lint import command
from alembic_native.lint.errors import WrongOptions
from alembic_native.lint.project import project_of_files
from alembic_native.lint.request import Request
from alembic_native.reading import printing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from alembic_native.upstream.command_words import CommandLine


def prepared(command_line: CommandLine, stdout: TextIO) -> Callable[[], None]:
    """What runs it, and ends the process where the exit code is not 0.

    Raises ``Declined`` where upstream's command line has to answer.
    """
    options = command_line.options
    if options.get("raiseerr"):
        raise Declined("upstream's command line answers this")
    try:
        request = Request(options)
    except WrongOptions as error:
        raise Declined("upstream's command line says what is wrong with the options") from error

    def finish() -> None:
        code = command.run(
            request,
            lambda: project_of_files(options.get("config"), options["name"]),
            lambda text: printing.write_at_once(stdout, text),
        )
        if code:
            raise SystemExit(code)

    return finish
