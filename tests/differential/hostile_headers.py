"""Random migration scripts with everything that could bind a header name behind a reader's back."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tests.differential.executed_header import WATCHED_NAMES
from tests.differential.ordinary_headers import docstring, encoded, parts_of_a_script

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
    # Frames, namespaces or code reached by a string: the first value was returned.
    "object.__getattribute__(lambda: 0, '__globals__')['{name}'] = 'g'\n",
    "import typing\ndef f(a: \"({name} := 'hint')\"): pass\ntyping.get_type_hints(f)\n",
    'import inspect\ndef f(a: "({name} := 1)"): pass\ninspect.signature(f, eval_str=True)\n',
    "import pickle\npickle.loads(b\"cbuiltins\\nexec\\n(V{name} = 'p'\\ntR.\")\n",
    "import string\ng = string.Formatter().get_field('0.__globals__', [lambda: 0], {{}})[0]\n"
    "g['{name}'] = 'g'\n",
    "import inspect\ndict(inspect.getmembers(lambda: 0))['__globals__']['{name}'] = 'g'\n",
    "import operator\ng = operator.attrgetter('__globals__')(lambda: 0)\ng['{name}'] = 'g'\n",
    "from operator import attrgetter as a\na('__globals__')(lambda: 0)['{name}'] = 'g'\n",
    "from builtins import exec as e\ne('{name} = 1')\n",
    # Functions that run when the script is imported.
    "def f():\n    globals()['{name}'] = 'g'\nf()\n",
    "def f(): globals()['{name}'] = 'g'\ndef g(): f()\nx = [h() for h in (g,)]\n",
    "def f(): globals()['{name}'] = 'g'\nclass A:\n    def __init_subclass__(cls): f()\n"
    "class B(A): pass\n",
    "@(lambda g: g())\ndef f():\n    globals()['{name}'] = 'g'\n",
    "def f(): globals()['{name}'] = 'g'\ndef g(x=f()): pass\n",
    "def f():\n    globals()['{name}'] = 'g'\nx = f'{{f()}}'\n",
    "def upgrade():\n    globals()['{name}'] = 'g'\nglobals()['upgrade']()\n",
    "def f(): return globals()\nf()['{name}'] = 'g'\n",
    "class A:\n    globals()['{name}'] = 'g'\n",
    "if 1:\n    def f(): globals()['{name}'] = 'g'\n    f()\n",
    "def f():\n    def g():\n        globals()['{name}'] = 'g'\n    return g\nf()()\n",
    # A merge conflict was read as if only one of its sides were there.
    "<<<<<<< HEAD\n{name} = 'ours'\n=======\n{name} = 'theirs'\n>>>>>>> other\n",
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
    parts = [docstring(rng) + "\n"] if rng.random() < 0.4 else []
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
    parts = parts_of_a_script(rng) if rng.random() < 0.3 else _small_parts(rng)
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
    data = encoded(rng, source)
    if rng.random() < 0.05:
        position = rng.randrange(len(data) + 1)
        data = data[:position] + bytes([rng.randrange(256)]) + data[position + 1 :]
    if rng.random() < 0.03:
        cookie = rng.choice([b"latin-1", b"ascii", b"cp1252", b"utf-8", b"utf-16", b"nonsense"])
        data = rng.choice([b"", b"\n", b"'''x\n"]) + b"# coding: " + cookie + b"\n" + data
    return data
