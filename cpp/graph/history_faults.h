// What is reported of a history that cannot be built into a graph, in words for the person who
// wrote its scripts. Each function throws Error, with the kind and the fields named here.
#ifndef ALEMBIC_NATIVE_GRAPH_HISTORY_FAULTS_H
#define ALEMBIC_NATIVE_GRAPH_HISTORY_FAULTS_H

#include <string>
#include <vector>

#include "graph/revision_graph.h"

namespace alembic_native {

// `referrer` is built upon `name`, or depends on it, and nothing has that name. Kind
// missing_revision: revision, argument (the name), path, line, is_dependency, and the nearest
// existing names as revisions, at most three.
[[noreturn]] void fail_missing(const RevisionGraph& graph, Node referrer, const std::string& name,
                               bool is_dependency);

// A down_revision of `referrer` is a branch label and no id. Kind missing_revision: revision,
// argument (the label), path, line, and the revision meant as revisions.
[[noreturn]] void fail_down_revision_is_label(const RevisionGraph& graph, Node referrer);

// The same where dependencies are resolved, of which upstream says no more than that the map is
// broken: kind revision, without fields. fail_missing for a down_revision that nothing has.
[[noreturn]] void fail_broken_map(const RevisionGraph& graph, Node referrer);

// `node` declares a label that is a name already: a label of `earlier`, or its id. Kind revision:
// revision, argument (the label), path.
[[noreturn]] void fail_label_used_twice(const RevisionGraph& graph, const std::string& label,
                                        Node node, Node earlier);

// `shadowed` has the id of a later revision. Kind revision: revision, path (of the earlier script).
[[noreturn]] void fail_id_claimed_twice(const RevisionGraph& graph, Node shadowed);

// Kind cycle, or dependency_cycle: `ids` as revisions, in the order given.
[[noreturn]] void fail_cycle(bool through_dependencies, std::vector<std::string> ids);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_HISTORY_FAULTS_H
