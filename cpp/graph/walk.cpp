#include "graph/walk.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "error.h"

namespace alembic_native {

namespace {

[[noreturn]] void fail_overlap(const RevisionGraph& graph, Node target, std::vector<Node> others) {
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  ErrorFields fields;
  fields.revision = graph.id(target);
  fields.revisions = graph.ids(others);
  throw Error(ErrorKind::revision,
              fmt::format("Requested revision {} overlaps with other requested revisions {}",
                          fields.revision, fmt::join(fields.revisions, ", ")),
              fields);
}

template <typename NextOf>
std::vector<Node> related(const RevisionGraph& graph, const std::vector<Node>& targets,
                          Overlap overlap, const NextOf& next_of) {
  NodeSet seen(graph);
  const NodeSet wanted(graph, targets);
  std::vector<Node> result;
  std::vector<Node> pending;
  std::vector<Node> overlaps;
  for (const Node target : targets) {
    overlaps.clear();
    pending.push_back(target);
    while (!pending.empty()) {
      const Node node = pending.back();
      pending.pop_back();
      if (node != target && wanted.contains(node)) overlaps.push_back(node);
      if (seen.contains(node)) continue;
      seen.insert(node);
      const NodeSpan next = next_of(node);
      pending.insert(pending.end(), next.begin(), next.end());
      result.push_back(node);
    }
    if (overlap == Overlap::refuse && !overlaps.empty()) fail_overlap(graph, target, overlaps);
  }
  return result;
}

}  // namespace

std::vector<Node> ancestors(const RevisionGraph& graph, const std::vector<Node>& targets,
                            Edges edges, Overlap overlap) {
  const Adjacency& parents =
      edges == Edges::version ? graph.down_revisions() : graph.normalized_down_revisions();
  return related(graph, targets, overlap, [&](Node node) {
    if (graph.is_broken(node, edges)) {
      throw Error(ErrorKind::revision, "Dependency resolution failed; broken map");
    }
    return parents[node];
  });
}

std::vector<Node> descendants(const RevisionGraph& graph, const std::vector<Node>& targets,
                              Edges edges, Edges edges_of_targets, Overlap overlap) {
  const auto next = [&](Edges kind) -> const Adjacency& {
    return kind == Edges::version ? graph.next_revisions() : graph.all_next_revisions();
  };
  const NodeSet starts(graph, targets);
  return related(graph, targets, overlap, [&](Node node) {
    return next(starts.contains(node) ? edges_of_targets : edges)[node];
  });
}

std::vector<Node> NodeSet::nodes() const {
  std::vector<Node> result;
  for (Node node = 0; node < flags_.size(); ++node) {
    if (contains(node)) result.push_back(node);
  }
  return result;
}

std::vector<Node> revisions_of(const std::vector<Target>& targets) {
  std::vector<Node> nodes;
  nodes.reserve(targets.size());
  for (const Target& target : targets) {
    if (!target.is_revision()) {
      throw Error(ErrorKind::assertion,
                  target.kind == Target::Kind::base
                      ? "expected a revision, got base"
                      : "expected a revision: the walk goes past the end of the history");
    }
    nodes.push_back(target.node);
  }
  return nodes;
}

std::vector<Node> branch_heads(const RevisionGraph& graph, const std::vector<Node>& targets) {
  std::vector<Node> parents;
  for (const Node target : targets) {
    const NodeSpan below = graph.down_revisions()[target];
    parents.insert(parents.end(), below.begin(), below.end());
  }
  NodeSet result(graph, targets);
  for (const Node node : ancestors(graph, parents, Edges::version)) result.erase(node);
  return result.nodes();
}

}  // namespace alembic_native
