"""How the native reading of a project says that it was not made for what it has met."""

from __future__ import annotations


class Declined(Exception):
    """The project cannot be read natively with certainty; nothing was printed or changed yet.

    The message says why, for people; nothing depends on it.
    """
