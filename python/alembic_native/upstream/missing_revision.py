"""The error of a missing parent or dependency, as Alembic's command line knows errors."""

from __future__ import annotations

from alembic.util.exc import CommandError

from alembic_native import errors


class MissingRevision(errors.MissingRevision, CommandError):
    """See :class:`alembic_native.errors.MissingRevision`."""
