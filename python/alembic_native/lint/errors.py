"""How a run of ``lint`` says that it cannot be done as it was asked; the exit code is 2."""

from __future__ import annotations


class LintFailed(Exception):
    """The message is a sentence that says what happened and what to do."""


class WrongOptions(LintFailed):
    """Options of the command line that do not go together, or have no such value."""
