"""Findings as other programs read them. ``lint/text.py`` has the format for people."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic_native.lint.findings import Finding

    #: Takes all findings and the number of scripts, and gives what is printed, without a final line
    #: end. No finding makes it fail; what it gives can be encoded as UTF-8.
    Report = Callable[[list[Finding], int], str]

FORMATS = ("github", "json", "sarif", "junit")


def report_function(name: str) -> Report:
    """The function of one of ``FORMATS``; only its module is imported. Raises ``KeyError``."""
    if name == "github":
        from alembic_native.lint.formats import github

        return github.report
    if name == "json":
        from alembic_native.lint.formats import json_document

        return json_document.report
    if name == "sarif":
        from alembic_native.lint.formats import sarif

        return sarif.report
    if name == "junit":
        from alembic_native.lint.formats import junit

        return junit.report
    raise KeyError(name)
