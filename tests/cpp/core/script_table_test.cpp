#include "script/script_table.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "error.h"
#include "graph_drawing.h"

namespace alembic_native {
namespace {

using tests::thrown_by;

ScriptTable table_of(const std::vector<std::string>& sources) {
  std::vector<std::string> paths;
  std::vector<HeaderResult> headers;
  for (const std::string& source : sources) {
    paths.push_back(std::to_string(paths.size()) + ".py");
    headers.push_back(read_script_header(source, {}));
  }
  return {paths, {}, headers};
}

TEST(ScriptTable, TheGraphOfCertainHeaders) {
  const ScriptTable table =
      table_of({"revision = 'a'\ndown_revision = None\n", "revision = 'b'\ndown_revision = 'a'\n"});
  EXPECT_EQ(table.exceptions("@-+"), std::vector<std::size_t>());
  EXPECT_EQ(table.graph()->ids(table.graph()->heads()), std::vector<std::string>{"b"});
  EXPECT_EQ(table.graph()->record(1).path, "1.py");
  EXPECT_THROW(table.path(2), std::out_of_range);
}

TEST(ScriptTable, WhatIsNotCertainIsSupplied) {
  ScriptTable table = table_of(
      {"revision = 'a'\ndown_revision = None\n", "revision = make()\ndown_revision = 'a'\n"});
  EXPECT_EQ(table.exceptions(""), std::vector<std::size_t>{1});
  EXPECT_EQ(thrown_by([&] { table.graph(); }), "internal: a script was neither read nor supplied");
  RevisionRecord made;
  made.id = "made";
  made.down_revisions = {"a"};
  table.supply(1, made);
  EXPECT_EQ(table.graph()->ids(table.graph()->heads()), std::vector<std::string>{"made"});
}

TEST(ScriptTable, AnIdThatUpstreamRefusesIsAnException) {
  const ScriptTable table = table_of({"revision = 'a@b'\ndown_revision = None\n"});
  EXPECT_EQ(table.exceptions("@"), std::vector<std::size_t>{0});
}

}  // namespace
}  // namespace alembic_native
