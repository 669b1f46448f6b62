"""What to do about an exception, where its cause is known."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from alembic_native.frames import innermost_frame
from alembic_native.run.circumstances import Circumstances, Head
from alembic_native.run.database_failures import Failure, advice_for, failure_of
from alembic_native.run.failed_database import source_of
from alembic_native.run.import_failures import advice_for_import
from alembic_native.run.step_text import revision_of

_OF_SQLALCHEMY = {
    "MissingGreenlet": "env.py connects as to a driver that is not asynchronous, and the URL names "
    "one that is: name another driver in the URL (postgresql+psycopg:// or postgresql+psycopg2://, "
    "whichever is installed), or write env.py for asyncio (`alembic init -t async` shows one).",
    "NoSuchModuleError": "The URL begins with a name that SQLAlchemy does not know: it is "
    "postgresql://, not postgres://; mysql+pymysql://; sqlite:///file.",
}
_BAD_URL = (
    "The database's URL cannot be read: it is dialect+driver://user:password@host/database, with "
    "characters such as @ : / of the password percent-encoded."
)


def advice(error: BaseException, url: Any, circumstances: Circumstances) -> str:
    """A few sentences; empty where nothing is known.

    ``error`` is the one that matters of a chain, ``url`` SQLAlchemy's of the database, or None.
    """
    if isinstance(error, ImportError):
        prepended = circumstances.option("prepend_sys_path")
        return advice_for_import(error, circumstances.folder, str(prepended or ""))
    if isinstance(error, KeyError) and _is_of_environment(error):
        return f"The environment variable {error.args[0]} is not set."
    failure = failure_of(error)
    if failure is Failure.ALREADY_EXISTS:
        return _adopt(circumstances)
    if failure is Failure.MISSING and _is_downgrade(circumstances):
        return (
            "Something that the statement names is not there any more, so the schema is not that "
            "of the version table: has it been stamped, or changed by hand? `alembic stamp` with "
            "the revision whose schema the database has puts that right."
        )
    if failure is not None:
        source = source_of(url, circumstances.environment, circumstances.configuration)
        return advice_for(failure, url, source if url is not None else "")
    kind = type(error)
    if kind.__module__ == "sqlalchemy.exc":
        if kind.__name__ == "NoSuchModuleError" and ":driver" in str(error):
            return _placeholder(circumstances)
        if kind.__name__ == "ArgumentError" and "URL" in str(error):
            return _BAD_URL
        return _OF_SQLALCHEMY.get(kind.__name__, "")
    if kind.__module__ == "configparser" and circumstances.configuration:
        return f"Correct {circumstances.configuration}; a % in a value is written as %%."
    return ""


def heads_in_words(heads: list[Head]) -> str:
    """``27c6 (customers), 9f3e (orders)``."""
    return ", ".join(
        f"{head.revision} ({head.message})" if head.message else head.revision for head in heads
    )


def heads_of(circumstances: Circumstances) -> list[Head]:
    """The scripts' heads; none where they cannot be read."""
    # Whatever the scripts of a project may raise: another error is being explained.
    with suppress(Exception):
        return list(circumstances.heads())
    return []


def _placeholder(circumstances: Circumstances) -> str:
    place = circumstances.configuration or "alembic.ini"
    return (
        f"The URL is still the one that `alembic init` writes as an example. Set sqlalchemy.url in "
        f"{place} to that of your database: postgresql+psycopg://user@host/database, "
        "mysql+pymysql://..., sqlite:///file.db."
    )


def _is_of_environment(error: KeyError) -> bool:
    """Whether `os.environ` has raised it."""
    raised = innermost_frame(error)
    if raised is None or raised.function != "__getitem__":
        return False
    return raised.file.endswith(("os.py", "<frozen os>"))


def _is_downgrade(circumstances: Circumstances) -> bool:
    run = circumstances.last_run
    return run is not None and run.step is not None and run.kind == "downgrade"


def _adopt(circumstances: Circumstances) -> str:
    """For what exists already, and a script creates."""
    heads = circumstances.database_heads
    run = circumstances.last_run
    if run is None or run.step is None or heads is None:
        return ""
    at_work = revision_of(run.step)
    if heads or run.steps:
        return (
            f"Something has already created what {at_work} creates: the application "
            "(`create_all()`), another revision, or a run that broke off. If all of "
            f"{at_work} is there, `alembic stamp {at_work}` says so; if a part of it is, do the "
            "rest by hand and stamp it then; else drop what is in the way."
        )
    newest = heads_in_words(heads_of(circumstances))
    return (
        "The version table holds no revision, so Alembic began with the first script; but the "
        "tables are there. Record the revision whose schema the database has: `alembic stamp "
        f"head` if it is the newest{': ' + newest if newest else ''}; else `alembic stamp` with "
        "the id of the last revision whose changes are all there (`alembic history` lists them). "
        "Then run the command again."
    )
