#include "graph/surroundings.h"

namespace alembic_native {

Surroundings surroundings_of(const RevisionGraph& graph, Node node) {
  const auto ids = [&](const Adjacency& edges) {
    const NodeSpan row = edges[node];
    return graph.ids({row.begin(), row.end()});
  };
  return {ids(graph.next_revisions()), ids(graph.all_next_revisions()),
          ids(graph.resolved_dependencies()), ids(graph.normalized_dependencies()),
          graph.branch_labels(node)};
}

}  // namespace alembic_native
