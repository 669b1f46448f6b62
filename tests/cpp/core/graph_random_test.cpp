// Random histories, and slow answers to the same questions.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "graph/cycles.h"
#include "graph/growing_graph.h"
#include "graph/identifier_resolution.h"
#include "graph/topological_order.h"
#include "graph_drawing.h"

namespace alembic_native::tests {
namespace {

// std::uniform_int_distribution differs between libraries; this does not.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  Node below(Node limit) { return static_cast<Node>(engine_() % limit); }
  bool one_in(Node count) { return below(count) == 0; }

 private:
  std::mt19937 engine_;
};

std::string name_of(Node place) { return fmt::format("r{}", place); }

// Lines that branch and merge, some of them labelled, with dependencies between them, in scan
// order or shuffled.
std::vector<RevisionRecord> random_records(Random& random, Node count) {
  std::vector<RevisionRecord> records(count);
  const Node branchiness = 2 + random.below(6);
  const Node dependency_rate = 2 + random.below(10);
  std::vector<std::string> labels;
  for (Node place = 0; place < count; ++place) {
    auto& record = records[place];
    record.id = name_of(place);
    if (place == 0) continue;
    if (!random.one_in(branchiness * 3)) {
      const Node near = std::min<Node>(place, 1 + random.below(branchiness * 2));
      record.down_revisions.push_back(name_of(place - 1 - random.below(near)));
    }
    while (random.one_in(branchiness)) {
      const auto other = name_of(random.below(place));
      auto& parents = record.down_revisions;
      if (std::find(parents.begin(), parents.end(), other) == parents.end()) {
        parents.push_back(other);
      }
    }
    while (random.one_in(dependency_rate)) {
      const bool by_label = !labels.empty() && random.one_in(3);
      record.dependencies.push_back(by_label
                                        ? labels[random.below(static_cast<Node>(labels.size()))]
                                        : name_of(random.below(place)));
    }
    if (random.one_in(8)) {
      labels.push_back(fmt::format("label{}", place));
      record.branch_labels.push_back(labels.back());
    }
  }
  if (random.one_in(2)) {
    for (Node place = count; place > 1; --place) {
      std::swap(records[place - 1], records[random.below(place)]);
    }
  }
  return records;
}

std::vector<Node> some_of(Random& random, const Graph& graph, Node rate) {
  std::vector<Node> result;
  for (Node one = 0; one < graph->size(); ++one) {
    if (random.one_in(rate)) result.push_back(one);
  }
  return result;
}

// What can be walked to, node by node.
std::vector<std::set<Node>> plain_reachability(const Adjacency& parents) {
  std::vector<std::set<Node>> below(parents.size());
  for (Node start = 0; start < parents.size(); ++start) {
    std::vector<Node> pending{start};
    while (!pending.empty()) {
      const Node one = pending.back();
      pending.pop_back();
      if (!below[start].insert(one).second) continue;
      pending.insert(pending.end(), parents[one].begin(), parents[one].end());
    }
  }
  return below;
}

template <typename Test>
void on_random_graphs(unsigned count, Node largest, const Test& test) {
  for (unsigned seed = 0; seed < count && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Random random(seed);
    test(random, built(random_records(random, 1 + random.below(largest))));
  }
}

TEST(GraphRandom, OrderOfAllIsThatOfTheRule) {
  on_random_graphs(3000, 40, [](Random&, const Graph& graph) {
    const auto all = ancestors(*graph, graph->real_heads(), Edges::all);
    ASSERT_EQ(all.size(), graph->size());
    ASSERT_EQ(topological_order(*graph, all, graph->real_heads()),
              topological_order_by_rule(*graph, all, graph->real_heads()));
  });
}

TEST(GraphRandom, OrderOfLargeGraphsIsThatOfTheRule) {
  on_random_graphs(40, 600, [](Random&, const Graph& graph) {
    const auto all = ancestors(*graph, graph->real_heads(), Edges::all);
    ASSERT_EQ(topological_order(*graph, all, graph->real_heads()),
              topological_order_by_rule(*graph, all, graph->real_heads()));
  });
}

TEST(GraphRandom, OrderOfWhatIsNotAppliedIsThatOfTheRule) {
  on_random_graphs(2000, 30, [](Random& random, const Graph& graph) {
    const auto targets = some_of(random, graph, 4);
    const auto applied = some_of(random, graph, 6);
    NodeSet missing(*graph, ancestors(*graph, targets, Edges::all));
    for (const Node one : ancestors(*graph, applied, Edges::all)) missing.erase(one);
    ASSERT_EQ(topological_order(*graph, missing.nodes(), targets),
              topological_order_by_rule(*graph, missing.nodes(), targets));
  });
}

TEST(GraphRandom, OrderOfAnySetIsThatOfTheRule) {
  on_random_graphs(3000, 15, [](Random& random, const Graph& graph) {
    const auto members = some_of(random, graph, 2);
    const auto heads = some_of(random, graph, 3);
    const auto result = [&](const auto& order) {
      std::string ids;
      const auto error = thrown_by([&] { ids = shown(graph, order(*graph, members, heads)); });
      return ids + " " + error;
    };
    ASSERT_EQ(result(topological_order), result(topological_order_by_rule));
  });
}

TEST(GraphRandom, ReachesIsPlainReachability) {
  on_random_graphs(500, 40, [](Random&, const Graph& graph) {
    const auto below = plain_reachability(graph->all_down_revisions());
    const auto normalized = plain_reachability(graph->normalized_down_revisions());
    const auto version = plain_reachability(graph->down_revisions());
    ASSERT_EQ(below, normalized);
    for (Node one = 0; one < graph->size(); ++one) {
      for (Node other = 0; other < graph->size(); ++other) {
        ASSERT_EQ(graph->reaches(one, other, Edges::all), below[one].count(other) == 1);
        ASSERT_EQ(graph->reaches(one, other, Edges::version), version[one].count(other) == 1);
      }
    }
  });
}

TEST(GraphRandom, WalksMeetWhatCanBeReached) {
  on_random_graphs(500, 25, [](Random& random, const Graph& graph) {
    const auto below = plain_reachability(graph->all_down_revisions());
    const auto starts = some_of(random, graph, 4);
    std::set<Node> expected_below;
    std::set<Node> expected_above;
    for (const Node start : starts) {
      expected_below.insert(below[start].begin(), below[start].end());
      for (Node one = 0; one < graph->size(); ++one) {
        if (below[one].count(start) == 1) expected_above.insert(one);
      }
    }
    const auto down = ancestors(*graph, starts, Edges::all);
    const auto up = descendants(*graph, starts, Edges::all, Edges::all);
    ASSERT_EQ(std::set<Node>(down.begin(), down.end()), expected_below);
    ASSERT_EQ(down.size(), expected_below.size());
    ASSERT_EQ(std::set<Node>(up.begin(), up.end()), expected_above);
    ASSERT_EQ(up.size(), expected_above.size());
  });
}

TEST(GraphRandom, BranchHeadsAreThoseThatNoOtherFollows) {
  on_random_graphs(500, 25, [](Random& random, const Graph& graph) {
    const auto below = plain_reachability(graph->down_revisions());
    const auto targets = some_of(random, graph, 2);
    std::vector<Node> expected;
    for (const Node one : targets) {
      const bool is_followed = std::any_of(targets.begin(), targets.end(), [&](Node other) {
        return other != one && below[other].count(one) == 1;
      });
      if (!is_followed) expected.push_back(one);
    }
    ASSERT_EQ(branch_heads(*graph, targets), expected);
  });
}

TEST(GraphRandom, LineageIsAncestorsAndDescendants) {
  on_random_graphs(500, 25, [](Random& random, const Graph& graph) {
    const auto below = plain_reachability(graph->down_revisions());
    const Node tested = random.below(static_cast<Node>(graph->size()));
    const auto targets = some_of(random, graph, 2);
    std::vector<Node> expected;
    for (const Node one : targets) {
      const bool shares = below[one].count(tested) == 1 || below[tested].count(one) == 1;
      ASSERT_EQ(shares_lineage(*graph, one, {tested}, Edges::version), shares);
      if (shares) expected.push_back(one);
    }
    ASSERT_EQ(
        nodes_in_lineage(*graph, targets, Identifier::single(graph->id(tested)), Edges::version),
        expected);
  });
}

TEST(GraphRandom, AddingOneByOneIsBuildingAtOnce) {
  on_random_graphs(200, 20, [](Random&, const Graph& graph) {
    std::vector<RevisionRecord> records;
    const auto order =
        parents_first_order(graph->all_down_revisions(), graph->all_next_revisions());
    for (const Node one : order) records.push_back(graph->record(one));
    const auto whole = built(records);
    GrowingGraph growing(RevisionGraph::build({records[0]}));
    for (std::size_t index = 1; index < records.size(); ++index) growing.add(records[index]);
    const Graph grown = growing.read(
        [](const RevisionGraph& now) { return std::make_shared<const RevisionGraph>(now); });
    ASSERT_EQ(grown->check(), std::vector<std::string>());
    ASSERT_EQ(grown->heads(), whole->heads());
    ASSERT_EQ(grown->real_heads(), whole->real_heads());
    for (Node one = 0; one < whole->size(); ++one) {
      ASSERT_EQ(shown(grown, grown->normalized_down_revisions()[one]),
                shown(whole, whole->normalized_down_revisions()[one]));
      ASSERT_EQ(grown->branch_labels(one), whole->branch_labels(one));
    }
  });
}

Adjacency adjacency_of(const std::vector<std::vector<Node>>& rows) {
  Adjacency result;
  for (const auto& row : rows) result.append_row(row);
  return result;
}

Adjacency random_edges(Random& random, Node nodes) {
  std::vector<std::vector<Node>> rows(nodes);
  for (Node edge = random.below(2 * nodes + 1); edge > 0; --edge) {
    rows[random.below(nodes)].push_back(random.below(nodes));
  }
  return adjacency_of(rows);
}

TEST(GraphRandom, NodesOnCyclesAreThoseThatLeadBackToThemselves) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Random random(seed);
    const auto parents = random_edges(random, 1 + random.below(12));
    const auto below = plain_reachability(parents);
    std::vector<Node> expected;
    for (Node one = 0; one < parents.size(); ++one) {
      if (std::any_of(parents[one].begin(), parents[one].end(),
                      [&](Node parent) { return below[parent].count(one) == 1; })) {
        expected.push_back(one);
      }
    }
    ASSERT_EQ(nodes_on_cycles(parents), expected);

    const auto order = parents_first_order(parents, parents.reversed());
    std::set<Node> met;
    for (const Node one : order) {
      for (const Node parent : parents[one]) ASSERT_EQ(met.count(parent), 1U);
      ASSERT_TRUE(met.insert(one).second);
    }
    for (Node one = 0; one < parents.size(); ++one) {
      const bool is_above_a_cycle = std::any_of(expected.begin(), expected.end(), [&](Node member) {
        return below[one].count(member) == 1;
      });
      ASSERT_EQ(met.count(one) == 0, is_above_a_cycle);
    }
  }
}

TEST(GraphRandom, EveryCycleIsRefused) {
  // Revisions may name any other one; what can be built has no cycle, and the rest has one.
  for (unsigned seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Random random(seed);
    const Node count = 2 + random.below(8);
    auto records = random_records(random, count);
    for (Node edge = random.below(3); edge > 0; --edge) {
      auto& record = records[random.below(count)];
      auto& names = random.one_in(2) ? record.down_revisions : record.dependencies;
      names.push_back(records[random.below(count)].id);
    }
    std::vector<std::vector<Node>> rows(count);
    for (Node one = 0; one < count; ++one) {
      for (const auto* names : {&records[one].down_revisions, &records[one].dependencies}) {
        for (const std::string& name : *names) {
          for (Node other = 0; other < count; ++other) {
            const auto& labels = records[other].branch_labels;
            if (records[other].id == name ||
                std::find(labels.begin(), labels.end(), name) != labels.end()) {
              rows[one].push_back(other);
            }
          }
        }
      }
    }
    const bool has_cycle = !nodes_on_cycles(adjacency_of(rows)).empty();
    const auto error = thrown_by([&] { RevisionGraph::build(records); });
    if (has_cycle) {
      ASSERT_NE(error.find("ycle is detected in revisions ("), std::string::npos) << error;
    } else {
      ASSERT_EQ(error, "nothing");
    }
  }
}

TEST(GraphParallel, OneGraphAnswersSeveralThreads) {
  Random random(7);
  const auto graph = built(random_records(random, 400));
  const auto ask = [&graph] {
    const auto prefixed = graph->names_with_prefix("label1").size();
    const auto order = topological_order(*graph, ancestors(*graph, graph->real_heads(), Edges::all),
                                         graph->real_heads());
    return std::to_string(prefixed) + " " + shown(graph, order);
  };
  std::vector<std::string> answers(4);
  std::vector<std::thread> threads;
  threads.reserve(answers.size());
  for (auto& answer : answers) threads.emplace_back([&ask, &answer] { answer = ask(); });
  for (auto& thread : threads) thread.join();
  for (const auto& answer : answers) EXPECT_EQ(answer, ask());
}

}  // namespace
}  // namespace alembic_native::tests
