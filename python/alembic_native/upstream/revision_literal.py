"""An id in a statement on the version table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.types import String

if TYPE_CHECKING:
    Column = ColumnElement[str]
else:
    # No generic class before SQLAlchemy 2.
    Column = ColumnElement


class RevisionLiteral(Column):
    """An id in a statement, as a literal that it cannot end: as Alembic has it, never bound.

    SQLAlchemy writes the literal as the dialect has them, online and offline.
    """

    inherit_cache = False
    type = String()

    def __init__(self, version: str) -> None:
        self.version = version


@compiles(RevisionLiteral)
def _literal(element: RevisionLiteral, compiler: Any, **_: Any) -> str:
    literal: str = compiler.render_literal_value(element.version, element.type)
    return literal
