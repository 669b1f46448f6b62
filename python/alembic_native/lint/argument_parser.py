"""The options of ``lint`` as ``argparse`` takes them, and how it ends."""

from __future__ import annotations

from alembic_native.lint.options import OPTIONS, PATHS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser

DESCRIPTION = "Check the scripts: whether this history would deploy, and whom that would hurt."

_EXIT_CODES = (
    "exit codes: 0 if nothing is found but warnings and notes; 1 if there is an error, with "
    "--strict if there is any finding; 2 for wrong options, and where the scripts "
    "cannot be found"
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
