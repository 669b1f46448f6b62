#include "graph/stamp.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "graph/identifier_resolution.h"
#include "graph/walk.h"

namespace alembic_native {

namespace {

// The current heads that lie on a line with one of the destinations, each once.
std::vector<Node> heads_concerned(const RevisionGraph& graph, const std::vector<Node>& heads,
                                  const Identifier& destinations) {
  std::vector<Node> result;
  for (const std::string& name : destinations.names) {
    if (name.empty()) continue;
    for (const Node head : nodes_in_lineage(graph, heads, Identifier::single(name), Edges::all)) {
      if (std::find(result.begin(), result.end(), head) == result.end()) result.push_back(head);
    }
  }
  return result;
}

[[noreturn]] void fail_contradictory(const RevisionGraph& graph, Node destination,
                                     const std::vector<Node>& heads) {
  throw Error(ErrorKind::assertion,
              fmt::format("the version table holds revisions above '{}' and others below it ({}); "
                          "stamp with --purge to empty it first",
                          graph.id(destination), fmt::join(graph.ids(heads), ", ")));
}

}  // namespace

std::vector<StampStep> stamp_steps(const RevisionGraph& graph, const Identifier& revision,
                                   const Identifier& heads) {
  const Identifier destinations = revision.is_empty() ? Identifier::single("base") : revision;
  const auto concerned =
      heads_concerned(graph, revisions_of(get_revisions(graph, heads)), destinations);
  auto targets = get_revisions(graph, destinations);
  if (targets.empty()) targets.push_back(Target::none());

  std::vector<StampStep> steps;
  for (const Target& target : targets) {
    if (target.kind == Target::Kind::none) {
      for (const Node head : concerned) steps.push_back({{graph.id(head)}, {}, false, true});
      continue;
    }
    const Node node = revisions_of({target})[0];
    if (std::find(concerned.begin(), concerned.end(), node) != concerned.end()) continue;
    const auto is_any = [&](auto condition) {
      return std::any_of(concerned.begin(), concerned.end(), condition);
    };
    const bool is_below = is_any([&](Node head) { return graph.reaches(node, head, Edges::all); });
    if (is_any([&](Node head) { return graph.reaches(head, node, Edges::all); })) {
      if (is_below) fail_contradictory(graph, node, concerned);
      steps.push_back({graph.ids(concerned), {graph.id(node)}, false, false});
    } else if (is_below) {
      steps.push_back({graph.ids(concerned), {graph.id(node)}, true, false});
    } else {
      steps.push_back({{}, {graph.id(node)}, true, true});
    }
  }
  return steps;
}

}  // namespace alembic_native
