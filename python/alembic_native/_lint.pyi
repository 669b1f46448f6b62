"""What is dangerous in migration scripts, read from their source without running them.

Imports nothing of SQLAlchemy or Alembic. A script is read as far as it is literal: what is computed
is unknown, and a rule speaks only of what it is certain of.

A dialect is ``postgresql``, ``mysql``, ``mariadb`` or ``sqlite``; others raise `ValueError`. The
version of a server is its major version times 100 plus the minor one: 1600, 906, 802, 1011, 345;
0 is unknown, and judged as the newest.
"""

from collections.abc import Sequence
from types import EllipsisType
from typing import TypeAlias, final

#: An argument: a literal, the dotted name of something imported, a call, or ``...`` for what is
#: unknown.
Value: TypeAlias = (
    str | int | bool | list[Value] | tuple[Value, ...] | Name | Call | EllipsisType | None
)

@final
class Finding:
    """A rule that a script breaks."""

    @property
    def rule(self) -> str: ...
    @property
    def line(self) -> int:
        """Of the operation, or of the ``def`` that is empty; from 1."""

    @property
    def column(self) -> int:
        """From 1, in characters."""

    @property
    def subject(self) -> str:
        """For a sentence: ``index "ix_user_email" on table "user"``; empty if nothing is named."""

@final
class Ignore:
    """A comment ``# lint: ignore[rule, rule] reason``."""

    @property
    def line(self) -> int:
        """From 1."""

    @property
    def column(self) -> int:
        """Of its ``#``; from 1, in characters."""

    @property
    def applies_to(self) -> int:
        """The line that it is about: its own, or where it stands alone the next one that holds more
        than a comment.
        """

    @property
    def rules(self) -> tuple[str, ...]:
        """As written; empty where it names none."""

    @property
    def reason(self) -> str: ...

@final
class SqlText:
    """SQL that ``upgrade()`` runs, where all of it is literal."""

    @property
    def line(self) -> int:
        """Of the string literal; from 1."""

    @property
    def column(self) -> int:
        """From 1, in characters."""

    @property
    def text(self) -> str: ...

@final
class ScriptReport:
    """What one script has to be told about."""

    @property
    def findings(self) -> list[Finding]:
        """Sorted by line, column and rule."""

    @property
    def ignores(self) -> list[Ignore]:
        """From the first line on."""

    @property
    def sql(self) -> list[SqlText]:
        """From the first line on."""

    @property
    def upgrade(self) -> str:
        """A fingerprint of the function: 16 hexadecimal digits, the same whatever its comments, its
        docstring and its white space are. Empty where there is no such function.
        """

    @property
    def downgrade(self) -> str:
        """As `upgrade`."""

    @property
    def conflict_line(self) -> int | None:
        """The first line that begins with a conflict marker of git (``<<<<<<<``, ``>>>>>>>``)."""

    @property
    def unreadable(self) -> str:
        """Why the source cannot be read as Python, so that only `conflict_line` and the comments in
        front of the place are told; empty where it can.
        """

@final
class Name:
    """Something that was imported, and is not called."""

    @property
    def name(self) -> str:
        """Dotted, from the module on: ``sqlalchemy.Integer``, whatever the script calls it."""

@final
class Call:
    """A call within an argument."""

    @property
    def name(self) -> str:
        """Of what is called, dotted, from the imported module on: ``sqlalchemy.Column``,
        ``sqlalchemy.text().bindparams``. ``?`` stands for a name that was not imported.
        """

    @property
    def receiver(self) -> Call | None:
        """The call whose result has the method."""

    @property
    def positional(self) -> list[Value]:
        """The arguments in front of the first ``*``."""

    @property
    def keywords(self) -> list[tuple[str, Value]]: ...
    @property
    def open(self) -> bool:
        """There are a ``*`` or a ``**``, and so arguments that are not known."""

@final
class Operation:
    """A call on ``alembic.op``, or on what ``op.batch_alter_table()`` gives to a ``with``."""

    @property
    def function(self) -> str:
        """``upgrade`` or ``downgrade``."""

    @property
    def name(self) -> str:
        """``create_index``, ``get_bind().execute``."""

    @property
    def line(self) -> int:
        """From 1."""

    @property
    def column(self) -> int:
        """From 1, in characters."""

    @property
    def call(self) -> Call:
        """The arguments."""

    @property
    def batch(self) -> Call | None:
        """The ``op.batch_alter_table()`` that it belongs to."""

    @property
    def autocommit(self) -> bool:
        """It stands in ``with op.get_context().autocommit_block()``."""

def judge_script(source: bytes, dialect: str, server_version: int, is_merge: bool) -> ScriptReport:
    """Judge the bytes of a script. `is_merge`: the revision has several parents."""

def judge_files(
    paths: Sequence[str], dialect: str, server_version: int, merges: Sequence[bool]
) -> list[ScriptReport | str | None]:
    """Judge the files at `paths`, in their order, on several threads.

    A `str` says why a file cannot be read; `None` stands for a report with nothing but fingerprints
    in it. `merges` has one item a path; `ValueError` otherwise.
    """

def read_operations(source: bytes) -> list[Operation]:
    """The operations of ``upgrade()`` and ``downgrade()``, in the order of the source.

    Raises `ValueError` where the source cannot be read as Python.
    """
