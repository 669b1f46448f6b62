// What a step of an upgrade, a downgrade or a stamp does to the rows of the version table.
//
// Pure functions; safe from any thread. Cost: the number of heads times the chains between them
// and the step's revisions.
#ifndef ALEMBIC_NATIVE_VERSION_ROW_OPERATIONS_H
#define ALEMBIC_NATIVE_VERSION_ROW_OPERATIONS_H

#include <string>
#include <vector>

#include "graph/revision_graph.h"
#include "graph/stamp.h"
#include "version/row_operation.h"

namespace alembic_native {

// How a step changes the set of branches in the version table.
enum class StepKind { branch_delete, branch_insert, merge, unmerge, update };

struct StepOperations {
  StepKind kind = StepKind::update;
  // In the order in which they are to be run: the deletes of a merge and the inserts of an unmerge
  // come before the one update.
  std::vector<RowOperation> operations;
};

// `heads`: the rows of the version table before the step. Where several rows would do, the order
// of the script's down_revision, then depends_on, decides. Errors: those of resolving the heads;
// assertion, when no row fits.
StepOperations upgrade_operations(const RevisionGraph& graph, Node revision,
                                  const std::vector<std::string>& heads);
StepOperations downgrade_operations(const RevisionGraph& graph, Node revision,
                                    const std::vector<std::string>& heads);
StepOperations stamp_operations(const StampStep& step, const std::vector<std::string>& heads);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_VERSION_ROW_OPERATIONS_H
