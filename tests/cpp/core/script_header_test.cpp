#include "script/script_header.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace alembic_native {
namespace {

using Shape = HeaderValue::Shape;

InterpreterRules python(int minor_version) { return {minor_version, false}; }

std::string written(const HeaderValue& value) {
  std::string words;
  for (const std::string& item : value.items) words += (words.empty() ? "" : " ") + item;
  switch (value.shape) {
    case Shape::absent:
      return "absent";
    case Shape::none:
      return "None";
    case Shape::text:
      return "'" + words + "'";
    case Shape::sequence:
      return "[" + words + "]";
  }
  return {};
}

// "revision < down_revision, labels: branch_labels, needs: depends_on", or why not.
std::string header(std::string_view source, const InterpreterRules& rules = {}) {
  const HeaderResult result = read_script_header(source, rules);
  if (const auto* needed = std::get_if<ImportNeeded>(&result)) {
    return "line " + std::to_string(needed->line) + ": " + std::string(needed->reason);
  }
  const auto& read = std::get<ScriptHeader>(result);
  return written(read.revision) + " < " + written(read.down_revision) +
         ", labels: " + written(read.branch_labels) + ", needs: " + written(read.depends_on);
}

bool declined(std::string_view source, int minor_version = 11) {
  return std::holds_alternative<ImportNeeded>(read_script_header(source, python(minor_version)));
}

constexpr std::string_view ids = "revision = 'b'\ndown_revision = 'a'\n";

// A small complete script with `line` behind its identifiers.
std::string script_with(std::string_view line) {
  return std::string(ids) + std::string(line) + "\n";
}

std::string doc(std::string_view source, const InterpreterRules& rules = {}) {
  const HeaderResult result = read_script_header(source, rules);
  if (!std::holds_alternative<ScriptHeader>(result)) return "(declined)";
  return std::get<ScriptHeader>(result).doc.value_or("(None)");
}

TEST(ScriptHeader, AsAlembicsTemplateWritesIt) {
  const std::string_view source = R"PY("""add users

Revision ID: 27c6a30d7c24
Revises: ae1027a6acf
Create Date: 2024-01-02 03:04:05.678901

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '27c6a30d7c24'
down_revision: Union[str, Sequence[str], None] = 'ae1027a6acf'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.add_column('users', sa.Column('revision', sa.Integer(), nullable=True))


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column('users', 'revision')
)PY";
  EXPECT_EQ(header(source), "'27c6a30d7c24' < 'ae1027a6acf', labels: None, needs: None");
  const HeaderResult result = read_script_header(source, python(13));
  const auto& read = std::get<ScriptHeader>(result);
  EXPECT_EQ(read.revision.line, 15);
  EXPECT_EQ(read.depends_on.line, 18);
  EXPECT_EQ(read.branch_labels.shape, Shape::none);
  EXPECT_EQ(read.doc.value().substr(0, 9), "add users");
}

TEST(ScriptHeader, NamesThatAreNotBoundAreAbsent) {
  EXPECT_EQ(header(ids), "'b' < 'a', labels: absent, needs: absent");
  EXPECT_EQ(header("depends_on = ()\n" + std::string(ids)), "'b' < 'a', labels: absent, needs: []");
}

TEST(ScriptHeader, RevisionAndDownRevisionMustBeBound) {
  EXPECT_EQ(header("down_revision = None"), "line 0: revision is not bound");
  EXPECT_EQ(header("revision = 'a'"), "line 0: down_revision is not bound");
  EXPECT_EQ(header("\nrevision = None\ndown_revision = None"), "line 2: revision is no text");
  EXPECT_EQ(header("revision: str\ndown_revision = None"), "line 0: revision is not bound");
  EXPECT_EQ(header(""), "line 0: revision is not bound");
}

TEST(ScriptHeader, TheLastBindingWins) {
  EXPECT_EQ(
      header("revision = 'a'\ndown_revision = 'x', 'y'\nrevision = 'b'\ndown_revision = None"),
      "'b' < None, labels: absent, needs: absent");
  EXPECT_EQ(header(script_with("revision: str")), header(ids));
}

TEST(ScriptHeader, TextIsWrittenInManyWays) {
  for (const char* literal :
       {"'bc'", "\"bc\"", "u'bc'", "U'bc'", "r'bc'", "'''bc'''", "'b' 'c'", "('bc')",
        "(('b' r'c'))", "(\n    'b'  # first\n    \"c\"\n)", "\\\n  'bc'", "'b\\\nc'", "'\\x62c'",
        "'bc' # comment", "'bc' ;", "(\n'bc')"}) {
    EXPECT_EQ(header("down_revision = None\nrevision = " + std::string(literal)),
              "'bc' < None, labels: absent, needs: absent")
        << literal;
  }
}

TEST(ScriptHeader, CollectionsAreWrittenInManyWays) {
  for (const char* literal : {"'x', 'y'", "('x', 'y')", "('x', 'y',)", "['x', 'y']",
                              "[\n 'x',  # one\n\n 'y',\n]", "{'x', 'y'}", "{'x', 'y', 'x'}",
                              "(('x', 'y'))", "(('x'), ('y'))", "'x', 'y',", "(u'x', \"y\")"}) {
    EXPECT_EQ(header("revision = 'b'\ndown_revision = " + std::string(literal)),
              "'b' < [x y], labels: absent, needs: absent")
        << literal;
  }
  EXPECT_EQ(header("revision = 'b'\ndown_revision = 'x',\nbranch_labels = ()\ndepends_on = []"),
            "'b' < [x], labels: [], needs: []");
}

TEST(ScriptHeader, WhatIsNoLiteralOfAHeaderIsLeftToPython) {
  for (const char* value : {"1",
                            "True",
                            "b'x'",
                            "f'x'",
                            "'a' f'x'",
                            "'a' b'x'",
                            "{}",
                            "{'a': 'b'}",
                            "('a', None)",
                            "(None,)",
                            "('a', ('b',))",
                            "[['a']]",
                            "['a'],",
                            "[()]",
                            "'a' + 'b'",
                            "'a' % ()",
                            "'a'.upper()",
                            "('a')('b')",
                            "('a') 'b'",
                            "'a' if x else 'b'",
                            "x",
                            "x.y",
                            "[x for x in 'ab']",
                            "*'ab',",
                            "-1",
                            "...",
                            "",
                            "'a' = 'b'",
                            "x = 'a'",
                            "'a', = 'b'",
                            "(",
                            "None None",
                            "None 'a'",
                            "'\\d'",
                            "'\\ud800'",
                            "'\\N{BULLET}'",
                            "(,)",
                            "lambda: 'a'",
                            "'a' 'b"}) {
    EXPECT_TRUE(declined(script_with("depends_on = " + std::string(value)))) << value;
  }
}

TEST(ScriptHeader, AnnotationsMayBeAnything) {
  for (const char* annotation :
       {"str", "Final", "Union[str, None]", "tuple[str, ...] | None", "'str | None'", "(\n  str\n)",
        "dict[str, int] if x else str", "f(revision=1)", "op.revision"}) {
    const std::string typed = "revision: " + std::string(annotation);
    EXPECT_EQ(header("down_revision = None\n" + typed + " = 'b'"),
              "'b' < None, labels: absent, needs: absent")
        << annotation;
    EXPECT_EQ(header(script_with(typed)), header(ids)) << annotation;
  }
  for (const char* annotation :
       {"(down_revision := 'x')", "depends_on", "lambda x='a': 0", "eval('1')"}) {
    EXPECT_TRUE(declined("down_revision = None\nrevision: " + std::string(annotation) + " = 'b'"))
        << annotation;
  }
}

TEST(ScriptHeader, SeveralStatementsMayShareALine) {
  EXPECT_EQ(
      header("import os; revision = 'b'; down_revision: str = 'a'; depends_on = 'c', ; x = 1"),
      "'b' < 'a', labels: absent, needs: [c]");
}

TEST(ScriptHeader, AStatementBehindAColonMayNotRun) {
  for (const char* line : {"if x: revision = 'c'", "if x: pass; revision = 'c'",
                           "class A: pass; revision = 'c'", "def f(): pass; revision = 'c'",
                           "try: pass\nfinally: revision = 'c'", "else: revision = 'c'"}) {
    EXPECT_TRUE(declined(script_with(line))) << line;
  }
}

TEST(ScriptHeader, BlocksAtModuleLevelMayNotBind) {
  for (const char* line : {"if x:\n  revision = 'c'", "try:\n  pass\nexcept E:\n  revision = 'c'",
                           "with x:\n  revision = 'c'", "for x in y:\n  revision = 'c'",
                           "if x:\n  class A:\n    x = 1\n  revision = 'c'",
                           "if x:\n  def f():\n    x = 1\n  # comment\n\n  revision = 'c'"}) {
    EXPECT_TRUE(declined(script_with(line))) << line;
  }
}

TEST(ScriptHeader, FunctionsAndClassesHaveNamesOfTheirOwn) {
  for (const char* line :
       {"def f():\n  revision = 'c'\n  del revision",
        "class A:\n  revision: str = 'c'\n  def revision(): pass",
        "async def f():\n  async with x as revision: pass",
        "if x:\n  def f():\n    if y:\n      revision = 1", "class A:\n  if x:\n    revision = 1",
        "def f(\n  a,\n):\n  for revision in a: pass",
        "def f():\n\trevision = 'c'\n\n# comment\n\n\tdepends_on = revision"}) {
    EXPECT_EQ(header(script_with(line)), header(ids)) << line;
  }
}

TEST(ScriptHeader, GlobalReachesTheModule) {
  for (const char* line : {"def f():\n  global revision\n  revision = 'c'",
                           "class A:\n  global x, \\\n  revision\n  revision = 'c'",
                           "def f(): global revision; revision = 'c'"}) {
    EXPECT_TRUE(declined(script_with(line))) << line;
  }
  EXPECT_FALSE(declined(script_with("def f():\n  global x; revision = 'c'\n  revision = 'c'")));
}

TEST(ScriptHeader, EveryOtherWayToBindANameIsLeftToPython) {
  for (const char* line : {"del revision",
                           "revision += 'c'",
                           "(revision := 'c')",
                           "f(revision := 'c')",
                           "for revision in x: pass",
                           "[revision for revision in x]",
                           "with x as revision: pass",
                           "import x as revision",
                           "import revision.x",
                           "from x import revision",
                           "from x import y as revision",
                           "from x import *",
                           "def revision(): pass",
                           "class revision: pass",
                           "try: pass\nexcept E as revision: pass",
                           "revision, x = 'c', 'd'",
                           "x, revision = 'c', 'd'",
                           "x, revision = y",
                           "x = revision = 'c'",
                           "revision = x = 'c'",
                           "[revision] = 'c'",
                           "(revision) = 'c'",
                           "*revision, = 'c'",
                           "match x:\n  case revision: pass",
                           "type revision = x",
                           "match x:\n  case A(b=revision): pass",
                           "def f(x=(revision := 'c')): pass",
                           "lambda: (revision := 'c')",
                           "class A:\n  x = [y for y in (revision := 'c')]",
                           "global revision",
                           "print(revision)"}) {
    EXPECT_TRUE(declined(script_with(line), 12)) << line;
  }
}

TEST(ScriptHeader, NamesThatReachTheModuleIndirectlyAreLeftToPython) {
  for (const char* name :
       {"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "__dict__", "modules",
        "_getframe", "f_globals", "f_locals", "__globals__", "__setattr__", "__delattr__",
        "__getattr__", "__builtins__", "getattr", "attrgetter", "currentframe", "getargvalues",
        "get_referents", "get_referrers", "get_objects",
        // Each of these was overlooked, and the first value was returned.
        "__getattribute__", "get_type_hints", "eval_str", "loads", "methodcaller", "get_field",
        "getmembers", "settrace", "setprofile", "timeit", "run_path", "exec_module",
        "import_module", "__import__", "getattr_static", "FunctionType", "__code__",
        "_alembic_source_encoding"}) {
    EXPECT_TRUE(declined(script_with("x = " + std::string(name)))) << name;
    EXPECT_TRUE(declined(script_with("class A:\n  def f():\n    x." + std::string(name)))) << name;
    EXPECT_FALSE(declined(script_with("x = '" + std::string(name) + "' # " + name))) << name;
    EXPECT_FALSE(declined(script_with("x = my" + std::string(name)))) << name;
  }
}

// A merge conflict was read as if only one of its sides were there.
TEST(ScriptHeader, NoStatementBeginsWithTheMarkerOfAMergeConflict) {
  for (const char* line : {"<<<<<<< HEAD", "=======", ">>>>>>> other", "||||||| base"}) {
    EXPECT_EQ(header(script_with(line)), "line 3: no statement begins like this") << line;
    EXPECT_EQ(header(script_with("def upgrade():\n  pass\n" + std::string(line))),
              "line 5: no statement begins like this")
        << line;
  }
  EXPECT_TRUE(
      declined("<<<<<<< HEAD\nrevision = 'a'\n=======\nrevision = 'b'\n>>>>>>> other\n"
               "down_revision = None\n"));
  EXPECT_EQ(doc("'''add\n<<<<<<< HEAD\nusers\n=======\n>>>>>>> other\n'''\n" + script_with("")),
            "add\n<<<<<<< HEAD\nusers\n=======\n>>>>>>> other\n")
      << "in a docstring they are text, for Python, too";
}

// Scripts that Python refuses were certain.
TEST(ScriptHeader, WhatTwoNeighboursShowToBeNoPythonIsLeftToPython) {
  for (const char* line :
       {"= 1", ")",     ", x",         ": x",      "; x = 1",   "x = 1;; y = 2", "-> x",
        ".x",  "/ x",   "-------",     "x y",      "x 'y'",     "print 'y'",     "1 2",
        "1 x", "x 1",   "'x' y",       "'x' 1",    "f(x) y",    "f(x y)",        "[x] 'y'",
        "x =", "x +",   "x = y.",      "f'{x y}'", "f'{x}' y",  "x = 10L",       "ur'x'",
        "  x", "if x:", "def f():\nx", "x\n  y",   "match x y", "x: int =",      "class A: x y"}) {
    EXPECT_TRUE(declined(script_with(line))) << line;
  }
  for (const char* line : {"x = -1; +x; ~x; (x); [x]; {x}; ...; *x, y = z; not x",
                           "@x\n@y\ndef f(): ...",
                           "match x:\n  case 'y': pass\n  case -1: pass\n  case _: pass",
                           "match 'x':\n  case y: pass",
                           "match = x",
                           "type X = int",
                           "x = 1if y else 2",
                           "x = [y for y in z if y is not None]",
                           "x = 'a' 'b' f'c' rb'd'",
                           "x = f'{y!r:>{z}}{y}' 'b'",
                           "async def f(): await x; yield x",
                           "lambda x: (yield)",
                           "from . import x",
                           "from .. import (x, y,)",
                           "raise_ = x",
                           "if x:\n\n  # comment\n\n  y\nelse: z",
                           "def f(a, /, *, b): return -a",
                           "x = 1;",
                           "def f(): raise A from b",
                           "assert x, 'y'",
                           "print('x', *y, **z)",
                           "x = y[1:2, ...]"}) {
    EXPECT_EQ(header(script_with(line)), header(ids)) << line;
  }
}

// A word of an import's path was taken for sys.modules.
TEST(ScriptHeader, NamesInImportsReachNothing) {
  for (const char* line :
       {"from indico.modules.events import x", "import indico.modules.events",
        "import indico.modules as m", "from .modules import x", "from operator import attrgetter",
        "from sys import (\n  modules, path\n)", "from a.timeit import x", "from a import code"}) {
    EXPECT_EQ(header(script_with(line)), header(ids)) << line;
  }
  for (const char* line :
       {"from sys import modules as m", "from builtins import x, exec as e", "import timeit as t",
        "import x, timeit", "from timeit import Timer", "from runpy import x as y", "import ctypes",
        "from sys import modules; modules[x]", "import x.modules; x.modules[y]"}) {
    EXPECT_TRUE(declined(script_with(line))) << line;
  }
}

// A function that is not called on import made its script uncertain.
TEST(ScriptHeader, FunctionsThatNothingCallsOnImportBindNothing) {
  for (const char* line :
       {"def upgrade():\n  getattr(op, 'x')()", "def upgrade(): setattr(op, 'x', 1)",
        "def upgrade(engine_name):\n  globals()[\"upgrade_%s\" % engine_name]()",
        "def upgrade():\n  if x:\n    class A:\n      exec('x')\n\n  # comment\n  eval('x')",
        "def f():\n  getattr(op, 'x')\ndef upgrade():\n  f()", "async def f():\n  exec('x')",
        "if x:\n  def f():\n    exec('x')", "def upgrade():\n  from sys import modules as m",
        "def upgrade():\n  import timeit\n  timeit.main()", "def f():\n  f'{vars()}'"}) {
    EXPECT_EQ(header(script_with(line)), header(ids)) << line;
  }
  for (const char* line : {"def f():\n  exec('x')\nf()",
                           "f()\ndef f():\n  exec('x')",
                           "def f(): exec('x')\nx = [f]",
                           "def f():\n  exec('x')\ndef g():\n  f()\ndef h(): return g\nh()()",
                           "def f():\n  exec('x')\nclass A:\n  def g(self): f()",
                           "@x\ndef f():\n  exec('x')",
                           "@x\n# comment\n@y(\n1)\nasync def f():\n  exec('x')",
                           "def f(x=exec('x')): pass",
                           "def f(x: exec('x')): pass",
                           "def f() -> exec('x'): pass",
                           "class A:\n  exec('x')",
                           "class A:\n  def __init_subclass__(cls): exec('x')",
                           "lambda: exec('x')",
                           "def f():\n  exec('x')\nexec('x')",
                           "def f():\n  pass\nexec('x')",
                           "if x: pass\nelse:\n  exec('x')",
                           "def f(): exec('x')\n@f\ndef g(): pass",
                           "def f(): exec('x')\ndef g(x=f()): pass",
                           "def __getattr__(name): pass",
                           "def f():\n  exec('x')\nx = f'{f()}'",
                           "def f(): return globals()\nf()['revision'] = 'c'",
                           "globals()['x']()"}) {
    EXPECT_TRUE(declined(script_with(line))) << line;
  }
}

TEST(ScriptHeader, AttributesAndKeywordArgumentsBindNothing) {
  for (const char* line :
       {"x.revision = 'c'", "f(revision='c')", "f(1, revision='c', depends_on=None)",
        "@f(revision='c')\ndef g(): pass", "def f(revision='c', *, depends_on=None): pass",
        "from .revision import x", "x = {'revision': 1}", "class A(revision='c'): pass"}) {
    EXPECT_EQ(header(script_with(line)), header(ids)) << line;
  }
}

TEST(ScriptHeader, TextInStringsAndCommentsBindsNothing) {
  for (const char* line :
       {"# revision = 'c'", "'''\nrevision = 'c'\n'''", "x = 'a\\\nrevision = 1'",
        "x = r'\\'; # revision = 1'", "x = '''\\'''\nrevision = 'c'\n'''",
        "x = b'' rb\"\\\"\" # revision = 'c'", "op.f('''\n  x\n\ndepends_on = 1\n''')"}) {
    EXPECT_EQ(header(script_with(line)), header(ids)) << line;
  }
}

TEST(ScriptHeader, FieldsOfFStringsAreCode) {
  for (const int minor_version : {11, 12, 13, 14}) {
    for (const char* line :
         {"f'{(revision := 1)}'", "f'{1:{(revision := 10)}}'", "f\"{'}' + (revision := 'c')}\"",
          "rf'\\{(revision := 1)}'", "f'{revision}'", "class A:\n  f'{exec(x)}'"}) {
      EXPECT_TRUE(declined(script_with(line), minor_version)) << minor_version << line;
    }
    for (const char* line :
         {"f'revision := {1}'", "f'{{revision}}'", "f'{x!r:>{y}}'; revision = 'b'",
          "def f():\n  f'{revision}'", "f'exec {x}'", "f'''{x}\nrevision = 'c'\n'''"}) {
      EXPECT_EQ(header(script_with(line), python(minor_version)), header(ids))
          << minor_version << line;
    }
  }
}

TEST(ScriptHeader, AScriptThatRaisesIsLeftToPython) {
  EXPECT_TRUE(declined(script_with("raise NotImplementedError")));
  EXPECT_TRUE(declined(script_with("x = 1; raise NotImplementedError")));
  EXPECT_FALSE(declined(script_with("def downgrade():\n  raise NotImplementedError")));
}

TEST(ScriptHeader, WhatTheLexerRefusesIsLeftToPython) {
  EXPECT_EQ(header(script_with("x = ?")), "line 3: a character begins no Python token");
  EXPECT_EQ(header("revision = 'a"), "line 1: a string is not closed");
  EXPECT_EQ(header(script_with("\xFF")), "line 3: the file is not encoded in UTF-8");
  EXPECT_EQ(header("# coding: latin-1\n" + std::string(ids)),
            "line 1: the encoding cookie names another encoding than UTF-8");
  EXPECT_EQ(header(script_with(std::string(10'000, '('))),
            "line 3: brackets are nested too deeply");
}

TEST(ScriptHeader, LineEndsAndTheByteOrderMarkMakeNoDifference) {
  EXPECT_EQ(header("revision = 'b'\r\ndown_revision = 'a'\r\n"), header(ids));
  EXPECT_EQ(header("revision = 'b'\rdown_revision = 'a'"), header(ids));
  EXPECT_EQ(header("\xEF\xBB\xBF" + std::string(ids)), header(ids));
  EXPECT_EQ(header("\f" + std::string(ids)), header(ids));
}

TEST(ScriptHeader, TheDocstringIsTheFirstStatement) {
  const std::string source = script_with("");
  EXPECT_EQ(doc("'''add users'''\n" + source), "add users");
  EXPECT_EQ(doc("# comment\n\n'add' \"\"\" users\"\"\"; x = 1\n" + source), "add users");
  EXPECT_EQ(doc("''\n" + source), "");
  EXPECT_EQ(doc(source + "'''add users'''"), "(None)");
  EXPECT_EQ(doc("import x\n'''add users'''\n" + source), "(None)");
  EXPECT_EQ(doc("b'bytes'\n" + source), "(None)");
  EXPECT_EQ(doc("f'formatted'\n" + source), "(None)");
  EXPECT_EQ(doc("r'\\d' '\\d'\n" + source), "\\d\\d");
}

TEST(ScriptHeader, AnUnusualFirstStatementIsLeftToPython) {
  for (const char* statement :
       {"('add users')", "'a' + 'b'", "'a' f'b'", "'a', 'b'", "'a'.x", "'\\N{BULLET}'"}) {
    EXPECT_TRUE(declined(std::string(statement) + "\n" + std::string(ids))) << statement;
  }
}

TEST(ScriptHeader, FromPython313OnADocstringLosesItsIndentation) {
  const std::string source = "'''  add\n      users\n    now'''\n" + std::string(ids);
  EXPECT_EQ(doc(source, python(12)), "  add\n      users\n    now");
  EXPECT_EQ(doc(source, python(13)), "add\n  users\nnow");
}

TEST(ScriptHeader, WithDocstringsStrippedThereIsNone) {
  EXPECT_EQ(doc("'add users'\n" + std::string(ids), {13, true}), "(None)");
  EXPECT_EQ(doc("'add users'\n__doc__ = 'x'\n" + std::string(ids), {13, true}), "x");
}

TEST(ScriptHeader, AnAssignedDocWinsAsItIs) {
  EXPECT_EQ(doc("'add users'\n__doc__ = '  x\\n  y'\n" + std::string(ids), python(13)), "  x\n  y");
  EXPECT_EQ(doc("'add users'\n__doc__ = None\n" + std::string(ids)), "(None)");
  EXPECT_EQ(doc("'add users'\n__doc__: str\n" + std::string(ids)), "add users");
  EXPECT_EQ(doc("__doc__ = 'x', 'y'\n" + std::string(ids)), "(declined)");
}

TEST(ScriptHeader, ATextMayHoldANul) {
  const HeaderResult result = read_script_header("revision = 'a\\0b'\ndown_revision = None", {});
  EXPECT_EQ(std::get<ScriptHeader>(result).revision.items.at(0), std::string("a\0b", 3));
}

}  // namespace
}  // namespace alembic_native
