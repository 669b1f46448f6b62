// The order in which a set of revisions is listed and run: each before all it is built upon.
//
// Upstream's order is part of what users see, and is not what a plain topological sort gives. It
// keeps a row of heads in scan order and follows one of them down as far as it can; where another
// head is built upon the next revision, it turns to that one (the first such in the row); after a
// merge point the further parents join the end of the row; where a line ends, its neighbour to the
// left goes on.
#ifndef ALEMBIC_NATIVE_GRAPH_TOPOLOGICAL_ORDER_H
#define ALEMBIC_NATIVE_GRAPH_TOPOLOGICAL_ORDER_H

#include <vector>

#include "graph/revision_graph.h"

namespace alembic_native {

// The revisions, each once, from the heads down. Heads that are not among the revisions are left
// out. O(n + m) for the sets that upgrades, downgrades and listings consist of (every path between
// two members lies within the set), else as the function below. Errors: assertion, when a revision
// cannot be reached from the heads.
std::vector<Node> topological_order(const RevisionGraph& graph, const std::vector<Node>& revisions,
                                    const std::vector<Node>& heads);

// The same by upstream's rule to the letter: for any set, in O(n x heads x lines).
std::vector<Node> topological_order_by_rule(const RevisionGraph& graph,
                                            const std::vector<Node>& revisions,
                                            const std::vector<Node>& heads);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_TOPOLOGICAL_ORDER_H
