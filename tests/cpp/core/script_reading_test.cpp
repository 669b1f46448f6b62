// Reading many scripts on several threads gives what reading one after the other gives.
#include "script/script_reading.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "temporary_folder.h"

namespace alembic_native {
namespace {

std::string script(int number) {
  return fmt::format(
      "\"\"\"Change {0}.\"\"\"\nrevision = 'r{0}'\ndown_revision = {1}\nbranch_labels = None\n"
      "depends_on = None\n",
      number, number == 0 ? "None" : fmt::format("'r{}'", number - 1));
}

std::vector<std::string> written(const TemporaryFolder& folder, int count) {
  std::vector<std::string> paths;
  for (int number = 0; number < count; ++number) {
    paths.push_back(folder.write(fmt::format("r{}.py", number), script(number)));
  }
  return paths;
}

TEST(ScriptReadingParallel, KeepsTheOrderOfThePaths) {
  const TemporaryFolder folder;
  const auto paths = written(folder, 500);
  const auto headers = read_scripts(paths, {});
  ASSERT_EQ(headers.size(), 500U);
  for (int number = 0; number < 500; ++number) {
    const auto& header = std::get<ScriptHeader>(headers[static_cast<std::size_t>(number)]);
    EXPECT_EQ(header.revision.items, std::vector<std::string>{fmt::format("r{}", number)});
    EXPECT_EQ(header.doc, fmt::format("Change {}.", number));
  }
}

TEST(ScriptReadingParallel, SeveralCallersAtOnceDoNotDisturbEachOther) {
  const TemporaryFolder folder;
  const auto paths = written(folder, 200);
  std::vector<std::size_t> certain(4, 0);
  std::vector<std::thread> callers;
  for (std::size_t& count : certain) {
    callers.emplace_back([&paths, &count] {
      for (const HeaderResult& result : read_scripts(paths, {})) {
        count += std::holds_alternative<ScriptHeader>(result) ? 1 : 0;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(certain, std::vector<std::size_t>(4, 200));
}

TEST(ScriptReading, WhatCannotBeReadHasToBeImported) {
  const TemporaryFolder folder;
  for (const HeaderResult& result : read_scripts({folder.path() + "/gone.py", folder.path()}, {})) {
    EXPECT_TRUE(std::holds_alternative<ImportNeeded>(result));
  }
}

TEST(ScriptReading, APathMayHoldAnyLetters) {
  const TemporaryFolder folder;
  const std::string path = folder.write("\u00e4nderung_\u0416\U0001F600/r1.py", script(1));
  EXPECT_TRUE(std::holds_alternative<ScriptHeader>(read_scripts({path}, {})[0]));
}

TEST(ScriptReading, AFileLongerThanTheFirstBufferIsReadToItsEnd) {
  const TemporaryFolder folder;
  const std::string comment(1000, '#');
  std::string source = script(7);
  for (int line = 0; line < 1000; ++line) source += comment + "\n";
  source += "revision = 'last'\n";
  const auto headers = read_scripts({folder.write("long.py", source)}, {});
  EXPECT_EQ(std::get<ScriptHeader>(headers[0]).revision.items[0], "last");
}

TEST(ScriptReading, ARecordSaysWhereItsParentsAreDeclared) {
  const TemporaryFolder folder;
  const std::string path = folder.write("r1.py", script(1));
  const auto record = record_of(std::get<ScriptHeader>(read_scripts({path}, {})[0]), path);
  EXPECT_EQ(record.id, "r1");
  EXPECT_EQ(record.down_revisions, std::vector<std::string>{"r0"});
  EXPECT_EQ(record.path, path);
  EXPECT_EQ(record.down_revision_line, 3);
}

TEST(ScriptReading, ALoopOrAnIllegalCharacterIsNotAcceptable) {
  RevisionRecord record;
  record.id = "a";
  EXPECT_TRUE(is_acceptable(record, "@-+:"));
  record.down_revisions = {"b", "a"};
  EXPECT_FALSE(is_acceptable(record, "@-+:"));
  record.down_revisions = {"b"};
  record.dependencies = {"a"};
  EXPECT_FALSE(is_acceptable(record, "@-+:"));
  record.dependencies = {};
  record.id = "a:b";
  EXPECT_FALSE(is_acceptable(record, "@-+:"));
  EXPECT_TRUE(is_acceptable(record, "@-+"));
}

}  // namespace
}  // namespace alembic_native
