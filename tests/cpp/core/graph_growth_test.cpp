// Graphs that grow: one by one, beside readers, and copied.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "error.h"
#include "graph/growing_graph.h"
#include "graph/identifier_resolution.h"
#include "graph_drawing.h"

namespace alembic_native {
namespace {

using tests::records_of;
using tests::thrown_by;

GrowingGraph grown_from(std::string_view drawing) {
  return GrowingGraph(RevisionGraph::build(records_of(drawing)));
}

RevisionRecord record(std::string id, std::vector<std::string> down,
                      std::vector<std::string> dependencies = {},
                      std::vector<std::string> labels = {}) {
  RevisionRecord result;
  result.id = std::move(id);
  result.down_revisions = std::move(down);
  result.dependencies = std::move(dependencies);
  result.branch_labels = std::move(labels);
  return result;
}

std::vector<std::string> heads(const GrowingGraph& graph) {
  return graph.read([](const RevisionGraph& now) { return now.ids(now.heads()); });
}

using Names = std::vector<std::string>;

TEST(GraphGrowth, AnAdditionIsAppended) {
  GrowingGraph graph(grown_from("a--b"));
  const Addition addition = graph.add(record("c", {"a"}, {"b"}, {"lib"}));
  EXPECT_EQ(addition.outcome, Addition::Outcome::appended);
  graph.read([](const RevisionGraph& now) {
    EXPECT_EQ(now.check(), Names());
    EXPECT_EQ(now.ids(now.heads()), (Names{"b", "c"}));
    EXPECT_EQ(now.ids(now.real_heads()), Names{"c"});
    EXPECT_EQ(now.branch_labels(2), Names{"lib"});
    EXPECT_EQ(*get_revision(now, Identifier::single("lib@head")), 2U);
    EXPECT_TRUE(now.reaches(2, 1, Edges::all));
    EXPECT_FALSE(now.reaches(2, 1, Edges::version));
    return 0;
  });
}

TEST(GraphGrowth, PrefixesFindWhatWasAddedLater) {
  GrowingGraph graph(grown_from("abcd1--abce2"));
  const auto found = [&](const std::string& prefix) {
    return graph.read([&](const RevisionGraph& now) {
      return now.id(*get_revision(now, Identifier::single(prefix)));
    });
  };
  EXPECT_EQ(found("abcd"), "abcd1");
  graph.add(record("abcf3", {"abce2"}));
  graph.add(record("aaaa4", {"abcf3"}));
  EXPECT_EQ(found("abcf"), "abcf3");
  EXPECT_EQ(found("aaaa"), "aaaa4");
  EXPECT_EQ(found("abce"), "abce2");
}

// Two heads of one id stood there, and every later command spoke of several heads.
TEST(GraphGrowth, AnIdThatIsThereTakesItselfAndItsParentsFromTheHeads) {
  GrowingGraph graph(grown_from("a--b"));
  EXPECT_EQ(graph.add(record("b", {"a"})).outcome, Addition::Outcome::rebuilt);
  EXPECT_EQ(heads(graph), Names{"b"});
  graph.add(record("c", {"b"}));
  EXPECT_EQ(heads(graph), Names{"c"});
}

TEST(GraphGrowth, AnIdThatWouldBeItsOwnAncestorOnlyBecomesAHead) {
  GrowingGraph graph(grown_from("a--b"));
  EXPECT_EQ(graph.add(record("a", {"b"})).outcome, Addition::Outcome::left_out);
  EXPECT_EQ(heads(graph), Names{"a"});
  EXPECT_EQ(graph.read([](const RevisionGraph& now) { return now.size(); }), 2U);
}

TEST(GraphGrowth, AFailedAdditionLeavesTheGraphAsItWas) {
  GrowingGraph graph(grown_from("a--b(lib)"));
  EXPECT_NE(thrown_by([&] { graph.add(record("c", {"nowhere"})); }), "nothing");
  EXPECT_NE(thrown_by([&] { graph.add(record("c", {"b"}, {"nowhere"})); }), "nothing");
  EXPECT_NE(thrown_by([&] { graph.add(record("c", {"b"}, {}, {"lib"})); }), "nothing");
  EXPECT_EQ(heads(graph), Names{"b"});
  EXPECT_EQ(graph.read([](const RevisionGraph& now) { return now.names().size(); }), 3U);
}

TEST(GraphGrowth, ACopyIsAGraphOfItsOwn) {
  auto graph = std::make_unique<GrowingGraph>(RevisionGraph::build(records_of("a--b(lib)")));
  graph->add(record("c", {"b"}));
  GrowingGraph copy(*graph);
  graph->add(record("d", {"c"}));
  EXPECT_EQ(heads(copy), Names{"c"});
  graph.reset();
  copy.add(record("e", {"c"}));
  copy.read([](const RevisionGraph& now) {
    EXPECT_EQ(now.check(), Names());
    EXPECT_EQ(now.id(*now.find("lib")), "b");
    EXPECT_EQ(now.branch_labels(*now.find("e")), Names{"lib"});
    return 0;
  });
}

// Bug: where the system preferred readers, three of them without a pause kept every addition out.
TEST(GraphGrowthParallel, ReadersSeeAWholeGraphWhileItGrows) {
  constexpr int additions = 300;
  constexpr int readers = 3;
  GrowingGraph graph(grown_from("r0(lib)"));
  std::vector<std::thread> threads;
  for (int number = 0; number < readers; ++number) {
    threads.emplace_back([&graph] {
      std::size_t size = 0;
      while (size <= additions) {
        graph.read([&](const RevisionGraph& now) {
          EXPECT_GE(now.size(), size);
          size = now.size();
          const auto head = *get_revision(now, Identifier::single("lib@head"));
          EXPECT_EQ(head, size - 1);
          EXPECT_EQ(*get_revision(now, Identifier::single(now.id(head))), head);
          EXPECT_TRUE(now.reaches(head, 0, Edges::all));
          return 0;
        });
      }
    });
  }
  for (int number = 1; number <= additions; ++number) {
    graph.add(record("r" + std::to_string(number), {"r" + std::to_string(number - 1)}));
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace alembic_native
