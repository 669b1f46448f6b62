// Which branch labels a revision carries: its own, those of the labelled revisions below it, and
// those of the one line above it (upstream's rule).
//
// An owner of the sets, not of the labels' text, which lies in the records and must outlive it.
// Immutable after build; reading is safe from any thread. Revisions of one line share one set, so
// memory is O(n) and the labels of each distinct set.
#ifndef ALEMBIC_NATIVE_GRAPH_BRANCH_LABELS_H
#define ALEMBIC_NATIVE_GRAPH_BRANCH_LABELS_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/adjacency.h"

namespace alembic_native {

class BranchLabels {
 public:
  BranchLabels() = default;

  // Nodes come in ascending order, each once at most.
  void declare(Node node, const std::vector<std::string>& labels);

  // The edges over which labels spread.
  struct Lines {
    const Adjacency& down_revisions;
    const Adjacency& all_next_revisions;
  };
  // Called once, after the last declaration. `parents_first`: every node, each after all of its
  // parents by down_revision. `ends`: the revisions from which labels run back along their line.
  void spread(const Lines& lines, const std::vector<Node>& parents_first,
              const std::vector<Node>& ends);

  bool empty() const { return labels_.empty(); }
  // In order of declaration.
  std::vector<std::string> of(Node node) const;
  bool has(Node node, std::string_view label) const;

 private:
  using Set = std::vector<std::uint32_t>;  // ascending indices of labels_

  Set own(Node node) const;
  void spread_upwards(const Adjacency& down_revisions, const std::vector<Node>& parents_first);
  void spread_back(const Lines& lines, Node end);
  void add(Set& labels, std::uint32_t set) const;
  std::uint32_t number_of(Set labels);

  std::vector<std::string_view> labels_;  // in scan order
  std::vector<Node> declared_by_;         // a node a label
  std::vector<Set> sets_;                 // the first is empty
  std::vector<std::uint32_t> set_of_;     // a node's index in sets_
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_BRANCH_LABELS_H
