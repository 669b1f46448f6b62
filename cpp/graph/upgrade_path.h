// Which revisions an upgrade, a downgrade or a listing goes through.
//
// Pure functions over an immutable graph; safe from any thread. Each costs O(n + m) at most, plus
// the resolution of its identifiers.
#ifndef ALEMBIC_NATIVE_GRAPH_UPGRADE_PATH_H
#define ALEMBIC_NATIVE_GRAPH_UPGRADE_PATH_H

#include <optional>
#include <string>
#include <vector>

#include "error.h"
#include "graph/revision_graph.h"
#include "graph/walk.h"

namespace alembic_native {

struct RangeOptions {
  bool inclusive = false;              // with the lower end
  bool implicit_base = false;          // with branches that the lower end says nothing of
  bool assert_relative_length = true;  // "-5" must find five steps
};

// A set of revisions (ascending) and the revisions it is walked down from (in the order resolved).
struct RevisionRange {
  std::vector<Node> revisions;
  std::vector<Node> heads;
};

// Messages for the caller to show as warnings, in order; filled also when the call throws.
using Warnings = std::vector<std::string>;

struct DowngradeTarget {
  std::optional<std::string> branch_label;
  Target revision;  // none() or base(): down to nothing
};

// What "upgrade TARGET" aims at, from the given current revisions. Errors: revision, resolution,
// multiple_heads.
std::vector<Target> parse_upgrade_target(const RevisionGraph& graph,
                                         const Identifier& current_revisions,
                                         const Identifier& target, bool assert_relative_length);

// What "downgrade TARGET" aims at. Errors: as above; assertion where upstream asserts.
DowngradeTarget parse_downgrade_target(const RevisionGraph& graph,
                                       const Identifier& current_revisions,
                                       const Identifier& target, bool assert_relative_length,
                                       Warnings& warnings);

// All that `upper` needs and `lower` does not have. Errors: as above, and range_not_ancestor.
RevisionRange collect_upgrade(const RevisionGraph& graph, const Identifier& upper,
                              const Identifier& lower, const RangeOptions& options,
                              Warnings& warnings);

// All that is applied with `upper` and has to go for `lower`. Errors: as above.
RevisionRange collect_downgrade(const RevisionGraph& graph, const Identifier& upper,
                                const Identifier& lower, const RangeOptions& options,
                                Warnings& warnings);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_UPGRADE_PATH_H
