"""Random migration scripts, and what Python itself makes of their headers.

``ordinary_header`` writes scripts as people write them; ``random_header`` adds everything that
could bind a header name behind a reader's back, and damages the result. ``executed_header`` runs
a script in a scratch module, and ``agrees`` compares its answer with that of a reader.
"""

from __future__ import annotations

import builtins
import random
import re
import types
import warnings
from collections.abc import Callable, Sequence
from typing import Any

HEADER_NAMES = ("revision", "down_revision", "branch_labels", "depends_on")
WATCHED_NAMES = (*HEADER_NAMES, "__doc__")

# ---------------------------------------------------------------------------------------------
# What Python makes of a script


class _Anything:
    """Stands for ``op``, ``sa`` and all their attributes."""

    def __getattr__(self, name: str) -> _Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args: object, **_kwargs: object) -> _Anything:
        return self

    def __getitem__(self, _key: object) -> _Anything:
        return self

    def __enter__(self) -> str:
        return "entered"

    def __exit__(self, *_exc_info: object) -> None:
        return None


_REAL_IMPORTS = {"typing", "__future__", "sys", "os", "os.path", "collections.abc"}


def _import(name: str, *args: Any, **kwargs: Any) -> Any:
    if name in _REAL_IMPORTS:
        return __import__(name, *args, **kwargs)
    if name.split(".")[0] in ("alembic", "sqlalchemy", "helpers"):
        if args and len(args) > 2 and args[2] == ("*",):
            star = types.ModuleType(name)
            star.revision = star.depends_on = "from a star import"  # type: ignore[attr-defined]
            return star
        return _Anything()
    raise ImportError(name)


_BUILTINS = {
    name: value
    for name, value in vars(builtins).items()
    if name not in ("open", "input", "breakpoint", "help", "exit", "quit", "compile", "print")
} | {"__import__": _import, "print": lambda *_args, **_kwargs: None}


def executed_header(source: bytes) -> dict[str, tuple[Any, ...]] | None:
    """The five values after running ``source`` as a module; None when it cannot be run.

    Each value is ``("absent",)``, ``("none",)``, ``("text", str)``, ``("sequence", *items)``,
    ``("set", *sorted items)`` or ``("other", type name)``. Only what a script of this file's
    making needs can be imported, and nothing can be opened or printed.
    """
    module = types.ModuleType("script")
    namespace = vars(module)
    namespace["__builtins__"] = _BUILTINS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            code = compile(source, "script.py", "exec", dont_inherit=True)
            exec(code, namespace)
        except (KeyboardInterrupt, MemoryError):
            raise
        except BaseException:
            return None
    return {name: _normal(module, name) for name in WATCHED_NAMES}


def _normal(module: types.ModuleType, name: str) -> tuple[Any, ...]:
    try:
        value = getattr(module, name)
    except AttributeError:
        return ("absent",)
    except Exception:
        return ("other", "raises")
    if value is None:
        return ("none",)
    if type(value) is str:
        return ("text", value)
    if type(value) in (tuple, list, set) and all(type(item) is str for item in value):
        if type(value) is set:
            return ("set", *sorted(value))
        return ("sequence", *value)
    return ("other", type(value).__name__)


def agrees(
    executed: dict[str, tuple[Any, ...]], name: str, shape: str, items: Sequence[str]
) -> bool:
    """Whether a reader's value is what the module holds.

    ``shape`` is "absent", "none", "text" or "sequence"; the items of a set may come in any order.
    """
    value = executed[name]
    if value[0] == "set":
        return shape == "sequence" and tuple(sorted(items)) == value[1:]
    return (shape, *items) == value


def doc_agrees(executed: dict[str, tuple[Any, ...]], doc: str | None) -> bool:
    value = executed["__doc__"]
    return value == ("none",) if doc is None else value == ("text", doc)


# ---------------------------------------------------------------------------------------------
# Scripts as people write them


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


def _docstring(rng: random.Random) -> str:
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
)

_FUNCTION_LINES = (
    "pass",
    "globals()['upgrade_%s' % engine_name]()",
    "op.create_table('users', sa.Column('id', sa.Integer(), nullable=False))",
    "op.create_table(\n        'users',\n        sa.Column('id', sa.Integer()),\n    )",
    "op.execute('UPDATE x SET revision = 1')",
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


def _parts(rng: random.Random) -> list[str]:
    parts = [rng.choice(["", "", "# a comment\n", "#!/usr/bin/env python\n", "\n\n"])]
    if rng.random() < 0.7:
        parts.append(_docstring(rng) + "\n")
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


def _finish(rng: random.Random, source: str) -> bytes:
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
    return _finish(rng, "".join(_parts(rng)))


# ---------------------------------------------------------------------------------------------
# Hostile scripts

_BINDINGS = (
    "del {name}\n",
    "{name} += 'x'\n",
    "({name} := 'w')\n",
    "print({name} := 'w')\n",
    "x = [({name} := c) for c in 'ab']\n",
    "x = [{name} for {name} in 'ab']\n",
    "x = lambda {name}='x': {name}\n",
    "x = lambda: ({name} := 1)\n",
    "for {name} in ['x']: pass\n",
    "for x, {name} in [('x', 'y')]:\n    pass\n",
    "with op.x as {name}: pass\n",
    "with (op.x as {name}, op.y):\n    pass\n",
    "try:\n    1/0\nexcept ZeroDivisionError as {name}:\n    pass\n",
    "import sys as {name}\n",
    "import os.path, sys as {name}\n",
    "from os import path as {name}\n",
    "from alembic import {name}\n",
    "from alembic import (op,\n{name}\n)\n",
    "from helpers import *\n",
    "from helpers import(x)\n",
    "def {name}(): pass\n",
    "async def {name}(): pass\n",
    "class {name}: pass\n",
    "class A:\n    {name} = 'inner'\n",
    "class A:\n    global {name}\n    {name} = 'outer'\n",
    "class A: global x, {name}; {name} = 'outer'\n",
    "class A:\n    x = ({name} := 'inner')\n",
    "def f():\n    global {name}\n    {name} = 'g'\nf()\n",
    "def f():\n    global x, \\\n  {name}\n    [{name} := c for c in 'g']\nf()\n",
    "def f(a=({name} := 'default')): pass\n",
    "def f(a: ({name} := 'annotation')): pass\n",
    "def f() -> ({name} := 'annotation'):\n    {name} = 'local'\nf()\n",
    "@(lambda g: g)\ndef f(x, {name}='x'):\n    {name} = x\nf('y')\n",
    "def f(*, {name}): return {name}\nf({name}='x')\n",
    "if True: {name} = 'i'\n",
    "if True: pass; {name} = 'i'\n",
    "if False: pass; {name} = 'i'\n",
    "if True:\n    {name} = 'i'\n",
    "if False:\n    {name} = 'i'\n",
    "if True:\n  class A:\n    {name} = 'c'\n  {name} = 'i'\n",
    "if True:\n  def f():\n    {name} = 'c'\n\n  # comment\n  {name} = 'i'\n",
    "if 0: pass\nelse: {name} = 'i'\n",
    "try: {name} = 'i'\nfinally: pass\n",
    "try:\n    {name} = 'i'\nfinally:\n    pass\n",
    "class A: pass; {name} = 'i'\n",
    "def f(): pass; {name} = 'i'\n",
    "match 'x':\n    case {name}: pass\n",
    "match ['x']:\n    case [{name}]: pass\n",
    "match ['x', 'y']:\n    case ['x', *{name}]:\n        pass\n",
    "match 'x':\n    case str() as {name}: pass\n",
    "match {{'a': 'b'}}:\n    case {{'a': {name}}}: pass\n",
    "{name}, x = 'a', 'b'\n",
    "x, {name} = 'a', 'b'\n",
    "[{name}] = ['z']\n",
    "({name}) = 'p'\n",
    "*{name}, = 'p'\n",
    "x = {name} = 'b'\n",
    "{name} = x = 'b'\n",
    "{name}: str\n",
    "{name}: str = 'annotated'\n",
    "{name}: (down_revision := 'x') = 'annotated'\n",
    "{name}: lambda: 0 = 'annotated'\n",
    "{name}: lambda x='a': 0 = 'annotated'\n",
    "({name}): str = 'p'\n",
    "x: {name} = 'b'\n",
    "x: int = 3; {name} = 'b'\n",
    "x = 3; {name} = 'b'; y = 4\n",
    "; {name} = 'b'\n",
    "{name} = 'a' + 'b'\n",
    "{name} = 'a' 'b'.upper()\n",
    "{name} = 'a' if 1 else 'b'\n",
    "{name} = 'a' % ()\n",
    "{name} = ('a')('b')\n",
    "{name} = ('a') 'b'\n",
    "{name} = ('a', None)\n",
    "{name} = ('a', ('b',))\n",
    "{name} = [['a']]\n",
    "{name} = {{}}\n",
    "{name} = {{'a', 'a', 'b'}}\n",
    "{name} = {{'a': 'b'}}\n",
    "{name} = ()\n",
    "{name} = (('a'),)\n",
    "{name} = ((('a', 'b')))\n",
    "{name} = 'a',\n",
    "{name} = 1\n",
    "{name} = True\n",
    "{name} = b'a'\n",
    "{name} = f'a'\n",
    "{name} = 'a' f'b'\n",
    "{name} = ur'a'\n",
    "{name} = 'a\\\nb'\n",
    "{name} = r'a\\\nb'\n",
    "{name} = '''a\nb'''\n",
    "{name} = '\\x41\\u00e9\\U0001f600\\101\\0\\n\\t\\\\\\''\n",
    "{name} = '\\d'\n",
    "{name} = '\\400'\n",
    "{name} = '\\ud83d\\ude00'\n",
    "{name} = '\\N{{BULLET}}'\n",
    "{name} = None\n",
    "{name} = [x for x in 'ab']\n",
    "{name} = *'ab',\n",
    "{name} = __name__\n",
    "{name} = \\\n    'joined'\n",
    "{name} = (  # why\n    'joined'\n    # and\n    ' twice'\n)\n",
    "print({name})\n",
    "x = {name}\n",
    "x = op.{name}\n",
    "op.{name} = 'attribute'\n",
    "op.x({name}='keyword')\n",
    "op.x(1, {name}='keyword')\n",
    "op.x(1, {name}=({name} := 'walrus'))\n",
    "x = dict({name}='k')['{name}']\n",
    "x = {{'{name}': 1}}\n",
    "globals()['{name}'] = 'g'\n",
    "globals()['{name}'], x = 'gh'\n",
    "globals()['x_'], globals()['{name}'] = 'gh'\n",
    "globals().update({name}='g')\n",
    "g = globals\ng()['{name}'] = 'g'\n",
    "g = lambda: [{{}}]\nglobals()['g']()[0]['{name}'] = 'g'\n",
    "g = lambda *a, **b: None\nglobals()['g']({name}='g')\n",
    "g = lambda *a: None\nglobals()[({name} := 'g')[:1]](1)\n",
    "locals()['{name}'] = 'g'\n",
    "vars()['{name}'] = 'g'\n",
    "exec('{name} = 3')\n",
    "eval('[{name} := 4]')\n",
    "upgrade.__globals__['{name}'] = 'x'\n",
    "import sys; sys._getframe().f_globals['{name}'] = 'x'\n",
    "def __getattr__(name): return 'magic'\n",
    "__builtins__['exec']('{name} = 1')\n",
    "f'{{({name} := 1)}}'\n",
    "x = f'{{({name} := 1)!r:>10}}'\n",
    "x = f'{{1:{{({name} := 10)}}}}'\n",
    "x = f'{{{name}}}'\n",
    "x = f'{{{{{name}}}}}'\n",
    "x = f\"{{'a' + ({name} := 'b')}}\"\n",
    "x = f\"{{'}}' + ({name} := 'b')}}\"\n",
    "x = f'''{{f\"{{({name} := 1)}}\"}}'''\n",
    "x = rf'\\{{({name} := 1)}}'\n",
    "x = f'\\N{{BULLET}}{{({name} := 1)}}'\n",
    "x = rf'\\N{{({name} := 1)}}'\n",
    "x = f'{{1:=5}}'\n",
    "x = f'{{({name}:=1)=}}'\n",
    "x = f'{{1\n+ ({name} := 2)}}'\n",
    "x = f'{{'a' + ({name} := 'b')}}'\n",
    "x = f'{{(lambda: ({name} := 1))()}}'\n",
    "x = f'{{exec(\"{name} = 5\")}}'\n",
    "x = f'é{{1}}é'; {name} = 'b'\n",
    "type {name} = int\n",
    "def f[{name}](): pass\n",
    "class A[T]:\n    {name} = 'c'\n",
    "'''{name} = 'string' '''\n",
    "# {name} = 'comment'\n",
    "x = 1if 1else 2; {name} = 'n'\n",
    "x = [0x1for x in 'a']; {name} = 'n'\n",
    "x = 1_0.5e+3j; {name} = 'n'\n",
    "x = 1..real; {name} = 'n'\n",
    "x = ...; {name} = 'n'\n",
    "x = (\n'a',\n\n  # c\n{name}\n)\n",
    "x = '\\\n'; {name} = 'n'\n",
    "x = '''\\''''''; {name} = 'n'\n",
    "x = r'\\\\'; {name} = 'n'\n",
    "x = b'\\'' rb'\\'' Br\"\\\"\"; {name} = 'n'\n",
    "raise ValueError\n",
    "if 0: raise ValueError\n",
    "\f{name} = 'formfeed'\n",
    " \f{name} = 'formfeed'\n",
    "def f():\n    pass\n    \f{name} = 'formfeed'\n",
    "def f():\n    if 1:\n        {name} = 'local'\n    else: pass\n    {name} = 'local'\nf()\n",
    "if f\"{{'a'}} class\":\n    {name} = 'c'\n",
    "x = f'{{1!r:>{{9}}}}' f'{{{{' f'\\'{{1:\\x41}}'; {name} = 'n'\n",
    " {name} = 'indented'\n",
    "\\\n{name} = 'backslash'\n",
    "if 1:\n\tx = 1\n        {name} = 'tab'\n",
    "if 1:\n        def f():\n\t\t{name} = 'tab'\n        {name} = 'tab'\n",
    "\uff52evision = 'wide'\n",
    "naïve = 'wide'\n",
    "x = f'{{(\uff52evision := 1)}}'\n",
    "_alembic_source_encoding = 'latin-1'\n",
)

_EXPRESSIONS: tuple[str, ...] = (
    "1",
    "x_",
    "'s'",
    '"t"',
    "{{1: 2}}[1]",
    "(lambda y: y)(1)",
    "[1, 2][0]",
    "op.revision",
    "(revision := 'walrus')",
    "(1 != 2)",
    "1 != 2",
    "op.x(revision='k')",
    "'}'",
    "'{'",
    "b'x'",
    "r'\\\\'",
    "'\\''",
    '"""tri\'ple"""',
    "1 # comment\n",
    "(1,\n2)",
    "{1, 2}",
    "exec('revision = 6')",
)


def _formatted(rng: random.Random, depth: int = 0) -> str:
    quote = rng.choice(["'", '"', '"""', "'''"])
    prefix = rng.choice(["f", "F", "rf", "fR", "f"])
    pieces = []
    for _ in range(rng.randrange(4)):
        kind = rng.randrange(8)
        if kind < 2:
            pieces.append(
                rng.choice(["text", "é", "revision = 1", "{{", "}}", "{{x}}", "\\n", "\\\\"])
            )
        elif kind == 2:
            pieces.append(
                rng.choice(["\\N{BULLET}", "\\{", "\\'", '\\"', "\\\n", "\n", "'", '"', "\\}}"])
            )
        else:
            inner = rng.choice(_EXPRESSIONS)
            if depth < 3 and rng.random() < 0.4:
                inner = _formatted(rng, depth + 1)
            space = rng.choice(["", "", " ", "\n"]) if rng.random() < 0.3 else ""
            tail = rng.choice(
                ["", "", "", "!r", "=", "=!r", ":>5", "!s:^{5}", ":{5}.{2}", ":=5", ":%H:%M"]
            )
            if rng.random() < 0.05:
                tail = rng.choice(
                    [":{{", ":}}", ":\n", "!", ":{(revision := 5)}", ":{'x'}", ":{5:{1}}"]
                )
            pieces.append("{" + space + inner + space + tail + "}")
    return f"{prefix}{quote}{''.join(pieces)}{quote}"


def _formatted_line(rng: random.Random) -> str:
    name = rng.choice(WATCHED_NAMES)
    after = rng.choice(["", f"; {name} = 'after'", " + 'x'"])
    return f"x_ = 1; y_ = {_formatted(rng)}{after}\n"


_ALPHABET = "'\"\\\n\r\t\f #=:;,.()[]{}frbuRF0123ex_NaN\0$?!é`@+-*\v"
_PIECES = (
    "revision",
    "down_revision",
    "__doc__",
    '"""',
    "'''",
    "\\\n",
    "\r\n",
    "f'{",
    "}'",
    ":=",
    "if 1:",
    "def f():",
    "global revision",
    "    ",
    "\n    ",
    "\n",
    "\n\n",
    "None",
    ";",
    "lambda: ",
    "\\N{",
    "\\x4",
    "# coding: latin-1\n",
    "# -*- coding: cp1252 -*-\n",
    "#coding:utf-8\n",
    "\ufeff",
)
_TOKENS = re.compile(r"\w+|\s+|.", re.DOTALL)


def _edit_characters(rng: random.Random, source: str) -> str:
    at = rng.randrange(len(source) + 1)
    kind = rng.randrange(4)
    if kind == 0:
        return source[:at] + rng.choice(_ALPHABET) + source[at:]
    if kind == 1:
        return source[:at] + source[at + rng.randrange(1, 4) :]
    if kind == 2:
        return source[:at] + rng.choice(_PIECES) + source[at:]
    return source[:at] + rng.choice(_ALPHABET) + source[at + 1 :]


def _swap_tokens(rng: random.Random, source: str) -> str:
    tokens = _TOKENS.findall(source)
    if len(tokens) < 2:
        return source
    first, second = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    tokens[first], tokens[second] = tokens[second], tokens[first]
    return "".join(tokens)


def _repeat_or_drop_line(rng: random.Random, source: str) -> str:
    lines = source.splitlines(keepends=True)
    if not lines:
        return source
    at = rng.randrange(len(lines))
    if rng.random() < 0.5:
        lines.insert(rng.randrange(len(lines)), lines[at])
    else:
        del lines[at]
    return "".join(lines)


def _indent_lines(rng: random.Random, source: str) -> str:
    lines = source.splitlines(keepends=True)
    begin = rng.randrange(len(lines) + 1)
    end = min(len(lines), begin + rng.randrange(1, 6))
    lines[begin:end] = [rng.choice(["  ", "\t", "    "]) + line for line in lines[begin:end]]
    if rng.random() < 0.7:
        lines.insert(
            begin, rng.choice(["if 1:\n", "if 0:\n", "class A:\n", "def g():\n", "try:\n"])
        )
    return "".join(lines)


_DAMAGES: tuple[Callable[[random.Random, str], str], ...] = (
    _edit_characters,
    _edit_characters,
    _edit_characters,
    _swap_tokens,
    _repeat_or_drop_line,
    _indent_lines,
)


def _small_parts(rng: random.Random) -> list[str]:
    """Little but a header, so that what is added to it matters."""
    parts = [_docstring(rng) + "\n"] if rng.random() < 0.4 else []
    parts.append("from alembic import op\n")
    if rng.random() < 0.8:
        parts.append("revision = 'r1'\n")
    parts.append("down_revision = 'r0'\n")
    if rng.random() < 0.4:
        parts.append("branch_labels = None\ndepends_on = ('d1', 'd2')\n")
    parts.append("def upgrade():\n    pass\n")
    return parts


def random_header(rng: random.Random) -> bytes:
    """A script around a migration header: ordinary, hostile or damaged, in turn all of these."""
    parts = _parts(rng) if rng.random() < 0.3 else _small_parts(rng)
    if rng.random() < 0.75:
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            if rng.random() < 0.3:
                line = _formatted_line(rng)
            else:
                line = rng.choice(_BINDINGS).format(name=rng.choice(WATCHED_NAMES))
            parts.insert(rng.randrange(len(parts) + 1), line)
    source = "".join(parts)
    if rng.random() < 0.4:
        for _ in range(rng.choice([1, 1, 2, 3, 8])):
            source = rng.choice(_DAMAGES)(rng, source)
    if rng.random() < 0.1:
        source = source.rstrip("\n")
    if rng.random() < 0.05:
        source = source.replace("\n", rng.choice(["\r", "\r\n", "\n\r", "\r\r\n"]))
    data = _finish(rng, source)
    if rng.random() < 0.05:
        position = rng.randrange(len(data) + 1)
        data = data[:position] + bytes([rng.randrange(256)]) + data[position + 1 :]
    if rng.random() < 0.03:
        cookie = rng.choice([b"latin-1", b"ascii", b"cp1252", b"utf-8", b"utf-16", b"nonsense"])
        data = rng.choice([b"", b"\n", b"'''x\n"]) + b"# coding: " + cookie + b"\n" + data
    return data
