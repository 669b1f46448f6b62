"""Random migration scripts as people write them."""

from __future__ import annotations

import random


def _identifier(rng: random.Random) -> str:
    kind = rng.randrange(5)
    if kind < 3:
        return f"{rng.getrandbits(48):012x}"
    if kind == 3:
        return f"{rng.randrange(10_000):04d}_{rng.choice(['add_user', 'orders', 'merge', 'x'])}"
    return rng.choice(["", "a", "1", "rév", "日本", "a b", "v1.2.3", "it's", 'say "hi"', "base"])


def _text(rng: random.Random, value: str) -> str:
    """A str literal that needs no thinking."""
    quotes = [quote for quote in ("'", '"', '"', '"""', "'''") if quote[0] not in value]
    if not quotes:
        return repr(value)
    quote = rng.choice(quotes)
    prefix = rng.choice(["", "", "", "", "", "u", "r", "U", "R"])
    return f"{prefix}{quote}{value}{quote}"


def _one_value(rng: random.Random) -> str:
    value = _identifier(rng)
    form = rng.randrange(10)
    if form == 0 and len(value) > 1:
        return f"({_text(rng, value[:1])} {_text(rng, value[1:])})"
    if form == 1:
        return f"({_text(rng, value)})"
    if form == 2 and len(value) > 1:
        return f"{_text(rng, value[:1])} {_text(rng, value[1:])}"
    return _text(rng, value)


def _collection(rng: random.Random) -> str:
    items = [_one_value(rng) for _ in range(rng.randrange(6))]
    layout = rng.randrange(4)
    if layout == 0:
        separator, begin, end = ",\n    ", "\n    ", ",\n" if items else "\n"
    elif layout == 1:
        separator, begin, end = ",  # the other's\n    ", "  # merged\n    ", "\n"
    else:
        separator, begin, end = ", ", "", ""
    bracket = rng.choice(["()", "()", "()", "[]", "{}"])
    if bracket == "{}" and not items:
        bracket = "()"
    if bracket == "()" and len(items) == 1:
        end = ", " if "," not in end else end
        if layout == 1:
            end = ",\n"
    return f"{bracket[0]}{begin}{separator.join(items)}{end}{bracket[1]}"


def _bare_tuple(rng: random.Random) -> str:
    items = [_text(rng, _identifier(rng)) for _ in range(rng.randrange(1, 4))]
    return ", ".join(items) + ("," if len(items) == 1 or rng.random() < 0.3 else "")


def _any_value(rng: random.Random) -> str:
    kind = rng.randrange(12)
    if kind < 4:
        return rng.choice(["None", "None", "(None)", "( None )"])
    if kind < 8:
        return _one_value(rng)
    if kind < 11:
        return _collection(rng)
    return _bare_tuple(rng)


_ANNOTATIONS = (
    "str",
    "Final",
    "Final[str]",
    "Union[str, None]",
    "Union[str, Sequence[str], None]",
    "tuple[str, ...] | None",
    "'str | None'",
    "Optional[str]",
    "dict[str, int] if 0 else str",
)

_DESCRIPTIONS = ("Create Date: 2024-01-02 03:04:05.678901", "Revises: 0123", "", "  indented")


def docstring(rng: random.Random) -> str:
    """What a script may begin with, in any form of string."""
    description = rng.choice(
        [
            "add users",
            "",
            "déjà vu",
            "a 'quoted' word",
            "tab\there",
            "  padded",
            "\tpadded",
            "back\\\\slash",
            "\\d+ digits",
            "%",
        ]
    )
    lines = [description, "", f"Revision ID: {_identifier(rng)}", rng.choice(_DESCRIPTIONS)]
    for _ in range(rng.randrange(4)):
        indentation = rng.choice(["", "", "  ", "    ", "\t", "  \t", "        ", "\f", "\v"])
        lines.append(
            indentation
            + rng.choice(["text", "", " ", "more text\t.", "é\tcolumn", "\\n", "a\\rb\tc"])
        )
    body = "\n".join(line.replace('"""', "") for line in lines).rstrip('"\\')
    end = rng.choice(["\n", "\n", "", "\n    ", "\n  \t", " "])
    if rng.random() < 0.15:
        return rng.choice([repr("one line"), "'a' 'b'", '\'a\' """  b\n  c"""', "u'doc'", "r'\\d'"])
    return rng.choice(["", "", "", "u", "r", "R"]) + f'"""{body}{end}"""'


_IMPORTS = (
    "from alembic import op\nimport sqlalchemy as sa\n",
    "from typing import Final, Optional, Sequence, Union\n",
    "from __future__ import annotations\nfrom alembic import op\n",
    "import sqlalchemy as sa; from alembic import op\n",
    "from alembic import (  # noqa\n    op,\n    context,\n)\n",
    "from sqlalchemy.dialects import postgresql\n",
    "import sys\nimport os.path as path\n",
    # The word `modules` made a script uncertain.
    "from helpers.modules.events import x\n",
    "from operator import attrgetter\n",
)

_FUNCTION_LINES = (
    "pass",
    "globals()['upgrade_%s' % engine_name]()",
    "op.create_table('users', sa.Column('id', sa.Integer(), nullable=False))",
    "op.create_table(\n        'users',\n        sa.Column('id', sa.Integer()),\n    )",
    "op.execute('UPDATE x SET revision = 1')",
    # A function that is not called on import made its script uncertain.
    "getattr(op, 'x')()",
    "for name in ('a', 'b'): setattr(op, name, attrgetter('x')(op))",
    "from sys import modules; print(modules, locals())",
    'op.execute("""\n  revision = \'no\'\ndown_revision = \'no\'\n""")',
    "op.execute(f\"DELETE FROM {table} WHERE id = '{1}'\")",
    "op.execute(f'''SELECT {x!r:>{width}} -- {{revision}}\n''')",
    "op.drop_column('users', 'revision')",
    "bind = op.get_bind(); bind.execute('x')",
    "if op.get_context().dialect.name == 'sqlite':\n        return",
    "for revision in ('a', 'b'):\n        op.execute(revision)",
    "revision = depends_on = 'local'",
    "with op.batch_alter_table('x') as batch_op:\n        batch_op.add_column(sa.Column('y'))",
    "total = 1_000 + 0xff + 1e-5 + .5j + 10 ** -2 // 3",
    "text = 'it''s' \"ok\" \\\n        'joined'",
    "# revision = 'comment'",
    "print('done', revision)",
    "rows = [r for r in bind if r.revision == revision]",
    "matrix = a @ b; c = a if b else ~d; e = a != b; g: int = 3; h = lambda x, *y: x",
)

_TOP_LEVEL_LINES = (
    "# revision = 'comment'\n",
    "table = 'x'\n",
    "logger = op.get_logger('alembic')\n",
    "'''add users: revision = 'no' '''\n",
    "users = sa.table('users', sa.column('id'))\n",
    "naming = {'ix': 'ix_%(column_0_label)s', 'revision': 'x'}\n",
    "op.invoke(revision='x', depends_on=None)\n",
    "class Kind(str):\n    revision = 'inner'\n    def get(self): return self.revision\n",
    "status = op.Enum('a', 'b',\n    name='status')\n",
    "if op.flag:\n    flag = True\nelse:\n    flag = False\n",
    "def helper(x, revision=None, *args):\n    revision = x\n    return revision\n",
    "def call(name):\n    return getattr(op, name)()\n",
    "total = 0\nfor number in (1, 2):\n    total += number\n",
    "banner = f'{1 + 1:>5} {{}}'\n",
    "\f\n",
    "   \n",
    "try:\n    import helpers\nexcept ImportError:\n    helpers = None\n",
    "async def later():\n    await op.x\n",
)


def _function(rng: random.Random, name: str) -> str:
    lines = [rng.choice(_FUNCTION_LINES) for _ in range(rng.randrange(1, 4))]
    returns = rng.choice(["", " -> None"])
    body = "".join(f"    {line}\n" for line in [*lines, "pass"])
    return f"def {name}(){returns}:\n{body}\n\n"


def _assignments(rng: random.Random) -> list[str]:
    names = [("revision", _one_value(rng)), ("down_revision", _any_value(rng))]
    if rng.random() < 0.6:
        names += [("branch_labels", _any_value(rng)), ("depends_on", _any_value(rng))]
    if rng.random() < 0.1:
        names.append(("__doc__", rng.choice(["None", "'replaced'", "'''  two\n    lines'''"])))
    if rng.random() < 0.1:
        names.append(rng.choice(names))
    if rng.random() < 0.2:
        rng.shuffle(names)
    annotate = rng.random() < 0.3
    statements = []
    for name, value in names:
        annotation = f": {rng.choice(_ANNOTATIONS)}" if annotate else ""
        equals = rng.choice([" = ", " = ", " = ", "=", " \\\n  = "])
        comment = rng.choice(["", "", "", "  # noqa: the id"])
        statements.append(f"{name}{annotation}{equals}{value}{comment}\n")
    if rng.random() < 0.1 and not any("#" in statement for statement in statements):
        return ["; ".join(statement.rstrip("\n") for statement in statements) + "\n"]
    return statements


def parts_of_a_script(rng: random.Random) -> list[str]:
    """The text of a complete script, cut where more can be put between."""
    parts = [rng.choice(["", "", "# a comment\n", "#!/usr/bin/env python\n", "\n\n"])]
    if rng.random() < 0.7:
        parts.append(docstring(rng) + "\n")
    imports = rng.sample(_IMPORTS, rng.randrange(1, 4))
    # Annotations are evaluated: their names come first. A __future__ import comes before all else.
    imports = [
        *(part for part in imports if "__future__" in part),
        "from typing import Final, Optional, Sequence, Union\nfrom alembic import op\n",
        "import sqlalchemy as sa\n",
        *(part for part in imports if "__future__" not in part),
    ]
    parts += imports
    parts.append(rng.choice(["", "\n", "\n# revision identifiers, used by Alembic.\n"]))
    parts += _assignments(rng)
    parts += [rng.choice(_TOP_LEVEL_LINES) for _ in range(rng.randrange(3))]
    parts += ["\n\n", _function(rng, "upgrade"), _function(rng, "downgrade")]
    return parts


def encoded(rng: random.Random, source: str) -> bytes:
    """As a file: with a coding cookie, a byte order mark, or line ends of Windows, now and then."""
    if rng.random() < 0.1:
        cookie = rng.choice(
            ["# -*- coding: utf-8 -*-", "# coding=utf-8", "# vim: set fileencoding=UTF_8 :"]
        )
        source = f"{cookie}\n{source}"
    if rng.random() < 0.15:
        source = source.replace("\n", "\r\n")
    data = source.encode()
    if rng.random() < 0.1:
        data = b"\xef\xbb\xbf" + data
    return data


def ordinary_header(rng: random.Random) -> bytes:
    """A complete migration script of a common form; a reader should decline next to none."""
    return encoded(rng, "".join(parts_of_a_script(rng)))
