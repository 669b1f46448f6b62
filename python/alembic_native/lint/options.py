"""The options of ``lint``, whoever reads the command line: one table."""

from __future__ import annotations

from alembic_native.command_option import Option

COMMAND = "lint"

DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite")
FORMATS = ("text", "github", "json", "sarif", "junit")

#: Files and folders, as many as are given.
PATHS = "paths"

OPTIONS = (
    Option(
        "--base",
        metavar="REF",
        help="judge only what is new or changed against this branch or commit of git",
    ),
    Option(
        "--dialect",
        metavar="NAME",
        choices=DIALECTS,
        help="the database: postgresql, mysql, mariadb or sqlite; default: that of "
        "sqlalchemy.url, else postgresql",
    ),
    Option(
        "--server-version",
        metavar="VERSION",
        help="the oldest version of the database that is deployed to, as 16 or 8.0; default: the "
        "newest",
    ),
    Option(
        "--format",
        metavar="FORMAT",
        choices=FORMATS,
        help="text, github, json, sarif or junit; default: text",
    ),
    Option("--explain", metavar="RULE", help="explain a rule, and do nothing else"),
    Option("--strict", help="exit with 1 for every finding, not only for errors"),
    Option("--exit-zero", help="exit with 0 whatever is found"),
    Option("--statistics", help="count the findings of each rule"),
    Option("--write-heads", help="write heads_file anew, and do nothing else"),
    Option("-q", "--quiet", help="print nothing but errors: the exit code is the answer"),
)
