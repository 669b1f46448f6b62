"""What a migration run can end with, beside the errors of scripts and of the database."""

from __future__ import annotations


class NotCommitted(Exception):
    """Steps ran, and not all of their work was committed, though nothing has failed for env.py."""
