"""Why a run ended without an error of its own scripts."""

from __future__ import annotations


class LockWaitTimeout(Exception):
    """A statement waited for a lock for longer than ``lock_timeout``, and the run gave up.

    On the command line, and from ``alembic.command``, it is a ``CommandError`` of Alembic as well.
    The error of the database is its ``__cause__``.
    """
