#include "script/python_lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace alembic_native {
namespace {

using Kind = Token::Kind;

// One word a token: names, numbers, strings and operators as written, the others by their kind.
std::string tokens(std::string_view source, int minor_version = 12) {
  PythonLexer lexer(source, minor_version);
  std::string words;
  for (;;) {
    const Token token = lexer.next();
    if (!words.empty()) words += ' ';
    switch (token.kind) {
      case Kind::newline:
        words += "NEWLINE";
        break;
      case Kind::indent:
        words += "INDENT";
        break;
      case Kind::dedent:
        words += "DEDENT";
        break;
      case Kind::end:
        return words + "END";
      case Kind::error:
        return words + "ERROR(" + std::string(token.text) + ")";
      case Kind::fstring_end:
        words += "F-END";
        break;
      default:
        words += token.text;
        break;
    }
  }
}

TEST(PythonLexer, EmptySourcesHaveNoLines) {
  EXPECT_EQ(tokens(""), "END");
  EXPECT_EQ(tokens("\n\n"), "END");
  EXPECT_EQ(tokens("  # only a comment"), "END");
  EXPECT_EQ(tokens(" \t\f \n"), "END");
}

TEST(PythonLexer, EveryKindOfLineEndEndsALine) {
  for (const char* source : {"a\nb\n", "a\r\nb\r\n", "a\rb\r", "a\nb", "a\n\n\r\n\rb"}) {
    EXPECT_EQ(tokens(source), "a NEWLINE b NEWLINE END") << source;
  }
}

TEST(PythonLexer, LinesAreCountedThroughEveryKindOfLineEnd) {
  PythonLexer lexer("a\r\nb\rc\n'''\n\r\n'''\n(\n\\\nd)", 12);
  std::string lines;
  for (Token token = lexer.next(); token.kind != Kind::end; token = lexer.next()) {
    if (token.kind == Kind::name || token.kind == Kind::string) {
      lines += std::to_string(token.line) + " ";
    }
  }
  EXPECT_EQ(lines, "1 2 3 4 9 ");
}

TEST(PythonLexer, LinesAreJoinedInBracketsAndByBackslash) {
  EXPECT_EQ(tokens("(a,\n\n  # comment\n b)"), "( a , b ) NEWLINE END");
  EXPECT_EQ(tokens("a = \\\n   b"), "a = b NEWLINE END");
  EXPECT_EQ(tokens("a \\\r\n\nb"), "a NEWLINE b NEWLINE END");
}

TEST(PythonLexer, BackslashesElsewhereAreErrors) {
  EXPECT_EQ(tokens("a \\ \nb"), "a ERROR(a backslash does not end its line)");
  EXPECT_EQ(tokens("a \\"), "a ERROR(a backslash does not end its line)");
  EXPECT_EQ(tokens("a \\\n"), "a ERROR(the file ends behind a backslash)");
  EXPECT_EQ(tokens("  \\\na"), "ERROR(a line begins with a backslash)");
}

TEST(PythonLexer, BlocksAreIndentsAndDedents) {
  EXPECT_EQ(tokens("if a:\n  b\n\n # comment\n  if c:\n  \td\ne"),
            "if a : NEWLINE INDENT b NEWLINE if c : NEWLINE INDENT d NEWLINE DEDENT DEDENT "
            "e NEWLINE END");
  EXPECT_EQ(tokens("if a:\n b"), "if a : NEWLINE INDENT b NEWLINE DEDENT END");
}

TEST(PythonLexer, AFormFeedStartsTheIndentationAgain) {
  EXPECT_EQ(tokens("a\n   \fb\n"), "a NEWLINE b NEWLINE END");
}

TEST(PythonLexer, AmbiguousIndentationIsAnError) {
  EXPECT_EQ(tokens("if a:\n    b\n  c"),
            "if a : NEWLINE INDENT b NEWLINE ERROR(a line is indented less than its block, but no "
            "outer block has its indentation)");
  EXPECT_EQ(tokens("if a:\n        b\n\tc"),
            "if a : NEWLINE INDENT b NEWLINE ERROR(tabs and spaces are mixed in the indentation)");
  EXPECT_EQ(tokens("if a:\n  if b:\n\tc\n        d"),
            "if a : NEWLINE INDENT if b : NEWLINE ERROR(tabs and spaces are mixed in the "
            "indentation)");
}

TEST(PythonLexer, StringsKeepPrefixAndQuotes) {
  EXPECT_EQ(tokens(R"('a' "b" u'c' Rb"d" '' '''e'f''' """g""")"),
            R"('a' "b" u'c' Rb"d" '' '''e'f''' """g""" NEWLINE END)");
  EXPECT_EQ(tokens(R"('\'' r'\\' "\"a")"), R"('\'' r'\\' "\"a" NEWLINE END)");
  EXPECT_EQ(tokens("'a\\\nb' '''\n'''"), "'a\\\nb' '''\n''' NEWLINE END");
  EXPECT_EQ(tokens("ur'a' fb'b' x'c'"), "ur 'a' fb 'b' x 'c' NEWLINE END");
}

TEST(PythonLexer, UnclosedStringsAreErrors) {
  for (const char* source :
       {"'a", "'a\n'", "\"", "'''a''", "'\\", "r'\\'", "f'a", "f'{a", "f'''{a}"}) {
    EXPECT_NE(tokens(source).find("ERROR"), std::string::npos) << source;
  }
}

TEST(PythonLexer, NumbersEndWhereKeywordsBegin) {
  EXPECT_EQ(tokens("1if 0xfor 1_000 1e-5 .5j 1..real 0b1or 1E+3J"),
            "1 if 0xf or 1_000 1e-5 .5j 1. . real 0b1 or 1E+3J NEWLINE END");
}

TEST(PythonLexer, OperatorsAreTheLongestThatFit) {
  EXPECT_EQ(tokens("a**=b//c>>=d->e:=f==g!=h...i<=j@=k~l"),
            "a **= b // c >>= d -> e := f == g != h ... i <= j @= k ~ l NEWLINE END");
}

TEST(PythonLexer, BracketsHaveToMatch) {
  EXPECT_EQ(tokens("(]"), "( ERROR(a closing bracket does not match)");
  EXPECT_EQ(tokens("a)"), "a ERROR(a closing bracket does not match)");
  EXPECT_EQ(tokens("[a\n"), "[ a ERROR(a bracket is not closed)");
}

TEST(PythonLexer, NestsAsDeeplyAsCPythonDoes) {
  const std::string deepest = std::string(200, '(') + std::string(200, ')');
  EXPECT_EQ(tokens(deepest).find("ERROR"), std::string::npos);
  EXPECT_NE(tokens("(" + deepest + ")").find("nested too deeply"), std::string::npos);
  EXPECT_NE(tokens(std::string(100'000, '[')).find("nested too deeply"), std::string::npos);

  std::string blocks;
  for (std::size_t depth = 0; depth < 110; ++depth) blocks += std::string(depth, ' ') + "if a:\n";
  EXPECT_NE(tokens(blocks).find("nested too deeply"), std::string::npos);

  std::string fstrings;
  for (int depth = 0; depth < 150; ++depth) fstrings += "f'{";
  EXPECT_NE(tokens(fstrings).find("nested too deeply"), std::string::npos);
}

TEST(PythonLexer, CharactersThatBeginNoTokenAreErrors) {
  for (const char* source : {"$", "?", "!", "a ! b", "`", "\x01", "\v"}) {
    EXPECT_NE(tokens(source).find("begins no Python token"), std::string::npos) << source;
  }
}

TEST(PythonLexer, IdentifiersBeyondAsciiAreErrors) {
  for (const char* source : {"\xC3\xA9", "a\xC3\xA9",
                             "\xEF\xBD\x92"
                             "evision"}) {
    EXPECT_NE(tokens(source).find("goes beyond ASCII"), std::string::npos) << source;
  }
  EXPECT_EQ(tokens("'\xC3\xA9' # \xC3\xA9"), "'\xC3\xA9' NEWLINE END");
}

TEST(PythonLexer, AnErrorIsFinal) {
  PythonLexer lexer("? a", 12);
  EXPECT_EQ(lexer.next().kind, Kind::error);
  EXPECT_EQ(lexer.next().kind, Kind::error);
}

TEST(PythonLexer, FieldsOfFStringsAreTokens) {
  EXPECT_EQ(tokens("f'a{b}c{{d}}{e!r:>{f}.{g}}'"),
            "f' { b } { e ! r : { f } { g } F-END NEWLINE END");
  EXPECT_EQ(tokens("f'{a[\"b\"]}' + c"), "f' { a [ \"b\" ] } F-END + c NEWLINE END");
  EXPECT_EQ(tokens("f'{a=}{b:=5}{(c:=1)}{d!=e}'"),
            "f' { a = } { b : { ( c := 1 ) } { d != e } F-END NEWLINE END");
}

TEST(PythonLexer, FStringsNestWithTheSameQuotes) {
  EXPECT_EQ(tokens("f'{f'{'a'}'}' b"), "f' { f' { 'a' } F-END } F-END b NEWLINE END");
  EXPECT_EQ(tokens("f'{\n a # '}\n}'"), "f' { a } F-END NEWLINE END");
}

TEST(PythonLexer, BackslashesInFStrings) {
  EXPECT_EQ(tokens(R"(f'\N{EM DASH}{a}\'\\{b}\{c}')"), "f' { a } { b } { c } F-END NEWLINE END");
  EXPECT_EQ(tokens(R"(rf'\N{a}\'')"), "rf' { a } F-END NEWLINE END");
  EXPECT_EQ(tokens("f'a\\\nb'"), "f' F-END NEWLINE END");
}

TEST(PythonLexer, DoubtfulFStringsAreErrors) {
  for (const char* source :
       {"f'}'", "f'{a:{{b}}}'", "f'''{a:\n}'''", "f'{a:'", "f'\\N{'", "f'{a)}'"}) {
    EXPECT_NE(tokens(source).find("ERROR"), std::string::npos) << source;
  }
}

TEST(PythonLexer, TemplateStringsComeWithPython314) {
  EXPECT_EQ(tokens("t'{a}'", 13), "t '{a}' NEWLINE END");
  EXPECT_EQ(tokens("t'{a}' Rt''", 14), "t' { a } F-END Rt' F-END NEWLINE END");
}

}  // namespace
}  // namespace alembic_native
