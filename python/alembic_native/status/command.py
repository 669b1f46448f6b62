"""``status`` and ``wait`` as commands of a process, from their options to the exit code.

Results go to the standard output, errors to stderr, also with ``--quiet``.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack

from alembic_native.database_errors import DatabaseError
from alembic_native.errors import MissingRevision, RevisionError
from alembic_native.printable import printable
from alembic_native.status import exit_codes, printing, wording
from alembic_native.status.errors import StatusUnavailable, WrongOptions
from alembic_native.status.request import Request
from alembic_native.status.running import event_teller, run_status, run_wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from alembic_native.status.history import History
    from alembic_native.status.inspection import Database

    #: From what was asked to the scripts and the database.
    Opener = Callable[[Request], tuple[History, Database]]

RUN = {"status": run_status, "wait": run_wait}


def _traceback(error: Exception) -> list[str]:
    import traceback

    # Where a script cannot be read as Python, the error itself says the place.
    parts = (
        traceback.format_exception_only(type(error), error)[:-1]
        if isinstance(error, SyntaxError)
        else traceback.format_exception(type(error), error, error.__traceback__)
    )
    return "".join(parts).rstrip("\n").split("\n")


class Command:
    """One of the two, with its options.

    An error of this package or of SQLAlchemy is shown by its message, any other with its frames.
    """

    def __init__(
        self,
        name: str,
        options: Mapping[str, Any],
        tell: Callable[[str], None],
        runs_project: bool = True,
    ) -> None:
        """``options`` by the names in ``options.py``; ``tell`` writes to the standard output.

        ``runs_project``: whether ``env.py`` or a script may be run.
        """
        self._name = name
        self._options = options
        self._is_json = bool(options.get("json"))
        self._is_quiet = bool(options.get("quiet"))
        self._tell_always = tell
        self._runs_project = runs_project
        self._known_errors: tuple[type[Exception], ...] = (
            DatabaseError,
            MissingRevision,
            RevisionError,
            StatusUnavailable,
        )

    def expect(self, *errors: type[Exception]) -> None:
        """Show these errors by their message, too."""
        self._known_errors += errors

    def run(self, open_: Opener) -> int:
        """Do it; the exit code. Raises ``WrongOptions``."""
        try:
            request = Request(self._options)
            with ExitStack() as surroundings:
                self._take_over_the_process(surroundings, request)
                return RUN[self._name](request, *open_(request), self._tell)
        except WrongOptions:
            raise
        except KeyboardInterrupt:
            if self._name == "status":
                print("Interrupted.", file=sys.stderr)
            return exit_codes.INTERRUPTED
        except Exception as error:
            # Anything: env.py and scripts may raise what they like, and the exit code of an
            # uncaught exception would be that of pending revisions.
            return self._failed(error)

    def _tell(self, text: str) -> None:
        if not self._is_quiet:
            self._tell_always(text)

    def _take_over_the_process(self, surroundings: ExitStack, request: Request) -> None:
        """What is right in a process of our own, and would be wrong in a program's."""
        if self._name == "wait" and not request.is_native:
            from alembic_native.status.deadline import ended_in_time

            surroundings.enter_context(
                ended_in_time(request.timeout, event_teller(request, self._tell))
            )
        if not self._runs_project:
            return
        from alembic_native.status import project_output

        # `wait` runs env.py again and again, and promises to say what changes, nothing else.
        if self._name == "wait" or self._is_quiet:
            surroundings.enter_context(project_output.silenced())
        elif self._is_json:
            surroundings.enter_context(project_output.to_stderr())

    def _failed(self, error: Exception) -> int:
        text = wording.failure(error)
        if not self._is_known(error):
            self._show_frames(error)
            text = f"{type(error).__name__}: {text}"
        if self._is_json:
            self._tell(printing.error_as_json(error, is_line=self._name == "wait"))
        print(f"FAILED: {text}", file=sys.stderr)
        return exit_codes.FAILED

    def _show_frames(self, error: Exception) -> None:
        """Those of the project's own files; Python's traceback where there are none."""
        if self._is_quiet:
            return
        from alembic_native.frames import OwnFiles, lines_of, own_frames

        frames = own_frames(error, OwnFiles())
        lines = [*lines_of(frames)] if frames else _traceback(error)
        for line in lines:
            print(printable(line), file=sys.stderr)

    def _is_known(self, error: Exception) -> bool:
        if isinstance(error, self._known_errors):
            return True
        of_sqlalchemy = sys.modules.get("sqlalchemy.exc")
        return of_sqlalchemy is not None and isinstance(error, of_sqlalchemy.DBAPIError)
