// The steps of "stamp": moving the version table without running a script.
#ifndef ALEMBIC_NATIVE_GRAPH_STAMP_H
#define ALEMBIC_NATIVE_GRAPH_STAMP_H

#include <string>
#include <vector>

#include "error.h"
#include "graph/revision_graph.h"

namespace alembic_native {

struct StampStep {
  std::vector<std::string> from;  // revisions left
  std::vector<std::string> to;    // revisions reached; empty: the branch is deleted
  bool is_upgrade = false;
  bool is_branch_move = false;  // a branch appears in, or vanishes from, the version table
};

// Steps from the current `heads` to `revision` (several, and "base", "heads", labels are allowed;
// nothing or "" means base), in the order of the destinations. O(n + m) a destination. Errors:
// those of resolving an identifier; assertion, when heads lie both above and below a destination.
std::vector<StampStep> stamp_steps(const RevisionGraph& graph, const Identifier& revision,
                                   const Identifier& heads);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_STAMP_H
