// From what a person types to revisions, on histories drawn in characters.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "graph/identifier_resolution.h"
#include "graph/relative_identifier.h"
#include "graph_drawing.h"

namespace alembic_native::tests {
namespace {

constexpr const char* two_branches = R"(
    a123--b234(lib)--d456
        \
         c345(web)--e567--f678
)";

std::string found(const Graph& graph, const std::string& identifier) {
  return shown(graph, get_revisions(*graph, Identifier::single(identifier)));
}

std::string error_of(const Graph& graph, const std::string& identifier) {
  return thrown_by([&] { get_revision(*graph, Identifier::single(identifier)); });
}

TEST(GraphIdentifier, IdPrefixAndLabel) {
  const auto graph = drawn(two_branches);
  EXPECT_EQ(found(graph, "d456"), "d456");
  EXPECT_EQ(found(graph, "d"), "d456");
  EXPECT_EQ(found(graph, "lib"), "b234");
  EXPECT_EQ(found(graph, "base"), "");
  EXPECT_EQ(found(graph, "lib@a123"), "a123");
}

TEST(GraphIdentifier, Heads) {
  const auto graph = drawn(two_branches);
  EXPECT_EQ(found(graph, "heads"), "d456 f678");
  EXPECT_EQ(found(graph, "lib@head"), "d456");
  EXPECT_EQ(found(graph, "a123@heads"), "d456 f678");
  EXPECT_EQ(error_of(graph, "head"),
            "multiple_heads: Multiple heads are present for given argument 'head'; d456, f678");
  EXPECT_EQ(
      error_of(graph, "a123@head"),
      "multiple_heads: Multiple heads are present for given argument 'a123@head'; d456, f678");
}

TEST(GraphIdentifier, HeadsAreTheRealOnesWithoutALabel) {
  const auto graph = drawn(R"(
    a--b
        \=
          \
    x------y
  )");
  EXPECT_EQ(found(graph, "heads"), "y");
  EXPECT_EQ(found(graph, "a@heads"), "b");
}

TEST(GraphIdentifier, MinusCountsDownFromTheHeads) {
  const auto graph = drawn(two_branches);
  EXPECT_EQ(found(graph, "-1"), "b234 e567");
  EXPECT_EQ(found(graph, "web@-2"), "c345");
  EXPECT_EQ(found(graph, "web@-4"), "base");
  EXPECT_EQ(found(graph, "web@-5"), "none");
}

TEST(GraphIdentifier, WhatNamesNothing) {
  const auto graph = drawn(two_branches);
  EXPECT_EQ(error_of(graph, "nowhere"), "resolution: No such revision or branch 'nowhere'");
  EXPECT_EQ(error_of(graph, "zz"),
            "resolution: No such revision or branch 'zz'; please ensure at least four characters "
            "are present for partial revision identifier matches");
  EXPECT_EQ(error_of(graph, "nowhere@a123"), "resolution: No such branch: 'nowhere'");
  EXPECT_EQ(error_of(graph, "lib@f678"),
            "resolution: Revision f678 is not a member of branch 'lib'");
}

TEST(GraphIdentifier, PrefixOfSeveral) {
  const auto graph = drawn("abcd1--abcd2--abcd3--abcd4");
  EXPECT_EQ(error_of(graph, "abcd"),
            "resolution: Multiple revisions start with 'abcd': 'abcd1', 'abcd2', 'abcd3'...");
}

TEST(GraphIdentifier, Lineage) {
  const auto graph = drawn(two_branches);
  const std::vector<NodeOrName> targets{std::string("a123"), node(graph, "d456"),
                                        std::string("f678")};
  EXPECT_EQ(filter_for_lineage(*graph, targets, Identifier::single("lib"), Edges::version),
            (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(filter_for_lineage(*graph, targets, Identifier::single("base"), Edges::version),
            (std::vector<std::size_t>{0, 1, 2}));
}

TEST(GraphIdentifier, LineageReportsTheTargetBeforeWhatItIsTestedAgainst) {
  // Both names lead nowhere, and the other one was reported.
  const auto graph = drawn("a");
  EXPECT_EQ(thrown_by([&] {
              filter_for_lineage(*graph, {std::string("target")}, Identifier::single("branch"),
                                 Edges::version);
            }),
            "resolution: No such revision or branch 'target'");
}

TEST(GraphIdentifier, StepsUpAndDown) {
  const auto graph = drawn(two_branches);
  const auto walked = [&](const char* from, int steps, std::optional<std::string> label,
                          bool stop = false) {
    return shown(graph, {walk_steps(*graph, Target::of(node(graph, from)), steps, label, stop)});
  };
  EXPECT_EQ(walked("a123", 2, "web"), "e567");
  EXPECT_EQ(walked("f678", -3, std::nullopt), "a123");
  EXPECT_EQ(walked("f678", -4, std::nullopt), "base");
  EXPECT_EQ(walked("f678", -5, std::nullopt), "none");
  EXPECT_EQ(walked("e567", 7, std::nullopt, true), "f678");
  EXPECT_EQ(thrown_by([&] { walked("a123", 1, std::nullopt); }), "revision: Ambiguous walk");
}

TEST(GraphIdentifier, AllCurrent) {
  const auto graph = drawn(R"(
    a--b--c
        \=
          \
    x------y--z
  )");
  const auto current = [&](std::vector<std::string> rows) {
    return shown(graph, all_current(*graph, Identifier::several(std::move(rows))));
  };
  EXPECT_EQ(current({"y"}), "b y");
  EXPECT_EQ(current({"c", "z"}), "c z");
  EXPECT_EQ(current({}), "");
}

std::string parsed(std::string_view text) {
  const auto relative = parse_relative(text);
  if (!relative) return "not relative";
  return relative->branch_label.value_or("-") + " " + relative->symbol.value_or("-") + " " +
         relative->steps_text;
}

TEST(RelativeIdentifier, Forms) {
  EXPECT_EQ(parsed("+2"), "- - +2");
  EXPECT_EQ(parsed("-1"), "- - -1");
  EXPECT_EQ(parsed("ae10+2"), "- ae10 +2");
  EXPECT_EQ(parsed("lib@+1"), "lib - +1");
  EXPECT_EQ(parsed("lib@ae10-3"), "lib ae10 -3");
  EXPECT_EQ(parsed("a@b@c+1"), "a@b c +1");
  EXPECT_EQ(parsed("+1x"), "- - +1");
  EXPECT_EQ(parsed("ae10"), "not relative");
  EXPECT_EQ(parsed("+"), "not relative");
  EXPECT_EQ(parsed("@+1"), "not relative");
  EXPECT_EQ(parsed(""), "not relative");
}

TEST(RelativeIdentifier, HugeStepsAreHeldAtTheLimit) {
  EXPECT_EQ(parse_relative("+99999999999999999999")->steps, INT64_MAX);
  EXPECT_EQ(parse_integer("-99999999999999999999"), -INT64_MAX);
}

TEST(RelativeIdentifier, IntegersAsPythonReadsThem) {
  EXPECT_EQ(parse_integer(" -1_000 "), -1000);
  EXPECT_EQ(parse_integer("1__0"), std::nullopt);
  EXPECT_EQ(parse_integer("_1"), std::nullopt);
  EXPECT_EQ(parse_integer("1_"), std::nullopt);
  EXPECT_EQ(parse_integer("-"), std::nullopt);
  EXPECT_EQ(parse_integer("0x1"), std::nullopt);
}

}  // namespace
}  // namespace alembic_native::tests
