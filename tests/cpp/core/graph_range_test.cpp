// Which revisions an upgrade, a downgrade and a stamp go through, and in which order.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "graph/stamp.h"
#include "graph/topological_order.h"
#include "graph/upgrade_path.h"
#include "graph_drawing.h"

namespace alembic_native::tests {
namespace {

std::string order_of(const Graph& graph, const RevisionRange& range) {
  const auto order = topological_order(*graph, range.revisions, range.heads);
  EXPECT_EQ(order, topological_order_by_rule(*graph, range.revisions, range.heads));
  return shown(graph, order);
}

// As "upgrade TARGET" lists it: from the last to be run down to the first.
std::string upgrade(const Graph& graph, const std::string& target, std::vector<std::string> rows) {
  RangeOptions options;
  options.implicit_base = true;
  Warnings warnings;
  return order_of(graph, collect_upgrade(*graph, Identifier::single(target),
                                         Identifier::several(std::move(rows)), options, warnings));
}

std::string downgrade(const Graph& graph, const std::string& target,
                      std::vector<std::string> rows) {
  Warnings warnings;
  return order_of(graph, collect_downgrade(*graph, Identifier::several(std::move(rows)),
                                           Identifier::single(target), RangeOptions{}, warnings));
}

std::string listing(const Graph& graph, const std::string& upper, const std::string& lower,
                    bool inclusive) {
  RangeOptions options;
  options.inclusive = inclusive;
  Warnings warnings;
  return order_of(graph, collect_upgrade(*graph, Identifier::single(upper),
                                         Identifier::single(lower), options, warnings));
}

std::string stamp(const Graph& graph, std::vector<std::string> targets,
                  std::vector<std::string> rows) {
  std::vector<std::string> result;
  for (const StampStep& step : stamp_steps(*graph, Identifier::several(std::move(targets)),
                                           Identifier::several(std::move(rows)))) {
    result.push_back(fmt::format("{}[{}]{}[{}]", step.is_upgrade ? "up" : "down", shown(step.from),
                                 step.is_branch_move ? "=>" : "->", shown(step.to)));
  }
  return shown(result);
}

constexpr const char* diamond = R"(
    a--b--d--e
     \   /
      c-/
)";

constexpr const char* two_lines = R"(
    a--b(lib)--c
        \=
          \
    x------y(app)--z
)";

TEST(GraphOrder, FollowsOneBranchDownToTheMergePoint) {
  EXPECT_EQ(upgrade(drawn(diamond), "head", {}), "e d b c a");
}

TEST(GraphOrder, ThreeHeadsInScanOrder) {
  EXPECT_EQ(upgrade(drawn(R"(
      a--b--e
       \
        c
         \
          d
  )"),
                    "heads", {}),
            "e b d c a");
}

TEST(GraphOrder, TurnsToTheHeadThatDependsOnTheNextRevision) {
  EXPECT_EQ(upgrade(drawn(two_lines), "lib@head", {}), "c b a");
  EXPECT_EQ(upgrade(drawn(two_lines), "heads", {}), "c z y x b a");
}

TEST(GraphUpgrade, OnlyWhatIsNotApplied) {
  const auto graph = drawn(diamond);
  EXPECT_EQ(upgrade(graph, "head", {"b"}), "e d c");
  EXPECT_EQ(upgrade(graph, "head", {"b", "c"}), "e d");
  EXPECT_EQ(upgrade(graph, "head", {"e"}), "");
}

TEST(GraphUpgrade, BringsDependenciesAlong) {
  const auto graph = drawn(two_lines);
  EXPECT_EQ(upgrade(graph, "y", {}), "y x b a");
  EXPECT_EQ(upgrade(graph, "y", {"b"}), "y x");
}

TEST(GraphUpgrade, RelativeTargets) {
  const auto graph = drawn(two_lines);
  EXPECT_EQ(upgrade(graph, "lib@+2", {}), "b a");
  EXPECT_EQ(upgrade(graph, "app@+1", {"b", "x"}), "y");
  EXPECT_EQ(upgrade(graph, "b+1", {"b"}), "c");
  EXPECT_EQ(thrown_by([&] {
              upgrade(graph, "+1", {"c", "x"});
            }),
            "revision: Ambiguous upgrade from multiple current revisions");
  EXPECT_EQ(thrown_by([&] { upgrade(graph, "lib@+4", {}); }),
            "revision: Relative revision +4 didn't produce 4 migrations");
}

TEST(GraphUpgrade, ListsOnlyOneLine) {
  const auto graph = drawn(diamond);
  EXPECT_EQ(listing(graph, "e", "b", true), "e d b");
  EXPECT_EQ(listing(graph, "e", "b", false), "e d");
  EXPECT_EQ(thrown_by([&] { listing(graph, "b", "c", false); }),
            "range_not_ancestor: Revision c is not an ancestor of revision b");
}

TEST(GraphDowngrade, ToBaseAndToARevision) {
  const auto graph = drawn(diamond);
  EXPECT_EQ(downgrade(graph, "base", {"e"}), "e d b c a");
  EXPECT_EQ(downgrade(graph, "b", {"e"}), "e d");
  EXPECT_EQ(downgrade(graph, "a", {"b"}), "b");
  EXPECT_EQ(thrown_by([&] { downgrade(graph, "b", {"c"}); }),
            "range_not_ancestor: Revision Nothing to drop is not an ancestor of revision ('c',)");
}

TEST(GraphDowngrade, TakesAlongWhatDependsOnIt) {
  const auto graph = drawn(two_lines);
  EXPECT_EQ(downgrade(graph, "a", {"c", "z"}), "c z y b");
  EXPECT_EQ(downgrade(graph, "lib@base", {"z"}), "z y b a");
  EXPECT_EQ(downgrade(graph, "app@-1", {"c", "z"}), "z");
}

TEST(GraphStamp, UpDownAndNewBranch) {
  const auto graph = drawn(diamond);
  EXPECT_EQ(stamp(graph, {"b"}, {}), "up[]=>[b]");
  EXPECT_EQ(stamp(graph, {"e"}, {"b", "c"}), "up[b c]->[e]");
  EXPECT_EQ(stamp(graph, {"a"}, {"b", "c"}), "down[b c]->[a]");
  EXPECT_EQ(stamp(graph, {"c"}, {"b"}), "up[]=>[c]");
  EXPECT_EQ(stamp(graph, {"b"}, {"b"}), "");
  EXPECT_EQ(stamp(graph, {"base"}, {"b", "c"}), "down[b]=>[] down[c]=>[]");
  EXPECT_EQ(stamp(graph, {"b", "c"}, {}), "up[]=>[b] up[]=>[c]");
}

TEST(GraphStamp, RefusesATableThatHoldsRevisionsAboveAndBelow) {
  // Both rows were merged into one, although no run leaves such a table.
  const auto graph = drawn("a--b--c");
  EXPECT_EQ(thrown_by([&] {
              stamp(graph, {"b"}, {"a", "c"});
            }),
            "assertion: the version table holds revisions above 'b' and others below it (a, c); "
            "stamp with --purge to empty it first");
}

}  // namespace
}  // namespace alembic_native::tests
