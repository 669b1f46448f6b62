"""Migration scripts of random statements, in random layouts."""

from __future__ import annotations

import random

_TEXTS = (
    '"user"',
    "'it''s'",
    "r'\\d'",
    '"a\\tb\\x41\\u00e9"',
    "'''two\nlines'''",
    "u'ä€😀'",
    "'a' \"b\"",
    "b'bytes'",
    "f'{x}'",
    "f'{op.get_bind()!r:>{width}}'",
    "'100%' % x",
    "'{}'.format(x)",
    "'\\N{DIGIT ONE}'",
    "''",
)
_ATOMS = (
    "None",
    "True",
    "False",
    "0",
    "17",
    "1_000",
    "-3",
    "- 4",
    "0x1F",
    "1.5",
    "10000000000000000000",
    "2j",
    "...",
    "x",
    "sa.Integer",
    "postgresql.JSONB",
    "Text",
    "alembic.op",
    "x.y.z",
    "table.c.id",
    "op.get_context().dialect.name",
    "()",
    "[]",
    "{}",
)
_METHODS = (
    "op.create_index",
    "op.add_column",
    "op.f",
    "operations.drop_table",
    "alembic.op.execute",
    "drop_column",
    "batch_op.add_column",
    "b.drop_column",
    "bind.execute",
    "op.get_bind().execute",
    "op.get_context",
    "sa.Column",
    "sa.String",
    "Text",
    "sa.text(x).bindparams",
    "table.update().where(x).values",
    "helper",
    "shadowed.drop_table",
    "op.get_bind().execute(x)[0].scalar",
    "op.get_bind" + "().a" * 9,
)
_KEYWORDS = ("nullable", "server_default", "schema", "unique", "postgresql_concurrently")
_HEADER = """\
import alembic
import sqlalchemy as sa
from alembic import (
    op,
    op as operations,  # the same
)
from alembic.op import drop_column
from sqlalchemy import Text; from sqlalchemy.dialects import postgresql
from elsewhere import *
from alembic import op as shadowed

def helper(op): op.drop_table("of the parameter")

class Kind:
    op = 1

"""


class _Writer:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def space(self) -> str:
        return self._rng.choice(["", "", "", " ", "\n", "  # why\n", "\n\t", "\\\n"])

    def expression(self, depth: int) -> str:
        rng = self._rng
        kind = rng.randrange(16 if depth > 0 else 4)
        if kind < 2:
            return rng.choice(_ATOMS)
        if kind < 4:
            return rng.choice(_TEXTS)
        if kind < 9:
            return self.call(depth - 1)
        inner = self.expression(depth - 1)
        other = self.expression(depth - 1)
        return rng.choice(
            [
                f"({inner})",
                f"[{inner},{self.space()}{other}]",
                f"({inner}, {other})",
                f"({inner},)",
                f"{{{inner}: {other}}}",
                f"{{{inner}, *{other}}}",
                f"[*{other}, {inner}]",
                f"{inner} + {other}",
                f"not {inner}",
                f"({inner} if {other} else 1)",
                f"[{inner} for x in {other}]",
                f"({inner} for x in {other} if x)",
                f"(lambda a, b={inner}, *c: {other})",
                f"lambda: {inner}",
                f"x[{inner}:{other}]",
                f"(walrus := {inner})",
                f"{inner} == {other}",
                f"{inner} in {other}",
                f"await_({inner})",
            ]
        )

    def call(self, depth: int) -> str:
        rng = self._rng
        arguments = [self.expression(depth) for _ in range(rng.randrange(3))]
        if rng.random() < 0.1:
            arguments.append("*" + rng.choice(["x", "(1, 2)", "op.f('y')"]))
            arguments.append(rng.choice(_ATOMS))
        keywords = rng.sample(_KEYWORDS, rng.randrange(3))
        arguments += [
            f"{name}{rng.choice(['=', ' = '])}{self.expression(depth)}" for name in keywords
        ]
        if rng.random() < 0.1:
            arguments.append("**x")
        only = not arguments and depth > 0 and rng.random() < 0.2
        if only:
            arguments = [f"{self.expression(depth)} for x in y"]
        comma = "" if only or not arguments else rng.choice(["", ","])
        inside = ",".join(self.space() + argument for argument in arguments)
        return f"{rng.choice(_METHODS)}({inside}{comma}{self.space()})"

    def statement(self, depth: int) -> list[str]:
        """Lines without the indentation of the block around; literals may span several."""
        rng = self._rng
        kind = rng.randrange(20)
        call = self.call(2)
        if kind < 8 or depth == 0:
            return [call + rng.choice(["", "  # lint: ignore[x]", "; pass", f"; {self.call(1)}"])]
        if kind == 8:
            return [
                rng.choice(["result = ", "result: int = ", "a, b = ", "x.y = ", "return "]) + call
            ]
        if kind == 9:
            return [f"bind = {rng.choice(['op.get_bind()', 'operations.get_bind()', 'x', call])}"]
        if kind == 10:
            return [f"assert {call}, {self.expression(1)}"]
        block = self.block(depth - 1)
        head = rng.choice(
            [
                f"if {call}:",
                f"for x in {call}:",
                f"while {call}:",
                "with op.batch_alter_table('t') as batch_op:",
                "with operations.batch_alter_table('u', schema=None) as b:",
                "with other() as b:",
                "with op.get_context().autocommit_block():",
                "with (op.get_context().autocommit_block(), op.batch_alter_table('v') as b):",
                "with op.get_context().autocommit_block() as x, x as y.z, x as (p, q):",
                f"with {call}:",
                "try:",
                "def nested(a, b=op.f('z'), *, c: int = 1) -> None:",
                "class Nested(object):",
                "for shadowed in y:",
            ]
        )
        if rng.random() < 0.15 and head != "try:" and not head.startswith("class"):
            return [f"{head} {call}"]
        lines = [head, *block]
        if head == "try:":
            lines += ["except OSError as error:", *self.block(0)]
        return lines

    def block(self, depth: int) -> list[str]:
        indentation = self._rng.choice(["  ", "    ", "\t"])
        lines = []
        for _ in range(self._rng.randrange(1, 3)):
            lines += [indentation + line for line in self.statement(depth)]
        return lines


def random_migration(rng: random.Random) -> str:
    """A script with both functions. Not every one is Python: `compile` tells."""
    writer = _Writer(rng)
    source = _HEADER
    for name in ("upgrade", "downgrade"):
        source += "\n".join([f"def {name}() -> None:", *writer.block(2)]) + "\n\n"
    if rng.random() < 0.2:
        source += "op = None\n"
    if rng.random() < 0.2:
        source = "\ufeff" + source
    return source.replace("\n", rng.choice(["\n", "\n", "\r\n", "\r"]))
