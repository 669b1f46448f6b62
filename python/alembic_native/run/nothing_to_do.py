"""Whether an upgrade has nothing to do, from the scripts' headers and a PostgreSQL database alone.

For a project that says where its database is (``check_first_url_env``, ``check_first_url``), so
that ``env.py`` need not be run to learn it. What is not certain is no.
"""

from __future__ import annotations

import os

from alembic_native import settings
from alembic_native.database_errors import DatabaseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic_native._postgres import VersionReading
    from alembic_native.history.scripts import Scripts

#: How many seconds the database has for its answer.
PATIENCE = 3.0


def url_to_check(option: settings.Option) -> str | None:
    """The URL of the database, by the settings of the project; None without one, or with two."""
    url = settings.read(option, "check_first_url").value
    variable = settings.read(option, "check_first_url_env").value
    if url and variable:
        return None
    found: str | None = os.environ.get(str(variable)) if variable else url
    return found or None


def reading_of(url: str) -> VersionReading | None:
    """The reading of the rows of ``alembic_version``, begun; None where that database cannot be
    asked, which is any other than PostgreSQL."""
    try:
        # Not there where it was built without libpqxx, nor where libpq has gone.
        from alembic_native._postgres import VersionReading

        return VersionReading(url, patience=PATIENCE)
    except (DatabaseError, ImportError, ValueError):
        # The run meets the same, and says it as ever.
        return None


def is_at_target(reading: VersionReading, target: str, scripts: Scripts) -> bool:
    """Whether the rows are the heads of the scripts.

    ``target`` is ``head``, of which there has to be one, or ``heads``. A database that does not
    answer is not at its target.
    """
    heads = scripts.graph.heads()
    if not heads or (target == "head" and len(heads) > 1):
        return False
    try:
        return reading.heads() == tuple(sorted(heads))
    except DatabaseError:
        # The run meets the same, and says it as ever.
        return False
