"""What is to be done in databases where the revisions that are moved have run already.

Rebasing changes no database. Where a moved revision has run and what it is put onto has not, the
version table would say after it that both have.
"""

from __future__ import annotations

from alembic_native.printable import printable
from alembic_native.rebase.errors import RebaseRefused, WrongOptions, WrongUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from alembic_native.rebase.plan import History, Plan
    from alembic_native.status.findings import VersionRows


#: Those of the options that say which database it is.
_OPTIONS = ("url", "url_env", "version_table", "version_table_schema")


def advice(history: History, plan: Plan, options: Mapping[str, Any]) -> str:
    """What is to be done, from what a database holds where the options name one.

    Raises ``WrongOptions``, ``WrongUse``, and ``RebaseRefused`` where it cannot be read.
    """
    given = {name: options[name] for name in _OPTIONS if name in options}
    if not given:
        return in_general(history, plan)
    return "\n".join(in_this_one(history, plan, rows) for rows in _read(given))


def _read(options: Mapping[str, Any]) -> list[VersionRows]:
    from alembic_native.status import errors, wording
    from alembic_native.status.database import database_at
    from alembic_native.status.request import Request

    try:
        request = Request(options)
    except errors.WrongOptions as error:
        raise WrongOptions(str(error)) from error
    except errors.StatusUnavailable as error:
        raise WrongUse(str(error)) from error
    assert request.url is not None
    try:
        database = database_at(request.url, request.table)
        try:
            return database.read()
        finally:
            database.close()
    except Exception as error:
        # Whatever a driver may raise.
        raise RebaseRefused(
            f"The database cannot be looked into: {wording.failure(error)} Nothing was changed: "
            "leave out the URL to go on without."
        ) from error


def in_general(history: History, plan: Plan) -> str:
    """For a database that nobody has looked into."""
    return (
        f"No database is changed. Where {history.id(plan.moved[0])} has run already, downgrade "
        f"before: alembic downgrade {_parent(history, plan)}. Or stamp after: "
        f"{_stamps(history, plan, plan.moved[-1])}."
    )


def in_this_one(history: History, plan: Plan, rows: VersionRows) -> str:
    """For a database, from what its version table holds."""
    name = printable(rows.database)
    unknown = [one for one in rows.heads if history.node(one) is None]
    if unknown:
        return (
            f"{name} is at {printable(', '.join(unknown))}, which these scripts do not know: what "
            f"has run there cannot be told. {in_general(history, plan)}"
        )
    heads = [node for one in rows.heads if (node := history.node(one)) is not None]
    applied = set(history.graph.ancestors(heads, True, False))
    ran = [node for node in plan.moved if node in applied]
    if not ran:
        return f"{name}: none of the revisions that are moved has run there, so nothing is to do."
    has_run = f"{name}: {history.ids(ran)} has run there already."
    if plan.onto not in applied:
        return (
            f"{has_run} Downgrade it before: alembic downgrade {_parent(history, plan)}. Or stamp "
            f"it after: {_stamps(history, plan, ran[-1])}."
        )
    below = set(history.graph.ancestors([plan.onto], False, False)) | set(plan.moved)
    others = [history.id(node) for node in heads if node not in below]
    return (
        f"{has_run} So has {history.id(plan.onto)}. Stamp it after: alembic stamp --purge "
        f"{' '.join([history.id(ran[-1]), *others])}."
    )


def _parent(history: History, plan: Plan) -> str:
    return "base" if plan.parent is None else history.id(plan.parent)


def _stamps(history: History, plan: Plan, last: int) -> str:
    """What runs the revisions between, and says that the moved ones have run."""
    return (
        f"alembic stamp {_parent(history, plan)}; alembic upgrade {history.id(plan.onto)}; "
        f"alembic stamp {history.id(last)}"
    )
