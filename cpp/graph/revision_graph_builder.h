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
  void refuse_aliases_as_down_revisions() const;
  void refuse_version_cycles();
  void normalize_dependencies();
  void refuse_dependency_cycles();
  void index_version_ancestors();
  void index_all_ancestors();
  void spread_branch_labels();

  std::vector<Node> resolve(const std::vector<std::string>& names, Node referrer,
                            unsigned char flag, bool alias_is_id);
  [[noreturn]] void fail_missing(Node referrer, const std::string& name, bool is_dependency) const;
  [[noreturn]] void fail_broken_edge(Node referrer) const;
  [[noreturn]] void fail_cycle(bool through_dependencies, std::vector<std::string> ids) const;
  std::vector<std::string> sorted_ids(const std::vector<Node>& nodes) const;
  void refuse_unreachable(bool through_dependencies) const;
  void refuse_aliases_below(const std::vector<Node>& heads, const Adjacency& down) const;
  bool is_counted(Node node) const { return graph_.shadowed_[node] == 0; }

  RevisionGraph& graph_;
  std::vector<std::vector<Node>> down_;
  std::vector<std::vector<Node>> resolved_;
  std::vector<std::vector<Node>> normalized_;
  std::vector<Node> version_order_;  // parents first, by down_revision
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_REVISION_GRAPH_BUILDER_H
