// The revision graph: revisions as integers, names outside, edges in flat arrays.
//
// Two kinds of edges are kept apart, as upstream does: `down_revision` alone ("version" edges), and
// those together with `depends_on` ("all" edges). A dependency that an ancestor by down_revision
// already has is left out of the "normalized" edges; what can be reached is the same.
//
// Nodes are numbered in scan order, which is the tie-breaker of everything that is printed. Where
// two scripts claim one id the later one counts; the earlier one stays a node (it is "shadowed":
// listed among the heads, found by no name), because upstream keeps it there.
//
// An owner, and a value that may be copied. Reading is safe from any thread; it is changed by
// RevisionGraphAppender alone. For a graph that grows while it is read see GrowingGraph.
// Cost of build for n revisions and m edges: O(n + m), and for a dependency that k revisions
// declare k * k questions of ancestry.
#ifndef ALEMBIC_NATIVE_GRAPH_REVISION_GRAPH_H
#define ALEMBIC_NATIVE_GRAPH_REVISION_GRAPH_H

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/adjacency.h"
#include "graph/ancestor_index.h"
#include "graph/branch_labels.h"
#include "graph/name_index.h"
#include "graph/on_first_read.h"

namespace alembic_native {

// One revision as its script declares it.
struct RevisionRecord {
  std::string id;
  std::vector<std::string> down_revisions;  // declared order; empty for a base
  std::vector<std::string> dependencies;    // depends_on: ids or branch labels, declared order
  std::vector<std::string> branch_labels;   // declared order

  // Where the script is, for messages; empty and 0 where unknown.
  std::string path;
  int down_revision_line = 0;
  int depends_on_line = 0;
};

// Edges followed by a walk.
enum class Edges { version, all };

class RevisionGraph {
 public:
  // Names that lead to a node beside the ids and labels, and dependencies that were resolved by
  // someone else. This is how a map that Python code has changed in place is read again.
  struct Amendment {
    std::vector<std::pair<std::string, Node>> names;
    std::vector<std::vector<std::string>> resolved_dependencies;    // a row a record
    std::vector<std::vector<std::string>> normalized_dependencies;  // a row a record
  };

  // Errors: revision (a label used twice), missing_revision (also where a label stands for a
  // down_revision), cycle, dependency_cycle, in the order in which upstream finds them, first in
  // scan order.
  static std::unique_ptr<RevisionGraph> build(std::vector<RevisionRecord> records);
  static std::unique_ptr<RevisionGraph> build(std::vector<RevisionRecord> records,
                                              const Amendment& amendment);

  // This graph with one more revision at the end of the scan order, or with the revision of the
  // same id replaced. Costs a build.
  std::unique_ptr<RevisionGraph> with_revision(RevisionRecord record, bool replace) const;

  std::size_t size() const { return records_->size() + appended_records_.size(); }
  const RevisionRecord& record(Node node) const {
    return node < records_->size() ? (*records_)[node]
                                   : *appended_records_[node - records_->size()];
  }
  const std::string& id(Node node) const { return record(node).id; }

  // By full id, branch label or amended name.
  std::optional<Node> find(std::string_view name) const;
  // All names that lead to a node: ids in scan order, then labels in the order of declaration; then
  // the names of each appended revision.
  const std::vector<NameIndex::Entry>& names() const { return names_.entries(); }
  // Names of more than three characters that start with `prefix`, in the order of names().
  std::vector<NameIndex::Entry> names_with_prefix(std::string_view prefix) const;
  // Index in scan order; differs from the node number only for an id claimed twice.
  Node position(Node node) const { return position_[node]; }
  // A later revision has the same id and counts instead.
  bool is_shadowed(Node node) const { return shadowed_[node] != 0; }
  // Shadowed node and the node that counts, for every id claimed twice.
  const std::vector<std::pair<Node, Node>>& duplicates() const { return duplicates_; }

  const Adjacency& down_revisions() const { return down_revisions_; }
  const Adjacency& resolved_dependencies() const { return resolved_dependencies_; }
  const Adjacency& normalized_dependencies() const { return normalized_dependencies_; }
  const Adjacency& all_down_revisions() const { return all_down_revisions_; }
  const Adjacency& normalized_down_revisions() const { return normalized_down_revisions_; }
  const Adjacency& next_revisions() const { return next_revisions_; }
  const Adjacency& all_next_revisions() const { return all_next_revisions_; }

  // Ids, in scan order; with a shadowed node its id stands there, too.
  std::vector<std::string> ids(const std::vector<Node>& nodes) const;
  const std::vector<Node>& heads() const { return heads_; }
  const std::vector<Node>& bases() const { return bases_; }
  const std::vector<Node>& real_heads() const { return real_heads_; }
  const std::vector<Node>& real_bases() const { return real_bases_; }

  // Labels of the branch(es) a revision belongs to, in order of declaration; see BranchLabels.
  // The first question after a build or an addition costs O(n + m) where there are labels.
  std::vector<std::string> branch_labels(Node node) const;
  bool has_branch_labels() const { return has_labels_; }
  bool has_branch_label(Node node, std::string_view label) const;

  // True when the walk by `edges` from `node` downwards meets `ancestor`; a node reaches itself.
  // Costs the lines between merge points that lie between the two.
  bool reaches(Node node, Node ancestor, Edges edges) const;
  // The same by all edges, but nullopt where more than `lines` of those would have to be followed.
  std::optional<bool> reaches_within(Node node, Node ancestor, std::size_t lines) const {
    return all_index_.reaches_within(all_down_revisions_, node, ancestor, lines);
  }

  // A down_revision or resolved dependency of this node names an alias instead of an id; a walk
  // that passes here fails as upstream's does.
  bool is_broken(Node node, Edges edges) const {
    return (broken_[node] & (edges == Edges::version ? 1U : 3U)) != 0;
  }

  // Every inconsistency between the arrays, a sentence each; empty for a sound graph. For tests:
  // costs n times the bases, and a question of ancestry an edge.
  std::vector<std::string> check() const;

 private:
  friend class RevisionGraphAppender;
  friend class RevisionGraphBuilder;
  explicit RevisionGraph(std::vector<RevisionRecord> records)
      : records_(std::make_shared<const std::vector<RevisionRecord>>(std::move(records))) {}

  // Shared by copies, since the names are views of their text.
  std::shared_ptr<const std::vector<RevisionRecord>> records_;
  std::vector<std::shared_ptr<const RevisionRecord>> appended_records_;
  std::shared_ptr<const std::vector<std::string>> amended_names_;  // null where nothing is amended
  NameIndex names_;
  std::vector<Node> position_;
  std::vector<std::pair<Node, Node>> duplicates_;
  std::vector<unsigned char> shadowed_;

  Adjacency down_revisions_;
  Adjacency resolved_dependencies_;
  Adjacency normalized_dependencies_;
  Adjacency all_down_revisions_;
  Adjacency normalized_down_revisions_;
  Adjacency next_revisions_;
  Adjacency all_next_revisions_;
  std::vector<unsigned char> broken_;

  std::vector<Node> heads_;
  std::vector<Node> bases_;
  std::vector<Node> real_heads_;
  std::vector<Node> real_bases_;

  bool has_labels_ = false;
  OnFirstRead<BranchLabels> branch_labels_;
  AncestorIndex version_index_;
  AncestorIndex all_index_;

  // Indices of names(), sorted by the names; for prefixes.
  OnFirstRead<std::vector<std::uint32_t>> sorted_names_;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_REVISION_GRAPH_H
