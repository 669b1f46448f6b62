// What each step does to the rows of the version table.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "graph/topological_order.h"
#include "graph_drawing.h"
#include "version/row_operations.h"

namespace alembic_native::tests {
namespace {

std::string shown(const StepOperations& step) {
  std::vector<std::string> result;
  for (const RowOperation& one : step.operations) {
    switch (one.kind) {
      case RowOperation::Kind::insert:
        result.push_back("+" + one.to);
        break;
      case RowOperation::Kind::remove:
        result.push_back("-" + one.from);
        break;
      case RowOperation::Kind::update:
        result.push_back(one.from + ">" + one.to);
        break;
    }
  }
  return tests::shown(result);
}

std::string up(const Graph& graph, std::string_view id, const std::vector<std::string>& rows) {
  return shown(upgrade_operations(*graph, node(graph, id), rows));
}

std::string down(const Graph& graph, std::string_view id, const std::vector<std::string>& rows) {
  return shown(downgrade_operations(*graph, node(graph, id), rows));
}

TEST(RowOperations, Line) {
  const auto graph = drawn("a--b");
  EXPECT_EQ(up(graph, "a", {}), "+a");
  EXPECT_EQ(up(graph, "b", {"a"}), "a>b");
  EXPECT_EQ(down(graph, "b", {"b"}), "b>a");
  EXPECT_EQ(down(graph, "a", {"a"}), "-a");
}

TEST(RowOperations, Branch) {
  const auto graph = drawn(R"(
    a--b
     \
      c
  )");
  EXPECT_EQ(up(graph, "b", {"a"}), "a>b");
  EXPECT_EQ(up(graph, "c", {"b"}), "+c");
  EXPECT_EQ(down(graph, "c", {"b", "c"}), "-c");
  EXPECT_EQ(down(graph, "b", {"b"}), "b>a");
}

TEST(RowOperations, MergeAndUnmerge) {
  const auto graph = drawn(R"(
    a--b--d
     \   /
      c-/
  )");
  EXPECT_EQ(up(graph, "d", {"b", "c"}), "-b c>d");
  EXPECT_EQ(down(graph, "d", {"d"}), "+b d>c");
  EXPECT_EQ(up(graph, "d", {"b"}), "b>d");
}

TEST(RowOperations, MergeOfThree) {
  const auto graph = drawn(R"(
    a--\
        \
    b----d
        /
    c--/
  )");
  EXPECT_EQ(up(graph, "d", {"a", "b", "c"}), "-a -b c>d");
  EXPECT_EQ(down(graph, "d", {"d"}), "+a +b d>c");
}

TEST(RowOperations, DependencyIsMergedLikeAParent) {
  const auto graph = drawn(R"(
    a--b
        \=
          \
    x------y
  )");
  EXPECT_EQ(up(graph, "y", {"b", "x"}), "-x b>y");
  EXPECT_EQ(down(graph, "y", {"y"}), "+x y>b");
}

TEST(RowOperations, RowThatAnotherHeadNeedsStays) {
  const auto graph = drawn(R"(
    a--b--c
        \=
          \
    x------y
  )");
  // b is applied through c, and so needs no row of its own.
  EXPECT_EQ(up(graph, "y", {"c", "x"}), "x>y");
  EXPECT_EQ(down(graph, "y", {"c", "y"}), "y>x");
  EXPECT_EQ(down(graph, "c", {"c", "y"}), "-c");
}

TEST(RowOperations, UpdateWithoutAFittingRowIsRefused) {
  const auto graph = drawn(R"(
    a--\
        d
    b--/
  )");
  EXPECT_EQ(thrown_by([&] {
              down(graph, "d", {"a", "b"});
            }),
            "assertion: Can't do an UPDATE because downrevision is ambiguous");
}

TEST(RowOperations, IdIsData) {
  RevisionRecord record;
  record.id = "it's";
  EXPECT_EQ(up(built({record}), "it's", {}), "+it's");
}

TEST(RowOperations, StampSteps) {
  const auto stamp = [](StampStep step, const std::vector<std::string>& rows) {
    return shown(stamp_operations(step, rows));
  };
  EXPECT_EQ(stamp({{}, {"b"}, true, true}, {}), "+b");
  EXPECT_EQ(stamp({{"b"}, {}, false, true}, {"b"}), "-b");
  EXPECT_EQ(stamp({{"a"}, {"b"}, true, false}, {"a"}), "a>b");
  EXPECT_EQ(stamp({{"b", "c"}, {"d"}, true, false}, {"b", "c"}), "-b c>d");
  EXPECT_EQ(stamp({{"d"}, {"b", "c"}, false, false}, {"d"}), "+b d>c");
  EXPECT_EQ(thrown_by([&] {
              stamp({{"a"}, {}, false, false}, {"a"});
            }),
            "assertion: a stamp step must lead from one revision or several to one, or from one "
            "to several");
}

void run_on_rows(const StepOperations& step, std::set<std::string>& rows) {
  for (const RowOperation& one : step.operations) {
    if (one.kind != RowOperation::Kind::insert) {
      ASSERT_EQ(rows.erase(one.from), 1U) << one.from;
    }
    if (one.kind != RowOperation::Kind::remove) {
      ASSERT_TRUE(rows.insert(one.to).second) << one.to;
    }
  }
}

// Revisions built upon others, or depending on them, of which none is an ancestor of another.
// (Beside another branch, upstream writes a row for each parent of such a merge point, and so do
// these functions.)
std::vector<RevisionRecord> random_records(std::mt19937& random, Node count) {
  const auto below = [&](Node limit) { return static_cast<Node>(random() % limit); };
  std::vector<RevisionRecord> records(count);
  std::vector<std::set<Node>> ancestors_of(count);
  for (Node place = 0; place < count; ++place) {
    auto& record = records[place];
    record.id = fmt::format("r{}", place);
    ancestors_of[place].insert(place);
    std::vector<Node> parents;
    for (Node wanted = place == 0 ? 0 : below(4); wanted > 0; --wanted) {
      const Node other = place - 1 - below(std::min<Node>(place, 6));
      const bool is_apart = std::all_of(parents.begin(), parents.end(), [&](Node parent) {
        return ancestors_of[parent].count(other) == 0 && ancestors_of[other].count(parent) == 0;
      });
      if (!is_apart) continue;
      parents.push_back(other);
      (below(4) == 0 ? record.dependencies : record.down_revisions)
          .push_back(fmt::format("r{}", other));
    }
    for (const Node parent : parents) {
      ancestors_of[place].insert(ancestors_of[parent].begin(), ancestors_of[parent].end());
    }
  }
  return records;
}

TEST(RowOperations, RandomHistoriesUpAndDownAgain) {
  // After each step the rows are the revisions applied that no other one is built upon.
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const auto graph = built(random_records(random, static_cast<Node>(2 + random() % 15)));
    auto order = ancestors(*graph, graph->real_heads(), Edges::all);
    order = topological_order(*graph, order, graph->real_heads());
    std::reverse(order.begin(), order.end());

    std::set<std::string> rows;
    std::set<Node> applied;
    const auto expect_rows_to_fit = [&] {
      std::set<std::string> expected;
      for (const Node one : applied) {
        const bool is_followed = std::any_of(applied.begin(), applied.end(), [&](Node other) {
          return graph->all_down_revisions()[other].contains(one);
        });
        if (!is_followed) expected.insert(graph->id(one));
      }
      EXPECT_EQ(rows, expected);
    };
    for (const Node one : order) {
      run_on_rows(upgrade_operations(*graph, one, {rows.begin(), rows.end()}), rows);
      applied.insert(one);
      expect_rows_to_fit();
    }
    std::reverse(order.begin(), order.end());
    for (const Node one : order) {
      run_on_rows(downgrade_operations(*graph, one, {rows.begin(), rows.end()}), rows);
      applied.erase(one);
      expect_rows_to_fit();
    }
    EXPECT_TRUE(rows.empty());
  }
}

}  // namespace
}  // namespace alembic_native::tests
