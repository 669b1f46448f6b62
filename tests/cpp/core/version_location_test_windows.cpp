// What is listed is named as Windows names it.
#include <gtest/gtest.h>

#include <string>

#include "script/version_location.h"
#include "temporary_folder.h"

namespace alembic_native {
namespace {

TEST(VersionLocation, PathsHaveBackslashes) {
  const TemporaryFolder folder;
  const std::string path = folder.write("db\\versions\\a.py", "");
  const auto listed = list_scripts({folder.path() + "/db/versions"}, {});
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].path, path);
}

}  // namespace
}  // namespace alembic_native
