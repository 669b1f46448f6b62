"""The options of ``rebase``, and how it ends."""

from __future__ import annotations

from alembic_native.command_option import Option
from alembic_native.status.options import BESIDE_URL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser

DESCRIPTION = "Put revisions of your own onto the head of the base branch."

_EXIT_CODES = (
    "exit codes: 0 if it is done, or there is nothing to do; 1 if it is refused, or the answer is "
    "no; 2 for wrong options, and where there is no such project, repository, base branch or "
    "revision; 130 after Ctrl-C. Where it is not 0 no script was changed."
)

OPTIONS = (
    Option(
        "--base",
        metavar="REF",
        help="the base branch; its revisions stay as they are. Default: base of [alembic:lint], "
        "else origin/HEAD",
    ),
    Option(
        "--onto",
        metavar="REVISION",
        help="put them onto this revision; default: the head of the base branch",
    ),
    Option("--dry-run", help="show what would change, as a diff, and change nothing"),
    Option("--yes", help="do not ask"),
    Option("--url", metavar="URL", help="look whether the revisions have run in this database"),
    *BESIDE_URL,
)


def add_options(parser: ArgumentParser) -> list[str]:
    """Give the parser of the command its description and its arguments; their names."""
    parser.description = DESCRIPTION
    parser.epilog = _EXIT_CODES
    parser.add_argument(
        "revisions",
        nargs="*",
        metavar="REVISION",
        help="which revisions; default: those that the base branch lacks",
    )
    exclusive = parser.add_mutually_exclusive_group()
    for option in OPTIONS:
        group = exclusive if option.name in ("url", "url_env") else parser
        group.add_argument(*option.spellings, **option.settings())
    return ["revisions", *(option.name for option in OPTIONS)]
