"""What a migration run can end with, beside the errors of scripts and of the database."""

from __future__ import annotations


class LockWaitTimeout(Exception):
    """A statement waited for a lock for longer than ``lock_timeout``, and the run gave up.

    On the command line, and from ``alembic.command``, it is a ``CommandError`` of Alembic as well.
    The error of the database is its ``__cause__``.
    """


class NotCommitted(Exception):
    """Steps ran, and not all of their work was committed, though nothing has failed for env.py."""
