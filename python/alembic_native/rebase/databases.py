"""What is to be done in databases where the revisions that are moved have run already.

Rebasing changes no database. Where a moved revision has run and what it is put onto has not, the
version table would say after it that both have.
"""

from __future__ import annotations

from alembic_native.rebase.errors import RebaseRefused, WrongOptions, WrongUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
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
    first = history.id(plan.moved[0])
    return (
        f"No database is changed. Where {first} has run already, downgrade before rebasing "
        f"(alembic downgrade {first}@{_parent(history, plan)}) or stamp after it. Run it with "
        "--url to see what to stamp."
    )


def in_this_one(history: History, plan: Plan, rows: VersionRows) -> str:
    """For a database, from what its version table holds."""
    name = rows.database
    if rows.missing_table:
        return (
            f"{name} has no table {rows.missing_table}: if this is the right database, none of the "
            "revisions has run there."
        )
    unknown = [one for one in rows.heads if history.node(one) is None]
    if unknown:
        return (
            f"{name} is at {', '.join(unknown)}, which none of these scripts has: what "
            f"has run there is not known. {in_general(history, plan)}"
        )
    heads = [node for one in rows.heads if (node := history.node(one)) is not None]
    applied = set(history.graph.ancestors(heads, True, False))
    ran = [node for node in plan.moved if node in applied]
    if not ran:
        return (
            f"{name}: none of the revisions that are moved has run there, so there is nothing to "
            "do in it."
        )
    first, last = history.id(ran[0]), history.id(ran[-1])
    rest = applied - set(plan.moved)
    others = _heads_of(history, rest - set(history.graph.ancestors([plan.onto], True, False)))
    if plan.onto in applied:
        return (
            f"{name}: {history.ids(ran)} and {history.id(plan.onto)} have run there. Once it is "
            f"rebased:\n  alembic stamp --purge {' '.join([last, *others])}"
        )
    return (
        f"{name}: {history.ids(ran)} has run there, and {history.id(plan.onto)} has not. Before "
        f"it is rebased:\n  alembic downgrade {first}@{_parent(history, plan)}\nOr, once it is "
        f"rebased:\n  alembic stamp --purge {' '.join(_heads_of(history, rest)) or 'base'}\n"
        f"  alembic upgrade {history.id(plan.onto)}\n  alembic stamp {last}"
    )


def _parent(history: History, plan: Plan) -> str:
    return "base" if plan.parent is None else history.id(plan.parent)


def _heads_of(history: History, nodes: Collection[int]) -> list[str]:
    """The ids of those that no other one of them is built upon or depends on, sorted."""
    ids = {history.id(node) for node in nodes}
    return sorted(
        history.id(node) for node in nodes if ids.isdisjoint(history.graph.all_next_revisions(node))
    )
