// Walks over the revision graph: ancestors and descendants of a set of revisions.
//
// Pure functions; safe from any thread; no recursion. Cost O(n + m) of the part walked.
#ifndef ALEMBIC_NATIVE_GRAPH_WALK_H
#define ALEMBIC_NATIVE_GRAPH_WALK_H

#include <optional>
#include <vector>

#include "graph/revision_graph.h"

namespace alembic_native {

// What upstream holds where a revision may be expected: a revision, None, or the word "base".
struct Target {
  enum class Kind { revision, none, base };
  Kind kind = Kind::none;
  Node node = 0;

  static Target of(Node revision) { return {Kind::revision, revision}; }
  static Target none() { return {}; }
  static Target base() { return {Kind::base, 0}; }
  bool is_revision() const { return kind == Kind::revision; }
};

// Whether the given revisions may lie on one line with each other.
enum class Overlap { allow, refuse };

// The targets and everything below them, depth first, each once, in upstream's order: of a
// revision's parents the last declared one is walked first. Errors: revision, when a walk meets a
// broken edge or when one target is an ancestor of another and Overlap::refuse is given.
std::vector<Node> ancestors(const RevisionGraph& graph, const std::vector<Node>& targets,
                            Edges edges, Overlap overlap = Overlap::allow);

// The targets and everything that follows them. `edges_of_targets`: edges to follow from the
// targets themselves.
std::vector<Node> descendants(const RevisionGraph& graph, const std::vector<Node>& targets,
                              Edges edges, Edges edges_of_targets,
                              Overlap overlap = Overlap::allow);

// A set of nodes as one flag a node.
class NodeSet {
 public:
  explicit NodeSet(const RevisionGraph& graph) : flags_(graph.size(), 0) {}
  NodeSet(const RevisionGraph& graph, const std::vector<Node>& nodes) : NodeSet(graph) {
    for (const Node node : nodes) insert(node);
  }
  void insert(Node node) { flags_[node] = 1; }
  void erase(Node node) { flags_[node] = 0; }
  bool contains(Node node) const { return flags_[node] != 0; }
  // Ascending.
  std::vector<Node> nodes() const;

 private:
  std::vector<unsigned char> flags_;
};

// The nodes of targets that must be revisions. Errors: assertion.
std::vector<Node> revisions_of(const std::vector<Target>& targets);

// Those of `targets` that no other target follows by down_revision, ascending (the branch heads).
std::vector<Node> branch_heads(const RevisionGraph& graph, const std::vector<Node>& targets);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_WALK_H
