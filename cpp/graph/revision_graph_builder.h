// The steps of building a RevisionGraph, in the order in which upstream takes them, because that
// order decides which of several faults of a history is reported.
#ifndef ALEMBIC_NATIVE_GRAPH_REVISION_GRAPH_BUILDER_H
#define ALEMBIC_NATIVE_GRAPH_REVISION_GRAPH_BUILDER_H

#include <string>
#include <vector>

#include "graph/revision_graph.h"

namespace alembic_native {

// Fills one graph; used once, by RevisionGraph::build. `graph` must outlive it.
class RevisionGraphBuilder {
 public:
  explicit RevisionGraphBuilder(RevisionGraph& graph) : graph_(graph) {}

  void build(const RevisionGraph::Amendment* amendment);

 private:
  void index_ids();
  void index_labels();
  void index_amended_names(const RevisionGraph::Amendment& amendment);
  void resolve_dependencies();
  void resolve_down_revisions();
  void take_over_dependencies(const RevisionGraph::Amendment& amendment);
  void connect();
  void connect_backwards();
  void collect_heads();
  void refuse_aliases_as_down_revisions() const;
  void refuse_version_cycles() const;
  void normalize_dependencies();
  void connect_normalized();
  void refuse_dependency_cycles() const;
  void index_version_ancestors();
  void index_all_ancestors();
  AncestorIndex ancestor_index(const Adjacency& down, const Adjacency& next,
                               std::vector<Node> order) const;

  // The nodes behind `names`, put into `nodes`.
  void resolve(const std::vector<std::string>& names, Node referrer, unsigned char flag,
               bool alias_is_id, std::vector<Node>& nodes);
  void refuse_cycles(bool through_dependencies, const Adjacency& down) const;
  void refuse_unreachable(bool through_dependencies) const;
  bool is_counted(Node node) const { return graph_.shadowed_[node] == 0; }

  RevisionGraph& graph_;
  // No id is claimed twice, no edge stands twice or names an alias, no dependency is empty. Then
  // the edges backwards are exactly those forwards, and all that can be wrong is a cycle.
  bool is_plain_ = true;
  // Something declares dependencies; otherwise both kinds of edges are the same.
  bool has_dependencies_ = false;
  std::vector<Node> version_order_;  // parents first, by down_revision; short if there is a cycle
  std::vector<Node> all_order_;      // the same by all edges
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_REVISION_GRAPH_BUILDER_H
