// Paths as text come back as they were, on every system.
#include "script/file_path.h"

#include <gtest/gtest.h>

#include <string>

namespace alembic_native {
namespace {

TEST(FilePath, LettersOfEveryLengthComeBack) {
  const std::string text = "a/\u00e4/\u20ac/\U0001F600.py";
  EXPECT_EQ(text_of_path(path_from_text(text)), text);
}

TEST(FilePath, LoneSurrogatesComeBack) {
  const std::string text = "versions/\xED\xA0\x80-\xED\xBF\xBF.py";
  EXPECT_EQ(text_of_path(path_from_text(text)), text);
}

}  // namespace
}  // namespace alembic_native
