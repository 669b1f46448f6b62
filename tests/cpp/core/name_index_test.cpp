#include "graph/name_index.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace alembic_native {
namespace {

TEST(NameIndex, KeepsNamesInTheOrderInWhichTheyCame) {
  NameIndex index;
  EXPECT_EQ(index.insert("b1", 0), std::make_pair(Node{0}, true));
  EXPECT_EQ(index.insert("a1", 1), std::make_pair(Node{1}, true));
  const std::vector<NameIndex::Entry> expected{{"b1", 0}, {"a1", 1}};
  EXPECT_EQ(index.entries(), expected);
}

TEST(NameIndex, TellsOfANameThatIsThereAlready) {
  NameIndex index;
  index.insert("ae10", 7);
  EXPECT_EQ(index.insert("ae10", 8), std::make_pair(Node{7}, false));
  EXPECT_EQ(index.find("ae10"), Node{7});
  EXPECT_EQ(index.entries().size(), 1U);
}

TEST(NameIndex, RedirectsANameInItsPlace) {
  NameIndex index;
  index.insert("ae10", 0);
  index.insert("ae11", 1);
  index.redirect("ae10", 2);
  EXPECT_EQ(index.find("ae10"), Node{2});
  EXPECT_EQ(index.entries()[0].second, Node{2});
}

TEST(NameIndex, FindsNothingInAnEmptyOne) {
  EXPECT_EQ(NameIndex().find("ae10"), std::nullopt);
  NameIndex reserved;
  reserved.reserve(100);
  EXPECT_EQ(reserved.find("ae10"), std::nullopt);
}

TEST(NameIndex, FindsAllNamesAfterGrowing) {
  std::vector<std::string> names;
  for (Node node = 0; node < 5000; ++node) names.push_back(fmt::format("{:x}", node));
  NameIndex index;
  for (Node node = 0; node < names.size(); ++node) index.insert(names[node], node);
  for (Node node = 0; node < names.size(); ++node) ASSERT_EQ(index.find(names[node]), node);
  EXPECT_EQ(index.find("5000 of them"), std::nullopt);
}

}  // namespace
}  // namespace alembic_native
