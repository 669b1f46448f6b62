"""The options of ``lint``, whoever reads the command line: one table; and how it ends."""

from __future__ import annotations

from alembic_native.command_option import Option
from alembic_native.lint import formats
from alembic_native.lint.dialects import JUDGED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser

DESCRIPTION = "Check whether this history would deploy, and whom that would hurt."

_EXIT_CODES = (
    "exit codes: 0 if nothing is found but warnings and notes; 1 if there is an error, with "
    "--strict if there is any finding; 2 for wrong options, and where the scripts "
    "cannot be found"
)

#: The first is for people.
FORMATS = ("text", *formats.FORMATS)

#: The scripts, or folders of scripts, that are judged; any number of them.
PATHS = "paths"

OPTIONS = (
    Option(
        "--base",
        metavar="REF",
        help="a branch, tag or commit of git: judge what has changed since it and HEAD parted; "
        "default: base of [alembic:lint]",
    ),
    Option(
        "--dialect",
        metavar="DIALECT",
        choices=JUDGED,
        help="the database: postgresql, mysql, mariadb or sqlite; default: dialect of "
        "[alembic:lint], else that of sqlalchemy.url, else postgresql",
    ),
    Option(
        "--server-version",
        metavar="VERSION",
        help="its version, as 16 or 8.0; default: server-version of [alembic:lint], else the "
        "newest",
    ),
    Option(
        "--format",
        metavar="FORMAT",
        choices=FORMATS,
        help="how findings are printed: text (default), github, json, sarif or junit",
    ),
    Option("--strict", help="exit with 1 for every finding, not only for errors"),
    Option("--exit-zero", help="exit with 0 whatever is found"),
    Option("--statistics", help="count the findings of each rule"),
    Option("--explain", metavar="RULE", help="print what a rule finds, and why; judge nothing"),
    Option("--write-heads", help="make the file that heads_file names; judge nothing"),
    Option("-q", "--quiet", help="print no findings: the exit code is the answer"),
)


def add_options(parser: ArgumentParser) -> list[str]:
    """Give the parser of the command its description and its options; their names."""
    parser.description = DESCRIPTION
    parser.epilog = _EXIT_CODES
    parser.add_argument(
        PATHS,
        nargs="*",
        metavar="PATH",
        help="scripts, or folders of scripts, that are judged one by one; default: all. The "
        "history is always judged",
    )
    for option in OPTIONS:
        parser.add_argument(*option.spellings, **option.settings())
    return [PATHS, *(option.name for option in OPTIONS)]
