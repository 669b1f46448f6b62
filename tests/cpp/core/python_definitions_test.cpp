#include "script/python_definitions.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace alembic_native {
namespace {

std::optional<Definition> definition(std::string_view source, const std::string& name) {
  const DefinitionsResult result = read_definitions(source, {name});
  const auto* definitions = std::get_if<std::vector<std::optional<Definition>>>(&result);
  EXPECT_NE(definitions, nullptr) << source;
  return definitions == nullptr ? std::nullopt : definitions->at(0);
}

// "kind line count (parameters)", or "-" for no definition.
std::string summary(std::string_view source, const std::string& name) {
  const std::optional<Definition> found = definition(source, name);
  if (!found) return "-";
  std::string text(definition_kind_name(found->kind));
  text += " " + std::to_string(found->line) + " " + std::to_string(found->count);
  if (!found->parameters.empty()) text += " (" + found->parameters + ")";
  return text;
}

std::string fingerprint(std::string_view source, const std::string& name = "f") {
  const std::optional<Definition> found = definition(source, name);
  return found ? found->fingerprint : "-";
}

std::string problem(std::string_view source) {
  const DefinitionsResult result = read_definitions(source, {""});
  const auto* unreadable = std::get_if<UnreadableSource>(&result);
  if (unreadable == nullptr) return "none";
  return std::to_string(unreadable->line) + ": " + std::string(unreadable->reason);
}

TEST(PythonDefinitions, ModulesBindNamesInManyWays) {
  EXPECT_EQ(summary("def f(a): pass\n", "f"), "function 1 1 (a)");
  EXPECT_EQ(summary("\nasync def f(a): pass\n", "f"), "function 2 1 (a)");
  EXPECT_EQ(summary("class A(B, metaclass=M): pass\n", "A"), "class 1 1 (B, metaclass=M)");
  EXPECT_EQ(summary("class A:\n  pass\n", "A"), "class 1 1");
  EXPECT_EQ(summary("A = 1", "A"), "assignment 1 1");
  EXPECT_EQ(summary("A: int = 1", "A"), "assignment 1 1");
  EXPECT_EQ(summary("A: int", "A"), "assignment 1 1");
  EXPECT_EQ(summary("A += 1", "A"), "assignment 1 1");
  EXPECT_EQ(summary("import a.b", "a"), "import 1 1");
  EXPECT_EQ(summary("import x, a.b as c", "c"), "import 1 1");
  EXPECT_EQ(summary("from . import (\n  x,\n  a as c,\n)", "c"), "import 1 1");
  EXPECT_EQ(summary("", ""), "module 1 1");
}

TEST(PythonDefinitions, EveryTargetOfAnAssignmentIsBound) {
  for (const char* source :
       {"x = A = 1", "A, x = y", "(x, [*A, y]) = z", "x.y = A = 1", "x[i], A = 1", "x = 1; A = 2",
        "f(B)[0], A = y", "A = lambda x, y=1: 0"}) {
    EXPECT_EQ(summary(source, "A"), "assignment 1 1") << source;
  }
}

TEST(PythonDefinitions, WhatOnlyMentionsANameDoesNotBindIt) {
  for (const char* source : {"A",
                             "A()",
                             "A.x = 1",
                             "A[0] = 1",
                             "x[A] = 1",
                             "x.A = 1",
                             "f(A=1)",
                             "x = A",
                             "x == A",
                             "import x.A",
                             "import A as x",
                             "from A import x",
                             "from x import A as y",
                             "del A",
                             "def f(A): pass",
                             "def f():\n  A = 1\n",
                             "class C:\n  A = 1\n",
                             "x = lambda y, A=1: 0",
                             "x: A = 1",
                             "x = {A: 1}",
                             "match x, A:\n  case y, A: pass\n",
                             "# A = 1",
                             "'''\nA = 1\n'''",
                             "f'{A}'",
                             "if A: pass"}) {
    EXPECT_EQ(summary(source, "A"), "-") << source;
  }
}

TEST(PythonDefinitions, BlocksOfTheModuleBelongToIt) {
  EXPECT_EQ(summary("if TYPE_CHECKING:\n  from x import A\n", "A"), "import 2 1");
  EXPECT_EQ(summary("try:\n  import A\nexcept X:\n  A = None\n", "A"), "assignment 4 2");
  EXPECT_EQ(summary("if x: y = 1; A = 2\n", "A"), "assignment 1 1");
  EXPECT_EQ(summary("if (lambda: 1)() or {1: 2}: A = 2\n", "A"), "assignment 1 1");
  EXPECT_EQ(summary("if lambda: 1: A = 2\n", "A"), "assignment 1 1");
  EXPECT_EQ(summary("for x in y:\n  with z as u:\n    def A(): pass\n", "A"), "function 3 1");
}

TEST(PythonDefinitions, ClassesBindNamesOfTheirOwn) {
  constexpr std::string_view source =
      "class A:\n"
      "    x = 1\n"
      "    class B:\n"
      "        def f(self): pass\n"
      "    if x:\n"
      "        def g(self, *, y=1): pass\n"
      "def f(): pass\n";
  EXPECT_EQ(summary(source, "A.x"), "assignment 2 1");
  EXPECT_EQ(summary(source, "A.B"), "class 3 1");
  EXPECT_EQ(summary(source, "A.B.f"), "function 4 1 (self)");
  EXPECT_EQ(summary(source, "A.g"), "function 6 1 (self, *, y=)");
  EXPECT_EQ(summary(source, "f"), "function 7 1");
  for (const char* name : {"x", "A.f", "B", "A.B.x", "f.x", "A.", ".A", "A..B"}) {
    EXPECT_EQ(summary(source, name), "-") << name;
  }
}

TEST(PythonDefinitions, MethodsBindAttributes) {
  constexpr std::string_view source =
      "class A:\n"
      "    def f(this, z):\n"
      "        this.a = z.b = 1\n"
      "        if z: this.c, (this.d, z) = z\n"
      "        this.e: int = 1\n"
      "        def closure(): this.g = 1\n"
      "        def other(this): this.h = 1\n"
      "    @staticmethod\n"
      "    def s(x): x.i = 1\n"
      "    def g(self): self.a += 1; self.j.k = 1; self.l[0] = 1\n"
      "    async def m(self): self.o = 1\n";
  EXPECT_EQ(summary(source, "A.a"), "attribute 10 2");
  for (const char* name : {"A.c", "A.d", "A.e", "A.o"}) {
    EXPECT_EQ(summary(source, name).substr(0, 10), "attribute ") << name;
  }
  EXPECT_EQ(summary(source, "A.g"), "function 10 1 (self)") << "the class body comes first";
  for (const char* name : {"A.b", "A.z", "A.h", "A.i", "A.j", "A.k", "A.l", "a", "A.f.a"}) {
    EXPECT_EQ(summary(source, name), "-") << name;
  }
}

TEST(PythonDefinitions, ParametersKeepTheirOrderStarsAndMarkers) {
  EXPECT_EQ(
      summary("def f(self, a, /, b: int, c: str = 'x', *args: T, d, e=(1, 2), **kw): pass", "f"),
      "function 1 1 (self, a, /, b, c=, *args, d, e=, **kw)");
  EXPECT_EQ(summary("def f(a: Dict[str, int] = {}, *, b=lambda x, y=1: x, c): pass", "f"),
            "function 1 1 (a=, *, b=, c)");
  EXPECT_EQ(summary("def f(\n  a,  # first\n  b=f(1, x=2),\n) -> Tuple[int, int]: pass", "f"),
            "function 1 1 (a, b=)");
  EXPECT_EQ(summary("def f[T: (int, str)](a: T): pass", "f"), "function 1 1 (a)");
}

TEST(PythonDefinitions, DecoratorsCountForTheFingerprintButNotForTheLine) {
  EXPECT_EQ(summary("@a\n@b(1)\ndef f(): pass\n", "f"), "function 3 1");
  EXPECT_NE(fingerprint("@a\ndef f(): pass\n"), fingerprint("@b\ndef f(): pass\n"));
  EXPECT_EQ(fingerprint("@a\ndef f(): pass\n"), fingerprint("x = 1\n@a\n# so\n\ndef f(): pass\n"));
}

TEST(PythonDefinitions, EveryBindingCountsForTheFingerprint) {
  constexpr std::string_view source =
      "@overload\ndef f(a): ...\n@overload\ndef f(): ...\ndef f(a=1): pass\n";
  EXPECT_EQ(summary(source, "f"), "function 5 3 (a=)");
  EXPECT_NE(fingerprint(source), fingerprint("def f(a=1): pass\n"));
}

TEST(PythonDefinitions, TheFingerprintIsFnv1aOverTokens) {
  // Computed elsewhere: of "f", "=", "1" and, for the module, "\n", each with a zero byte.
  EXPECT_EQ(fingerprint("f = 1", ""), "3fe0fb2e591c619d");
  EXPECT_EQ(fingerprint("f = 1"), "91ff6338324aed5f");
  EXPECT_EQ(fingerprint("", ""), "cbf29ce484222325");
}

TEST(PythonDefinitions, LayoutDoesNotChangeAFingerprint) {
  const std::string plain = fingerprint("def f(a, b):\n  if a:\n    return f'{a} {b}'\n");
  for (const char* source : {
           "def f(a, b):  # why\n\n  # and how\n  if a:\n\n    return f'{a} {b}'\n\n\n",
           "def f(a,b) :\r\n\tif a :\r\n\t\treturn f'{a} {b}'",
           "def f(\n  a, b\n):\n  'Documented.'\n  if \\\n a:\n    return f'{a} {b}'\n",
           "def f(a, b):\n  '''Documented\n  well.''' r'twice'\n  if a:\n    return f'{a} {b}'\n",
       }) {
    EXPECT_EQ(fingerprint(source), plain) << source;
  }
  EXPECT_EQ(fingerprint("def f(): 'doc'; x\n"), fingerprint("def f(): x\n"));
  EXPECT_EQ(fingerprint("'doc'\nx\n", ""), fingerprint("x\n", ""));
  EXPECT_EQ(fingerprint("f = '''a\r\nb\rc'''"), fingerprint("f = '''a\nb\nc'''"));
}

TEST(PythonDefinitions, EveryOtherTokenChangesAFingerprint) {
  const std::string plain = fingerprint("def f(a, b=1):\n  if a:\n    g('x')\n    return b\n");
  for (const char* source : {
           "def f(a, c=1):\n  if a:\n    g('x')\n    return b\n",
           "def f(a, b=2):\n  if a:\n    g('x')\n    return b\n",
           "def f(a: int, b=1):\n  if a:\n    g('x')\n    return b\n",
           "def f(a, b=1):\n  if a:\n    g(\"x\")\n    return b\n",
           "def f(a, b=1):\n  if a:\n    g('x')\n  return b\n",
           "def f(a, b=1):\n  if a:\n    g('x'); return b\n",
           "def f(a, b=1):\n  if a:\n    'no docstring'\n    g('x')\n    return b\n",
           "async def f(a, b=1):\n  if a:\n    g('x')\n    return b\n",
       }) {
    EXPECT_NE(fingerprint(source), plain) << source;
  }
  EXPECT_NE(fingerprint("f = f'{a}x'"), fingerprint("f = f'{a}y'"));
  EXPECT_NE(fingerprint("f = a\nb = c", ""), fingerprint("f = ab\n= c", ""));
  EXPECT_NE(fingerprint("f = 'a'\n"), fingerprint("f = 'b'\n"));
}

TEST(PythonDefinitions, WhatStandsAroundADefinitionDoesNotChangeItsFingerprint) {
  EXPECT_EQ(fingerprint("if x:\n  def f(): pass\ny"), fingerprint("def f(): pass\n"));
  EXPECT_EQ(fingerprint("class f:\n  a = 1\nx", "f.a"),
            fingerprint("class f:\n  b = 2\n  a = 1", "f.a"));
}

TEST(PythonDefinitions, FormattedLiteralsMayHoldWhatTheyHold) {
  EXPECT_EQ(summary("x = f'{y:{z}} {{' f\"{'}'}\"\ndef f(): pass\n", "f"), "function 2 1");
  EXPECT_EQ(summary("x = f'{f\"{1}\"}'\ndef f(): pass\n", "f"), "function 2 1");
}

TEST(PythonDefinitions, AnswersComeInTheOrderOfTheNames) {
  const DefinitionsResult result = read_definitions("a = 1\nb = 2\n", {"b", "c", "a", "b"});
  const auto& definitions = std::get<std::vector<std::optional<Definition>>>(result);
  ASSERT_EQ(definitions.size(), 4U);
  EXPECT_EQ(definitions[0]->line, 2);
  EXPECT_FALSE(definitions[1]);
  EXPECT_EQ(definitions[2]->line, 1);
  EXPECT_EQ(definitions[3]->line, 2);
}

TEST(PythonDefinitions, UnreadableSourcesAreNamed) {
  EXPECT_EQ(problem("x = 1\ny = '"), "2: a string is not closed");
  EXPECT_EQ(problem("x = (\n"), "2: a bracket is not closed");
  EXPECT_EQ(problem("x = f'{'\n"), "1: a string is not closed");
  EXPECT_EQ(problem("\xff"), "1: the file is not encoded in UTF-8");
  EXPECT_EQ(problem("\n\xc3\xa9 = 1\n"), "2: an identifier goes beyond ASCII");
}

TEST(PythonDefinitions, WhatIsNoPythonIsReadToItsEnd) {
  for (const char* source : {"def",
                             "class",
                             "def (",
                             "async",
                             "@",
                             "@\n",
                             "def f",
                             "def f(x\n)",
                             "import",
                             "from",
                             "if",
                             "class A(",
                             "def f:\n",
                             "import a.",
                             "from x import a as",
                             "  x",
                             "=",
                             ": =",
                             "x = lambda",
                             "else\n  x",
                             "def f(a",
                             "class A: class B: def f(self): self.x = 1"}) {
    const DefinitionsResult result = read_definitions(source, {"", "f", "A", "A.x", "x"});
    if (const auto* unreadable = std::get_if<UnreadableSource>(&result)) {
      EXPECT_FALSE(unreadable->reason.empty()) << source;
    } else {
      EXPECT_EQ(std::get<0>(result).size(), 5U) << source;
    }
  }
}

}  // namespace
}  // namespace alembic_native
