// "Is this revision an ancestor of that one?" without walking the line between them.
//
// The graph is cut into chains: a node continues the chain of its parent when that is its only
// parent and it is that parent's first child. Within a chain the answer is a comparison of
// generation numbers, and a chain is left only at its first node; so a query costs the number of
// chains it enters (one for a linear history), pruned by generation.
//
// An owner of its arrays; queries are safe from any thread, but not beside append().
#ifndef ALEMBIC_NATIVE_GRAPH_ANCESTOR_INDEX_H
#define ALEMBIC_NATIVE_GRAPH_ANCESTOR_INDEX_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "graph/adjacency.h"

namespace alembic_native {

class AncestorIndex {
 public:
  AncestorIndex() = default;

  // `parents_first`: every node once, each after all of its parents.
  AncestorIndex(const Adjacency& parents, const Adjacency& children,
                const std::vector<Node>& parents_first);

  // Adds the node after the last one, whose parents are there, and who is nobody's child yet.
  void append(const Adjacency& parents, const Adjacency& children);

  // True when `ancestor` can be reached from `node` by walking to parents; a node reaches itself.
  // `parents` is the adjacency the index was built from, and has grown with.
  bool reaches(const Adjacency& parents, Node node, Node ancestor) const;
  // The same, but nullopt once more than `chains` chains would have to be entered.
  std::optional<bool> reaches_within(const Adjacency& parents, Node node, Node ancestor,
                                     std::size_t chains) const;

 private:
  std::vector<Node> chain_start_;
  std::vector<std::uint32_t> generation_;  // length of the longest path to a base
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_ANCESTOR_INDEX_H
