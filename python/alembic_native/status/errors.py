"""What inspecting a database, or waiting for it, raises beside the database's own errors.

Imports neither SQLAlchemy nor Alembic.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from alembic_native.status.report import Status


class StatusUnavailable(Exception):
    """The question cannot be answered as it was asked; the message says what to do."""


class WrongOptions(StatusUnavailable):
    """Options of the command line that do not go together."""


class WaitTimeout(TimeoutError):
    """The database was not at the scripts' heads in time.

    ``status`` is what was seen last, None when the database was never reached; the message says
    what is still missing. Pickles.
    """

    def __init__(self, message: str, status: Status | None) -> None:
        super().__init__(message)
        self.status = status

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args[0], self.status)
