// What a revision object of upstream's holds about those around it.
#ifndef ALEMBIC_NATIVE_GRAPH_SURROUNDINGS_H
#define ALEMBIC_NATIVE_GRAPH_SURROUNDINGS_H

#include <string>
#include <vector>

#include "graph/revision_graph.h"

namespace alembic_native {

// Ids and labels; the following revisions in scan order, everything else in declared order.
struct Surroundings {
  std::vector<std::string> next_revisions;
  std::vector<std::string> all_next_revisions;
  std::vector<std::string> resolved_dependencies;
  std::vector<std::string> normalized_dependencies;
  std::vector<std::string> branch_labels;
};

Surroundings surroundings_of(const RevisionGraph& graph, Node node);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_SURROUNDINGS_H
