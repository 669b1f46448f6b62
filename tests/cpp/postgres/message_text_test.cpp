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
