// What lies in a folder of scripts and is no file.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <variant>

#include "script/script_reading.h"
#include "temporary_folder.h"

namespace alembic_native {
namespace {

TEST(ScriptReading, NobodyIsWaitedForAtAPipe) {
  const TemporaryFolder folder;
  const std::string pipe = folder.path() + "/pipe.py";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_TRUE(std::holds_alternative<ImportNeeded>(read_scripts({pipe}, {})[0]));
}

}  // namespace
}  // namespace alembic_native
