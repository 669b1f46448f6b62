#include "script/python_source.h"

#include <gtest/gtest.h>

#include <string>

namespace alembic_native {
namespace {

TEST(PythonSource, TheByteOrderMarkIsNoText) {
  EXPECT_EQ(check_python_source("\xEF\xBB\xBF"
                                "a")
                .text,
            "a");
  EXPECT_EQ(check_python_source("\xEF\xBB\xBF").problem, "");
}

TEST(PythonSource, MalformedUtf8IsFoundWithItsLine) {
  for (const char* bytes :
       {"a\n\xFF", "a\r\n\xC3", "a\r\xC0\x80", "a\n\xED\xA0\x80", "a\n\xF4\x90\x80\x80",
        "a\n\xE0\x80\x80", "a\n\xF0\x80\x80\x80", "a\n0123456789abcdef\x80"}) {
    const PythonSource source = check_python_source(bytes);
    EXPECT_EQ(source.problem, "the file is not encoded in UTF-8") << bytes;
    EXPECT_EQ(source.line, 2) << bytes;
  }
  const std::string well_formed = "0123456789 \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xEE\x80\x80";
  EXPECT_EQ(check_python_source(well_formed).problem, "");
}

TEST(PythonSource, NulBytesAreFoundAnywhere) {
  for (std::size_t at = 0; at < 40; ++at) {
    std::string bytes(40, 'a');
    bytes[at] = '\0';
    EXPECT_EQ(check_python_source(bytes).problem, "the file holds a NUL byte") << at;
  }
}

TEST(PythonSource, CookiesMayNameUtf8) {
  for (const char* bytes : {"# -*- coding: utf-8 -*-",
                            "#!/bin/python\n# vim: set fileencoding=UTF_8 :", "# coding=utf8",
                            "# coding: ascii", "a\nb\n# coding: latin-1", "# coding latin-1",
                            "a # coding: latin-1", "\xEF\xBB\xBF# coding: utf-8", "# encoding:"}) {
    EXPECT_EQ(check_python_source(bytes).problem, "") << bytes;
  }
}

TEST(PythonSource, OtherCookiesAreLeftToPython) {
  for (const char* bytes :
       {"# coding: latin-1", "\n \t# -*- coding: cp1252 -*-", "\r# coding=utf-16",
        "# coding: ascii\n'\xC3\xA9'", "# coding: coding: latin-1", "\xEF\xBB\xBF# coding: utf8"}) {
    EXPECT_NE(check_python_source(bytes).problem, "") << bytes;
  }
}

}  // namespace
}  // namespace alembic_native
