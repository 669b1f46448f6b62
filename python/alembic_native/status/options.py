"""The options of both commands, whoever reads the command line: one table."""

from __future__ import annotations

from alembic_native.command_option import Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TIMEOUT = 60.0


def seconds(text: str | float) -> float:
    """The value of ``--timeout``. Raises ``ValueError``."""
    value = float(text)
    if not 0 <= value < float("inf"):
        raise ValueError("not a number of seconds from 0 on")
    return value


#: What goes with ``--url``, or stands for it.
BESIDE_URL = (
    Option(
        "--url-env",
        metavar="NAME",
        help="the same, with the URL from this environment variable",
    ),
    Option("--version-table", metavar="TABLE", help="with --url: default alembic_version"),
    Option(
        "--version-table-schema",
        metavar="SCHEMA",
        help="with --url: the version table's schema; default: the search path",
    ),
)
_WHERE = (
    Option(
        "--url",
        metavar="URL",
        help="inspect this database and do not run env.py; PostgreSQL without SQLAlchemy",
    ),
    *BESIDE_URL,
)
_QUIET = Option("-q", "--quiet", help="print nothing but errors: the exit code is the answer")

STATUS = (
    Option(
        "--check",
        help="exit with 1 if revisions are pending, 5 if the scripts have several heads",
    ),
    Option(
        "--allow-multiple-heads",
        help="with --check: several heads are meant, as for `alembic upgrade heads`",
    ),
    Option("--json", help="print JSON"),
    _QUIET,
    *_WHERE,
    Option(
        "--all-schemas",
        help="with --url of PostgreSQL: every schema that has a version table",
    ),
    Option(
        "--schema-pattern",
        metavar="PATTERN",
        help="with --all-schemas: those of this name; * is any characters, ? is one",
    ),
)
WAIT = (
    Option(
        "--timeout",
        metavar="SECONDS",
        read=seconds,
        help="how long; 0 inspects the database once; default: 60",
    ),
    Option("--json", help="print JSON, one document a line"),
    _QUIET,
    *_WHERE,
)
COMMANDS: Mapping[str, tuple[Option, ...]] = {"status": STATUS, "wait": WAIT}
