// Texts that may be shown.
#include "postgres/message_text.h"

#include <gtest/gtest.h>

#include <chrono>

namespace alembic_native::postgres {
namespace {

TEST(MessageText, ValidUtf8Stays) {
  EXPECT_EQ(valid_utf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"),
            "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST(MessageText, EverythingElseIsReplaced) {
  EXPECT_EQ(valid_utf8("caf\xE9"), "caf\xEF\xBF\xBD");
  // Overlong, surrogate, beyond U+10FFFF, cut short.
  for (const char* text : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                           "\xE2\x82", "\xF0\x9F\x98", "\x80"}) {
    EXPECT_EQ(valid_utf8(text).substr(0, 3), "\xEF\xBF\xBD") << text;
  }
}

// A server's message could set the title of the window, and write lines of its own.
TEST(MessageText, ControlCharactersAreShown) {
  EXPECT_EQ(printable("\x1B]0;pwn\x07"), "\\x1b]0;pwn\\x07");
  EXPECT_EQ(printable("one\ntwo\rthree\tfour"), "one\\ntwo\\rthree\\tfour");
  EXPECT_EQ(printable("\x7F\xC2\x85\xC2\x9B"
                      "31m"),
            "\\x7f\\x85\\x9b31m");
  EXPECT_EQ(printable("a\xE2\x80\xA8"
                      "b\xE2\x80\xAE"
                      "c\xE2\x81\xA6"),
            "a\\u2028b\\u202ec\\u2066");
  EXPECT_EQ(printable("gr\xC3\xB6\xC3\x9F"
                      "er \xF0\x9F\x91\xA9 C:\\new"),
            "gr\xC3\xB6\xC3\x9F"
            "er \xF0\x9F\x91\xA9 C:\\new");
}

TEST(MessageText, SecretsAreReplacedLongestFirst) {
  EXPECT_EQ(without_secrets("abcdef and abcd", {"abcd", "abcdef"}), "*** and ***");
  EXPECT_EQ(without_secrets("nothing", {""}), "nothing");
}

TEST(MessageText, AShortSecretIsReplacedAsAWordOnly) {
  EXPECT_EQ(without_secrets("a database, \"a\", a", {"a"}), "*** database, \"***\", ***");
}

// Errors named seconds with ten digits.
TEST(MessageText, SecondsAreRounded) {
  EXPECT_EQ(rounded(std::chrono::seconds(10)), "10");
  EXPECT_EQ(rounded(std::chrono::duration<double>(2.123456789)), "2.1");
  EXPECT_EQ(rounded(std::chrono::milliseconds(500)), "0.5");
}

}  // namespace
}  // namespace alembic_native::postgres
