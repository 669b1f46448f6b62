// Rows of the version table that say the same twice.
#ifndef ALEMBIC_NATIVE_GRAPH_OVERLAPPING_ROWS_H
#define ALEMBIC_NATIVE_GRAPH_OVERLAPPING_ROWS_H

#include <vector>

#include "graph/revision_graph.h"
#include "graph/walk.h"

namespace alembic_native {

// The revisions of `rows`, none of which is an ancestor of another by all edges. O(rows * (n + m)).
//
// Errors, of the first row that is at fault: revision, where a row is an ancestor of another one
// (revision: the other one; revisions: the superfluous rows; argument: what `stamp --purge` is to
// be given, and the message says so); assertion, where a row is no revision.
std::vector<Node> separate_rows(const RevisionGraph& graph, const std::vector<Target>& rows);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_OVERLAPPING_ROWS_H
