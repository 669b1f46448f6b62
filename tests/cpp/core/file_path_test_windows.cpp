// Paths as text against what Windows takes.
#include <gtest/gtest.h>

#include <string>

#include "script/file_path.h"

namespace alembic_native {
namespace {

TEST(FilePath, ItIsUtf16ForWindows) {
  EXPECT_EQ(path_from_text("a\u00e4\u20ac\U0001F600").native(), L"a\u00e4\u20ac\U0001F600");
}

TEST(FilePath, ALoneSurrogateIsOneUnit) {
  const std::wstring high(1, wchar_t{0xD800});
  EXPECT_EQ(path_from_text("\xED\xA0\x80").native(), high);
  EXPECT_EQ(text_of_path(high + L"x"), "\xED\xA0\x80x");
}

TEST(FilePath, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(path_from_text("a\xE4-\xED\xA0").native(), L"a\uFFFD-\uFFFD\uFFFD");
}

}  // namespace
}  // namespace alembic_native
