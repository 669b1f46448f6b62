// Large histories of a regular shape, whose answers are arithmetic.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "graph/topological_order.h"
#include "graph_drawing.h"

namespace alembic_native::tests {
namespace {

using Parents = std::vector<std::vector<Node>>;

std::vector<std::string> names_of(const std::vector<Node>& nodes) {
  std::vector<std::string> result;
  result.reserve(nodes.size());
  for (const Node one : nodes) result.push_back(fmt::format("r{:05}", one));
  return result;
}

// A history given by numbers: the parents, and the dependencies, of each revision.
Graph numbered(const Parents& parents, const Parents& dependencies = {}) {
  std::vector<RevisionRecord> records(parents.size());
  for (Node place = 0; place < parents.size(); ++place) {
    records[place].id = fmt::format("r{:05}", place);
    records[place].down_revisions = names_of(parents[place]);
    if (place < dependencies.size()) records[place].dependencies = names_of(dependencies[place]);
  }
  return built(std::move(records));
}

std::vector<Node> complete_order(const Graph& graph) {
  return topological_order(*graph, ancestors(*graph, graph->real_heads(), Edges::all),
                           graph->real_heads());
}

// Every revision once, and before all it is built upon.
void expect_order_of_all(const Graph& graph) {
  const auto order = complete_order(graph);
  ASSERT_EQ(order.size(), graph->size());
  std::vector<std::size_t> place_of(graph->size(), graph->size());
  for (std::size_t place = 0; place < order.size(); ++place) place_of[order[place]] = place;
  for (Node one = 0; one < graph->size(); ++one) {
    for (const Node parent : graph->all_down_revisions()[one]) {
      ASSERT_LT(place_of[one], place_of[parent]);
    }
  }
}

std::size_t count_below(const Graph& graph, Node one, Edges edges = Edges::all) {
  return ancestors(*graph, {one}, edges).size();
}

TEST(GraphFamilies, Line) {
  constexpr Node length = 50'000;
  Parents parents(length);
  for (Node place = 1; place < length; ++place) parents[place] = {place - 1};
  const auto graph = numbered(parents);
  EXPECT_EQ(graph->heads(), (std::vector<Node>{length - 1}));
  EXPECT_EQ(graph->bases(), (std::vector<Node>{0}));
  EXPECT_EQ(count_below(graph, length - 1), length);
  std::vector<Node> expected(length);
  for (Node place = 0; place < length; ++place) expected[place] = length - 1 - place;
  EXPECT_EQ(complete_order(graph), expected);
}

TEST(GraphFamilies, Grid) {
  // Each revision of a grid is built upon its left and its upper neighbour; below it lies the
  // rectangle up to the corner.
  constexpr Node width = 200;
  constexpr Node height = 250;
  const auto at = [](Node row, Node column) { return row * width + column; };
  Parents parents(std::size_t{width} * height);
  for (Node row = 0; row < height; ++row) {
    for (Node column = 0; column < width; ++column) {
      if (row > 0) parents[at(row, column)].push_back(at(row - 1, column));
      if (column > 0) parents[at(row, column)].push_back(at(row, column - 1));
    }
  }
  const auto graph = numbered(parents);
  EXPECT_EQ(graph->heads(), (std::vector<Node>{width * height - 1}));
  EXPECT_EQ(graph->bases(), (std::vector<Node>{0}));
  for (const auto& [row, column] : {std::pair<Node, Node>{0, 0}, {7, 3}, {120, 199}, {249, 199}}) {
    EXPECT_EQ(count_below(graph, at(row, column)), (row + 1) * (column + 1));
    EXPECT_EQ(descendants(*graph, {at(row, column)}, Edges::all, Edges::all).size(),
              (height - row) * (width - column));
  }
  for (Node row = 0; row < height; row += 31) {
    for (Node column = 0; column < width; column += 23) {
      EXPECT_EQ(graph->reaches(at(97, 101), at(row, column), Edges::all),
                row <= 97 && column <= 101);
    }
  }
  expect_order_of_all(graph);
}

TEST(GraphFamilies, Comb) {
  // A spine with a tooth at each revision.
  constexpr Node teeth = 25'000;
  Parents parents(std::size_t{2} * teeth);
  for (Node place = 1; place < teeth; ++place) parents[place] = {place - 1};
  for (Node tooth = 0; tooth < teeth; ++tooth) parents[teeth + tooth] = {tooth};
  const auto graph = numbered(parents);
  EXPECT_EQ(graph->heads().size(), teeth);
  EXPECT_EQ(graph->bases(), (std::vector<Node>{0}));
  EXPECT_EQ(count_below(graph, teeth + 1234), 1236U);
  EXPECT_EQ(branch_heads(*graph, ancestors(*graph, {teeth + 10, teeth + 20}, Edges::all)),
            (std::vector<Node>{teeth + 10, teeth + 20}));
  expect_order_of_all(graph);
}

TEST(GraphFamilies, LadderOfDiamonds) {
  // 2 to the power of 16,666 ways lead down; there are three revisions a diamond.
  constexpr Node diamonds = 16'666;
  Parents parents{{}};
  for (Node diamond = 0; diamond < diamonds; ++diamond) {
    const Node foot = 3 * diamond;
    parents.push_back({foot});
    parents.push_back({foot});
    parents.push_back({foot + 1, foot + 2});
  }
  const auto graph = numbered(parents);
  EXPECT_EQ(graph->heads(), (std::vector<Node>{3 * diamonds}));
  EXPECT_EQ(count_below(graph, 3 * 1000), 3U * 1000 + 1);
  EXPECT_EQ(count_below(graph, 3 * 1000 + 2), 3U * 1000 + 2);
  EXPECT_FALSE(graph->reaches(3 * diamonds - 1, 3 * diamonds - 2, Edges::all));
  EXPECT_TRUE(graph->reaches(3 * diamonds, 1, Edges::all));
  const auto order = complete_order(graph);
  ASSERT_EQ(order.size(), graph->size());
  // Of each diamond: the top, the first declared side, the other side.
  EXPECT_EQ(
      std::vector<Node>(order.begin(), order.begin() + 4),
      (std::vector<Node>{3 * diamonds, 3 * diamonds - 2, 3 * diamonds - 1, 3 * diamonds - 3}));
}

// Whether a head of one ladder is built upon the other was found out by walking all of it, each
// time.
TEST(GraphFamilies, TwoLaddersOfDiamonds) {
  constexpr Node diamonds = 8'333;
  Parents parents;
  for (int ladder = 0; ladder < 2; ++ladder) {
    Node foot = static_cast<Node>(parents.size());
    parents.emplace_back();
    for (Node diamond = 0; diamond < diamonds; ++diamond) {
      parents.push_back({foot});
      parents.push_back({foot});
      parents.push_back({foot + 1, foot + 2});
      foot += 3;
    }
  }
  const auto graph = numbered(parents);
  EXPECT_EQ(graph->heads(), (std::vector<Node>{3 * diamonds, 6 * diamonds + 1}));
  EXPECT_FALSE(graph->reaches(6 * diamonds + 1, 3, Edges::all));
  EXPECT_EQ(graph->reaches_within(6 * diamonds + 1, 3, 10), std::nullopt);
  EXPECT_EQ(graph->reaches_within(3 * diamonds, 3 * diamonds - 3, 10), true);
  expect_order_of_all(graph);
}

TEST(GraphFamilies, StarOfHeads) {
  constexpr Node heads = 49'999;
  Parents parents(heads + 1, {0});
  parents[0].clear();
  const auto graph = numbered(parents);
  EXPECT_EQ(graph->heads().size(), heads);
  const auto order = complete_order(graph);
  ASSERT_EQ(order.size(), graph->size());
  for (Node place = 0; place < heads; ++place) ASSERT_EQ(order[place], place + 1);
  EXPECT_EQ(order.back(), 0U);
}

TEST(GraphFamilies, StarOfBases) {
  constexpr Node bases = 5'000;
  Parents parents(bases + 1);
  for (Node base = 0; base < bases; ++base) parents[bases].push_back(base);
  const auto graph = numbered(parents);
  EXPECT_EQ(graph->bases().size(), bases);
  EXPECT_EQ(graph->heads(), (std::vector<Node>{bases}));
  EXPECT_EQ(count_below(graph, bases), bases + 1);
  expect_order_of_all(graph);
}

TEST(GraphFamilies, TwoLinesWithARungAtEachStep) {
  // Bug: what is known of the row of heads ends with each step here, and was found again each
  // time, which took the square of the length. Each revision of the second line depends on the one
  // beside it in the first.
  constexpr Node rungs = 25'000;
  Parents parents(std::size_t{2} * rungs);
  Parents dependencies(parents.size());
  for (Node rung = 0; rung < rungs; ++rung) {
    if (rung > 0) {
      parents[rung] = {rung - 1};
      parents[rungs + rung] = {rungs + rung - 1};
    }
    dependencies[rungs + rung] = {rung};
  }
  const auto graph = numbered(parents, dependencies);
  EXPECT_EQ(graph->heads(), (std::vector<Node>{rungs - 1, 2 * rungs - 1}));
  EXPECT_EQ(graph->real_heads(), (std::vector<Node>{2 * rungs - 1}));
  EXPECT_EQ(graph->real_bases(), (std::vector<Node>{0}));
  EXPECT_EQ(count_below(graph, rungs + 776, Edges::all), 2U * 777);
  EXPECT_EQ(count_below(graph, rungs + 776, Edges::version), 777U);
  expect_order_of_all(graph);
}

TEST(GraphFamilies, OneDependencyDeclaredAlongAWholeLine) {
  // Only the first of the line keeps it.
  constexpr Node length = 10'000;
  Parents parents(length);
  Parents dependencies(length);
  for (Node place = 2; place < length; ++place) parents[place] = {place - 1};
  for (Node place = 1; place < length; ++place) dependencies[place] = {0};
  const auto graph = numbered(parents, dependencies);
  EXPECT_EQ(graph->normalized_dependencies()[1].size(), 1U);
  for (Node place = 2; place < length; ++place) {
    ASSERT_TRUE(graph->normalized_dependencies()[place].empty());
  }
  EXPECT_EQ(count_below(graph, length - 1), length);
}

TEST(GraphFamilies, LabelsAlongParallelLines) {
  constexpr Node lines = 100;
  constexpr Node length = 500;
  std::vector<RevisionRecord> records;
  for (Node line = 0; line < lines; ++line) {
    for (Node place = 0; place < length; ++place) {
      RevisionRecord record;
      record.id = fmt::format("r{}_{}", line, place);
      if (place > 0) record.down_revisions = {fmt::format("r{}_{}", line, place - 1)};
      if (place == length / 2) record.branch_labels = {fmt::format("line{}", line)};
      records.push_back(std::move(record));
    }
  }
  const auto graph = built(std::move(records));
  for (Node one = 0; one < graph->size(); ++one) {
    ASSERT_EQ(graph->branch_labels(one),
              (std::vector<std::string>{fmt::format("line{}", one / length)}));
  }
  expect_order_of_all(graph);
}

}  // namespace
}  // namespace alembic_native::tests
