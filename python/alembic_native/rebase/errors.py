"""Why a rebase was not done. Nothing was changed then, unless the message says so."""

from __future__ import annotations


class RebaseFailed(Exception):
    """The message is a sentence or several: what happened, where, what to do."""

    #: How the process ends.
    exit_code = 1


class RebaseRefused(RebaseFailed):
    """These revisions cannot be moved there, as they are."""


class WrongUse(RebaseFailed):
    """What was asked for does not exist: a project, a repository, a base branch, a revision."""

    exit_code = 2


class WrongOptions(WrongUse):
    """Options of the command line that do not go together."""
