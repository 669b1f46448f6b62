"""The options of ``lint``, whoever reads the command line: one table."""

from __future__ import annotations

from alembic_native.command_option import Option

OPTIONS = (
    Option("--strict", help="exit with 1 for every finding, not only for errors"),
    Option("--exit-zero", help="exit with 0 whatever is found"),
    Option("--statistics", help="count the findings of each rule"),
    Option("-q", "--quiet", help="print nothing but errors: the exit code is the answer"),
)
