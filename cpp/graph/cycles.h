// Cycles in a directed graph.
//
// Upstream finds a cycle only where it keeps revisions from being reached from a head or from a
// base; one that is reachable from both escapes it and hangs it later. This finds all of them.
#ifndef ALEMBIC_NATIVE_GRAPH_CYCLES_H
#define ALEMBIC_NATIVE_GRAPH_CYCLES_H

#include <vector>

#include "graph/adjacency.h"

namespace alembic_native {

// Every node once, each after all of its parents, ties in node order; nodes on or above a cycle
// are left out. O(n + m).
std::vector<Node> parents_first_order(const Adjacency& parents, const Adjacency& children);

// The nodes that lie on some cycle, ascending. O(n + m), no recursion.
std::vector<Node> nodes_on_cycles(const Adjacency& parents);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_CYCLES_H
