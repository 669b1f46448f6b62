// From what a person types (an id, its first characters, a label, head, base, label@-2) to
// revisions. The rules are upstream's, found in the behaviour of its RevisionMap.
//
// Pure functions over an immutable graph; safe from any thread. A lookup by name costs O(1), one
// by prefix O(log n) after a first sort of all names, one with a label, and a filter for lineage,
// O(n + m).
#ifndef ALEMBIC_NATIVE_GRAPH_IDENTIFIER_RESOLUTION_H
#define ALEMBIC_NATIVE_GRAPH_IDENTIFIER_RESOLUTION_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "error.h"
#include "graph/revision_graph.h"
#include "graph/walk.h"

namespace alembic_native {

// An identifier taken apart: names still to be looked up, and the label before its "@".
// "base" and nothing give no name; "heads" gives several.
struct ResolvedNames {
  std::vector<std::string> names;
  std::optional<std::string> branch_label;
};

// Errors: multiple_heads ("head" with several), and those of looking up the label.
ResolvedNames resolve_names(const RevisionGraph& graph, const Identifier& identifier);

// All revisions that an identifier names; none for "base". "-n" and "label@-n" walk down from the
// heads and may give none() or base(). Errors: resolution, multiple_heads, revision.
std::vector<Target> get_revisions(const RevisionGraph& graph, const Identifier& identifier);

// The one revision that an identifier names; nullopt for the base. Errors: as above, and
// multiple_heads where there are several.
std::optional<Node> get_revision(const RevisionGraph& graph, const Identifier& identifier);

// The revision of a label or id. Errors: resolution ("No such branch").
std::optional<Node> resolve_branch(const RevisionGraph& graph, std::string_view branch_label);

// By full name or unambiguous prefix of at least four characters; nullopt stays nullopt (the
// base). With a label the revision must share its lineage. Errors: resolution, assertion (empty).
std::optional<Node> revision_for_name(const RevisionGraph& graph,
                                      const std::optional<std::string>& name,
                                      const std::optional<std::string>& branch_label);

// Something to be tested for lineage: a revision, or a name of one.
using NodeOrName = std::variant<Node, std::string>;

// Indices (ascending) of those targets that are an ancestor or descendant of, or the same as, a
// revision that `check_against` names; all of them when it names the base.
std::vector<std::size_t> filter_for_lineage(const RevisionGraph& graph,
                                            const std::vector<NodeOrName>& targets,
                                            const Identifier& check_against, Edges edges);

// The same for revisions.
std::vector<Node> nodes_in_lineage(const RevisionGraph& graph, const std::vector<Node>& targets,
                                   const Identifier& check_against, Edges edges);

// True when `target` shares lineage with one of `others`, or when there are none.
bool shares_lineage(const RevisionGraph& graph, const NodeOrName& target,
                    const std::vector<NodeOrName>& others, Edges edges);

// The head, of the branch if a label is given; nullopt for an empty history. Errors:
// multiple_heads.
std::optional<std::string> current_head(const RevisionGraph& graph,
                                        const std::optional<std::string>& branch_label);

// `steps` up (> 0) or down (< 0) from a revision, or from the bases or heads when `start` is
// none(). Past the end: none() when `stop_at_end` is false, else the last one reached; one step
// below a base is base(). Errors: revision ("Ambiguous walk"), assertion (up from base()).
Target walk_steps(const RevisionGraph& graph, Target start, std::int64_t steps,
                  const std::optional<std::string>& branch_label, bool stop_at_end);

// All that is applied when the given revisions are: of them and their ancestors, those that no
// other one follows by down_revision. Ascending. O(n + m).
std::vector<Node> all_current(const RevisionGraph& graph, const Identifier& identifier);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_IDENTIFIER_RESOLUTION_H
