#include "script/python_string.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace alembic_native {
namespace {

std::string decoded(std::string_view literal, DubiousEscapes dubious = DubiousEscapes::refuse) {
  std::string text;
  return append_string_literal(literal, dubious, text) ? text : "(refused)";
}

TEST(PythonString, Escapes) {
  EXPECT_EQ(decoded(R"('\\ \' \" \a\b\f\n\r\t\v')"), "\\ ' \" \a\b\f\n\r\t\v");
  EXPECT_EQ(decoded(R"('\x41\101\7\u00e9\U0001F600')"), "AA\a\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(decoded(R"('a\0b')"), std::string("a\0b", 3));
  EXPECT_EQ(decoded("'a\\\nb\\\r\nc\\\rd'"), "abcd");
}

TEST(PythonString, RawStringsKeepTheirBackslashes) {
  EXPECT_EQ(decoded(R"(r'\n\'\d')"), R"(\n\'\d)");
  EXPECT_EQ(decoded("R'''a\\\r\nb'''"), "a\\\nb");
}

TEST(PythonString, LineEndsBecomeNewlines) {
  EXPECT_EQ(decoded("'''a\r\nb\rc\nd'''"), "a\nb\nc\nd");
}

TEST(PythonString, WhatUtf8OrThisReaderCannotHoldIsRefused) {
  for (const char* literal :
       {R"('\ud800')", R"('\ud83d\ude00')", R"('\U00110000')", R"('\N{BULLET}')", R"('\x4')",
        R"('\u12')", R"('\xzz')", "b'a'", "f'a'"}) {
    EXPECT_EQ(decoded(literal, DubiousEscapes::accept), "(refused)") << literal;
  }
}

TEST(PythonString, DubiousEscapes) {
  EXPECT_EQ(decoded(R"('\d')"), "(refused)");
  EXPECT_EQ(decoded(R"('\400')"), "(refused)");
  EXPECT_EQ(decoded(R"('\d \8')", DubiousEscapes::accept), R"(\d \8)");
  EXPECT_EQ(decoded(R"('\777')", DubiousEscapes::accept), "\xC7\xBF");
}

TEST(PythonString, DocstringsLoseTheirCommonIndentation) {
  EXPECT_EQ(strip_docstring_indentation(""), "");
  EXPECT_EQ(strip_docstring_indentation("  a"), "a");
  EXPECT_EQ(strip_docstring_indentation("  a\n    b\n   \n      c\n    "), "a\nb\n\n  c\n");
  EXPECT_EQ(strip_docstring_indentation("a\n  b\nc"), "a\n  b\nc");
  EXPECT_EQ(strip_docstring_indentation("a\n\n      "), "a\n\n      ");
  EXPECT_EQ(strip_docstring_indentation("a\tb\n\tc"), "a       b\nc");
}

TEST(PythonString, TabStopsCountCharactersFromTheLastLineEnd) {
  EXPECT_EQ(strip_docstring_indentation("\xC3\xA9\tb"), "\xC3\xA9       b");
  EXPECT_EQ(strip_docstring_indentation("abc\rd\te\tf"), "abc\rd       e       f");
}

}  // namespace
}  // namespace alembic_native
