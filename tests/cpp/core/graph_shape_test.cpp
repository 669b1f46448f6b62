// What a graph knows of a history: heads, bases, labels, merges, dependencies, and its mistakes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "graph_drawing.h"

namespace alembic_native::tests {
namespace {

RevisionRecord record(std::string id, std::vector<std::string> down = {},
                      std::vector<std::string> dependencies = {},
                      std::vector<std::string> labels = {}) {
  RevisionRecord result;
  result.id = std::move(id);
  result.down_revisions = std::move(down);
  result.dependencies = std::move(dependencies);
  result.branch_labels = std::move(labels);
  return result;
}

std::string build_error(std::vector<RevisionRecord> records) {
  return thrown_by([&] { RevisionGraph::build(std::move(records)); });
}

TEST(GraphDrawing, IsReadAsDrawn) {
  const auto records = records_of(R"(
    a--b(lib,web)--d--e
     \            /
      c----------f====g
  )");
  std::vector<std::string> read;
  for (const auto& one : records) {
    read.push_back(one.id + ":" + shown(one.down_revisions) + ":" + shown(one.dependencies) + ":" +
                   shown(one.branch_labels));
  }
  EXPECT_EQ(shown(read), "a::: b:a::lib web d:b f:: e:d:: c:a:: f:c:: g::f:");
}

TEST(GraphShape, EmptyHistory) {
  const auto graph = built({});
  EXPECT_TRUE(graph->heads().empty());
  EXPECT_TRUE(graph->bases().empty());
  EXPECT_FALSE(graph->find("a"));
}

TEST(GraphShape, LineHasOneHeadAndOneBase) {
  const auto graph = drawn("a--b--c");
  EXPECT_EQ(shown(graph, graph->heads()), "c");
  EXPECT_EQ(shown(graph, graph->bases()), "a");
  EXPECT_EQ(shown(graph, graph->next_revisions()[node(graph, "a")]), "b");
}

TEST(GraphShape, BranchAndMerge) {
  const auto graph = drawn(R"(
    a--b--d--e
     \   /
      c-/
  )");
  EXPECT_EQ(shown(graph, graph->heads()), "e");
  EXPECT_EQ(shown(graph, graph->next_revisions()[node(graph, "a")]), "b c");
}

TEST(GraphShape, MergePointKeepsTheDeclaredOrderOfItsParents) {
  const auto graph = drawn(R"(
    b--\
        d
    a--/
  )");
  EXPECT_EQ(shown(graph, graph->bases()), "b a");
  EXPECT_EQ(shown(graph, graph->down_revisions()[node(graph, "d")]), "b a");
}

TEST(GraphShape, DependencyMakesARealHeadOfOneBranchOnly) {
  const auto graph = drawn(R"(
    a--b
        \=
          \
    x------y
  )");
  EXPECT_EQ(shown(graph, graph->heads()), "b y");
  EXPECT_EQ(shown(graph, graph->real_heads()), "y");
  EXPECT_EQ(shown(graph, graph->bases()), "a x");
  EXPECT_TRUE(graph->reaches(node(graph, "y"), node(graph, "a"), Edges::all));
  EXPECT_FALSE(graph->reaches(node(graph, "y"), node(graph, "a"), Edges::version));
}

TEST(GraphShape, DependencyOfABaseMakesItNoRealBase) {
  const auto graph = drawn("a====b");
  EXPECT_EQ(shown(graph, graph->bases()), "a b");
  EXPECT_EQ(shown(graph, graph->real_bases()), "a");
}

TEST(GraphShape, DependencyThatAnAncestorHasIsLeftOutOfTheNormalizedOnes) {
  const auto graph = built({record("a"), record("x", {}, {"a"}), record("y", {"x"}, {"a"})});
  EXPECT_EQ(shown(graph, graph->resolved_dependencies()[node(graph, "y")]), "a");
  EXPECT_EQ(shown(graph, graph->normalized_dependencies()[node(graph, "y")]), "");
  EXPECT_EQ(shown(graph, graph->normalized_dependencies()[node(graph, "x")]), "a");
}

TEST(GraphShape, DependencyByLabel) {
  const auto graph = built({record("a", {}, {}, {"lib"}), record("x", {}, {"lib"})});
  EXPECT_EQ(shown(graph, graph->resolved_dependencies()[node(graph, "x")]), "a");
}

TEST(GraphShape, LabelReachesUpToTheHeadAndDownToTheBranchPoint) {
  const auto graph = drawn(R"(
    a--b--c(lib)--d
     \
      x--y
  )");
  for (const auto* id : {"b", "c", "d"}) {
    EXPECT_TRUE(graph->has_branch_label(node(graph, id), "lib")) << id;
  }
  for (const auto* id : {"a", "x", "y"}) {
    EXPECT_FALSE(graph->has_branch_label(node(graph, id), "lib")) << id;
  }
}

TEST(GraphShape, LabelsOfMergedBranchesMeet) {
  const auto graph = drawn(R"(
    a--b(one)--d--e
     \        /
      c(two)-/
  )");
  EXPECT_EQ(shown(graph->branch_labels(node(graph, "e"))), "one two");
  EXPECT_EQ(shown(graph->branch_labels(node(graph, "c"))), "two");
  EXPECT_EQ(shown(graph->branch_labels(node(graph, "a"))), "");
}

TEST(GraphShape, PrefixNamesAllThatStartWithItInScanOrder) {
  const auto graph = drawn("abcd2--abcd1--abc(abcdef)--other");
  std::vector<std::string> found;
  for (const auto& [name, unused] : graph->names_with_prefix("abc")) found.emplace_back(name);
  // "abc" itself has too few characters.
  EXPECT_EQ(shown(found), "abcd2 abcd1 abcdef");
}

TEST(GraphShape, LaterScriptOfADuplicateIdCounts) {
  const auto graph = built({record("a"), record("b", {"a"}), record("b")});
  EXPECT_EQ(shown(graph, graph->bases()), "a b");
  EXPECT_EQ(shown(graph, graph->heads()), "a b b");
  ASSERT_EQ(graph->duplicates().size(), 1U);
  EXPECT_EQ(graph->duplicates()[0], (std::pair<Node, Node>(1, 2)));
  EXPECT_EQ(node(graph, "b"), 2U);
}

// A shadowed revision was taken for older than its own parents, so that it reached none of them.
TEST(GraphShape, ShadowedRevisionReachesWhatItIsBuiltUpon) {
  const auto graph = built({record("x", {"d"}), record("a"), record("b", {"a"}), record("c", {"b"}),
                            record("d", {"c"}), record("x", {"a"})});
  EXPECT_EQ(graph->check(), std::vector<std::string>());
  EXPECT_TRUE(graph->reaches(0, node(graph, "b"), Edges::version));
}

TEST(GraphShape, AddedRevisionIsThatOfALargerBuild) {
  const Graph graph = drawn("a--b")->with_revision(record("c", {"b"}), false);
  EXPECT_EQ(graph->check(), std::vector<std::string>());
  EXPECT_EQ(shown(graph, graph->heads()), "c");
  const Graph moved = graph->with_revision(record("c", {"a"}), true);
  EXPECT_EQ(moved->check(), std::vector<std::string>());
  EXPECT_EQ(shown(moved, moved->heads()), "b c");
}

TEST(GraphMistakes, MissingParentNamesWhereAndTheNearest) {
  auto referring = record("b2", {"a10"});
  referring.path = "versions/b2.py";
  referring.down_revision_line = 7;
  EXPECT_EQ(build_error({record("a1"), referring, record("a11")}),
            "missing_revision: Revision 'b2' has down_revision 'a10', but no script has that "
            "revision (versions/b2.py, line 7). Restore the script, or correct the name; the "
            "nearest are: a1, a11.");
}

TEST(GraphMistakes, MissingDependency) {
  EXPECT_EQ(build_error({record("a"), record("b", {"a"}, {"zzzzzz"})}),
            "missing_revision: Revision 'b' has depends_on 'zzzzzz', but no script has that "
            "revision. Restore the script, or correct the name.");
}

TEST(GraphMistakes, CycleWithoutHead) {
  EXPECT_EQ(build_error({record("a", {"b"}), record("b", {"a"})}),
            "cycle: Cycle is detected in revisions (a, b)");
}

TEST(GraphMistakes, CycleBesideALine) {
  EXPECT_EQ(build_error({record("a"), record("x", {"y"}), record("y", {"x"})}),
            "cycle: Cycle is detected in revisions (x, y)");
}

TEST(GraphMistakes, CycleBetweenABaseAndAHead) {
  EXPECT_EQ(
      build_error({record("a"), record("b", {"a", "c"}), record("c", {"b"}), record("d", {"c"})}),
      "cycle: Cycle is detected in revisions (b, c)");
}

TEST(GraphMistakes, DependencyCycleThroughALabel) {
  // The revision labelled lib is built upon the one that depends on lib; this went round for ever.
  EXPECT_EQ(build_error({record("a", {}, {"lib"}), record("b", {"a"}, {}, {"lib"}), record("first"),
                         record("last", {"b"}, {"first"})}),
            "dependency_cycle: Dependency cycle is detected in revisions (a, b)");
}

TEST(GraphMistakes, LabelUsedTwice) {
  EXPECT_EQ(build_error({record("a", {}, {}, {"lib"}), record("b", {"a"}, {}, {"lib"})}),
            "revision: Branch name 'lib' in revision b already used by revision a");
}

TEST(GraphMistakes, LabelThatIsAnId) {
  EXPECT_EQ(build_error({record("a"), record("b", {"a"}, {}, {"a"})}),
            "revision: Branch name 'a' in revision b already used by revision a");
}

TEST(GraphMistakes, DownRevisionThatNamesALabel) {
  // The message did not say which revision, nor what was wrong with it.
  EXPECT_EQ(build_error({record("a", {}, {}, {"lib"}), record("b", {"lib"})}),
            "missing_revision: Revision 'b' has down_revision 'lib', which is a branch label. Name "
            "the revision itself: 'a'.");
}

TEST(GraphMistakes, MissingParentOfAnIdClaimedTwice) {
  // The earlier script is found by no name, and its parent was not looked for.
  EXPECT_EQ(build_error({record("a", {"nowhere"}), record("a")}),
            "missing_revision: Revision 'a' has down_revision 'nowhere', but no script has that "
            "revision. Restore the script, or correct the name.");
}

TEST(GraphMistakes, LabelOfAnIdClaimedTwiceLeadsToTheOneThatCounts) {
  // What depends on the label was counted to the script that is found by no name.
  const auto graph = built({record("a", {}, {}, {"lib"}), record("b", {}, {"lib"}), record("a")});
  EXPECT_EQ(graph->resolved_dependencies()[node(graph, "b")][0], node(graph, "a"));
  EXPECT_EQ(shown(graph, graph->all_next_revisions()[node(graph, "a")]), "b");
}

}  // namespace
}  // namespace alembic_native::tests
