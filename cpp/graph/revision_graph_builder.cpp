#include "graph/revision_graph_builder.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "error.h"
#include "graph/cycles.h"
#include "graph/history_faults.h"

namespace alembic_native {

namespace {

constexpr unsigned char broken_version_edge = 1;
constexpr unsigned char broken_dependency_edge = 2;

void append_once(std::vector<Node>& nodes, NodeSpan more) {
  for (const Node node : more) {
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
  }
}

bool has_repeats(const std::vector<Node>& row) {
  for (auto node = row.begin(); node != row.end(); ++node) {
    if (std::find(row.begin(), node, *node) != node) return true;
  }
  return false;
}

// Down revisions, then the dependencies that are not among them.
Adjacency joined(const Adjacency& down, const Adjacency& dependencies) {
  Adjacency result;
  std::vector<Node> row;
  for (Node node = 0; node < down.size(); ++node) {
    row.clear();
    append_once(row, down[node]);
    append_once(row, dependencies[node]);
    result.append_row(row);
  }
  return result;
}

// The nodes met from `starts` along `edges`, one flag a node; `visit` is called with each when it
// is first met. Start by start and depth first: upstream reports the first fault met in that order.
template <typename Visit>
std::vector<unsigned char> reached(const std::vector<Node>& starts, const Adjacency& edges,
                                   const Visit& visit) {
  std::vector<unsigned char> seen(edges.size(), 0);
  std::vector<Node> pending;
  for (const Node start : starts) {
    pending.push_back(start);
    while (!pending.empty()) {
      const Node node = pending.back();
      pending.pop_back();
      if (seen[node] != 0) continue;
      seen[node] = 1;
      visit(node);
      const NodeSpan next = edges[node];
      pending.insert(pending.end(), next.begin(), next.end());
    }
  }
  return seen;
}

std::vector<unsigned char> reached(const std::vector<Node>& starts, const Adjacency& edges) {
  return reached(starts, edges, [](Node) {});
}

}  // namespace

void RevisionGraphBuilder::build(const RevisionGraph::Amendment* amendment) {
  const std::size_t nodes = graph_.size();
  graph_.shadowed_.assign(nodes, 0);
  graph_.broken_.assign(nodes, 0);

  index_ids();
  if (amendment != nullptr) {
    index_amended_names(*amendment);
    take_over_dependencies(*amendment);
  } else {
    index_labels();
    resolve_dependencies();
  }
  resolve_down_revisions();
  connect();
  if (amendment == nullptr) refuse_aliases_as_down_revisions();
  refuse_version_cycles();
  index_version_ancestors();
  if (amendment == nullptr) normalize_dependencies();
  connect_normalized();
  refuse_dependency_cycles();
  index_all_ancestors();
}

void RevisionGraphBuilder::index_ids() {
  const std::size_t nodes = graph_.size();
  graph_.names_.reserve(nodes);
  graph_.position_.resize(nodes);
  for (Node node = 0; node < nodes; ++node) {
    const RevisionRecord& record = graph_.record(node);
    const std::string_view id = record.id;
    graph_.has_labels_ = graph_.has_labels_ || !record.branch_labels.empty();
    has_dependencies_ = has_dependencies_ || !record.dependencies.empty();
    graph_.position_[node] = node;
    const auto [earlier, is_new] = graph_.names_.insert(id, node);
    if (is_new) continue;
    graph_.duplicates_.emplace_back(earlier, node);
    graph_.shadowed_[earlier] = 1;
    graph_.position_[node] = graph_.position_[earlier];
    graph_.names_.redirect(id, node);
    is_plain_ = false;
  }
}

void RevisionGraphBuilder::index_labels() {
  if (!graph_.has_labels_) return;
  for (Node node = 0; node < graph_.size(); ++node) {
    for (const std::string& label : graph_.record(node).branch_labels) {
      const auto [earlier, is_new] = graph_.names_.insert(label, node);
      if (!is_new) fail_label_used_twice(graph_, label, node, earlier);
    }
  }
}

void RevisionGraphBuilder::index_amended_names(const RevisionGraph::Amendment& amendment) {
  // The views in the index must not move, so all names are stored before the first is indexed.
  auto names = std::make_shared<std::vector<std::string>>();
  for (const auto& [name, node] : amendment.names) names->push_back(name);
  graph_.amended_names_ = names;
  for (std::size_t index = 0; index < names->size(); ++index) {
    graph_.names_.insert((*names)[index], amendment.names[index].second);
  }
}

void RevisionGraphBuilder::resolve(const std::vector<std::string>& names, Node referrer,
                                   unsigned char flag, bool alias_is_id, std::vector<Node>& nodes) {
  nodes.clear();
  for (const std::string& name : names) {
    const auto found = graph_.find(name);
    if (!found) fail_missing(graph_, referrer, name, flag == broken_dependency_edge);
    const bool is_id = graph_.id(*found) == name;
    if (!alias_is_id && !is_id) {
      graph_.broken_[referrer] |= flag;
      is_plain_ = false;
    }
    // A label may stand in a script that a later one of the same id has replaced.
    nodes.push_back(alias_is_id && !is_id ? *graph_.find(graph_.id(*found)) : *found);
  }
}

void RevisionGraphBuilder::resolve_dependencies() {
  if (!has_dependencies_) {
    graph_.resolved_dependencies_ = Adjacency(graph_.size());
    return;
  }
  std::vector<Node> row;
  for (Node node = 0; node < graph_.size(); ++node) {
    const auto& names = graph_.record(node).dependencies;
    // `depends_on = ""` declares nothing, but keeps the revision from being a real base.
    if (names.size() == 1 && names[0].empty()) {
      row.clear();
      is_plain_ = false;
    } else {
      resolve(names, node, broken_dependency_edge, true, row);
    }
    graph_.resolved_dependencies_.append_row(row);
  }
}

void RevisionGraphBuilder::take_over_dependencies(const RevisionGraph::Amendment& amendment) {
  std::vector<Node> row;
  for (Node node = 0; node < graph_.size(); ++node) {
    resolve(amendment.resolved_dependencies[node], node, broken_dependency_edge, false, row);
    graph_.resolved_dependencies_.append_row(row);
    resolve(amendment.normalized_dependencies[node], node, broken_dependency_edge, false, row);
    graph_.normalized_dependencies_.append_row(row);
  }
  has_dependencies_ =
      graph_.resolved_dependencies_.has_edges() || graph_.normalized_dependencies_.has_edges();
}

void RevisionGraphBuilder::resolve_down_revisions() {
  std::vector<Node> row;
  if (!graph_.duplicates_.empty()) {
    // A fault of an id claimed twice is met where the id was first claimed.
    for (const auto& [name, node] : graph_.names()) {
      if (graph_.id(node) != name) break;  // labels follow the ids
      resolve(graph_.record(node).down_revisions, node, broken_version_edge, false, row);
    }
  }
  graph_.down_revisions_.reserve(graph_.size(), graph_.size());
  for (Node node = 0; node < graph_.size(); ++node) {
    const RevisionRecord& record = graph_.record(node);
    const auto& names = record.down_revisions;
    if (names.empty()) {
      graph_.bases_.push_back(node);
      if (record.dependencies.empty()) graph_.real_bases_.push_back(node);
    }
    if (is_counted(node)) {
      resolve(names, node, broken_version_edge, false, row);
      if (has_repeats(row)) is_plain_ = false;
    } else {
      row.clear();
      for (const std::string& name : names) {
        const auto found = graph_.find(name);
        if (found) row.push_back(*found);
        if (!found || graph_.id(*found) != name) graph_.broken_[node] |= broken_version_edge;
      }
    }
    graph_.down_revisions_.append_row(row);
  }
}

void RevisionGraphBuilder::connect() {
  connect_backwards();
  collect_heads();
  version_order_ = parents_first_order(graph_.down_revisions_, graph_.next_revisions_);
  all_order_ = is_plain_ && !has_dependencies_
                   ? version_order_
                   : parents_first_order(graph_.all_down_revisions_, graph_.all_next_revisions_);
}

void RevisionGraphBuilder::connect_backwards() {
  if (is_plain_ && !has_dependencies_) {
    graph_.all_down_revisions_ = graph_.down_revisions_;
    graph_.next_revisions_ = graph_.down_revisions_.reversed();
    graph_.all_next_revisions_ = graph_.next_revisions_;
    return;
  }
  graph_.all_down_revisions_ = joined(graph_.down_revisions_, graph_.resolved_dependencies_);
  if (is_plain_) {
    graph_.next_revisions_ = graph_.down_revisions_.reversed();
    graph_.all_next_revisions_ = graph_.all_down_revisions_.reversed();
    return;
  }
  // Only counted revisions become children; a down_revision that names an alias is followed by
  // `depends_on` walks alone.
  Adjacency version_rows;
  Adjacency all_rows;
  std::vector<Node> row;
  for (Node node = 0; node < graph_.size(); ++node) {
    row.clear();
    if (is_counted(node)) append_once(row, graph_.all_down_revisions_[node]);
    all_rows.append_row(row);

    row.clear();
    const auto& names = graph_.record(node).down_revisions;
    for (const Node parent : graph_.down_revisions_[node]) {
      const bool is_id = std::find(names.begin(), names.end(), graph_.id(parent)) != names.end();
      if (is_counted(node) && is_id) row.push_back(parent);
    }
    version_rows.append_row(row);
  }
  graph_.next_revisions_ = version_rows.reversed();
  graph_.all_next_revisions_ = all_rows.reversed();
}

void RevisionGraphBuilder::collect_heads() {
  // A parent by an alias counts as followed, though the alias leads to no `next` revision.
  std::vector<unsigned char> followed(graph_.size(), 0);
  for (Node node = 0; node < graph_.size(); ++node) {
    if (!is_counted(node)) continue;
    for (const Node parent : graph_.down_revisions_[node]) followed[parent] = 1;
  }
  for (Node node = 0; node < graph_.size(); ++node) {
    if (followed[node] == 0) graph_.heads_.push_back(node);
    if (graph_.all_next_revisions_[node].empty()) graph_.real_heads_.push_back(node);
  }
}

void RevisionGraphBuilder::refuse_aliases_as_down_revisions() const {
  if (is_plain_) return;
  std::vector<Node> with_dependencies;
  for (Node node = 0; node < graph_.size(); ++node) {
    if (!graph_.resolved_dependencies_[node].empty()) with_dependencies.push_back(node);
  }
  reached(with_dependencies, graph_.down_revisions_, [&](Node node) {
    if (graph_.is_broken(node, Edges::version)) fail_broken_map(graph_, node);
  });
}

void RevisionGraphBuilder::refuse_unreachable(bool through_dependencies) const {
  const auto& heads = through_dependencies ? graph_.real_heads_ : graph_.heads_;
  const auto& bases = through_dependencies ? graph_.real_bases_ : graph_.bases_;
  const Adjacency& down =
      through_dependencies ? graph_.all_down_revisions_ : graph_.down_revisions_;
  const Adjacency& next =
      through_dependencies ? graph_.all_next_revisions_ : graph_.next_revisions_;

  std::vector<std::string> ids;
  if (heads.empty() || bases.empty()) {
    for (const auto& [name, node] : graph_.names()) {
      if (graph_.id(node) == name) ids.emplace_back(name);
    }
    fail_cycle(through_dependencies, std::move(ids));
  }
  const auto below_heads = reached(heads, down, [&](Node node) {
    if (graph_.is_broken(node, Edges::version)) fail_down_revision_is_label(graph_, node);
  });
  const auto above_bases = reached(bases, next);
  for (Node node = 0; node < graph_.size(); ++node) {
    if (is_counted(node) && (below_heads[node] == 0 || above_bases[node] == 0)) {
      ids.push_back(graph_.id(node));
    }
  }
  if (ids.empty()) return;
  std::sort(ids.begin(), ids.end());
  fail_cycle(through_dependencies, std::move(ids));
}

void RevisionGraphBuilder::refuse_cycles(bool through_dependencies, const Adjacency& down) const {
  if (graph_.amended_names_ == nullptr) refuse_unreachable(through_dependencies);
  auto ids = graph_.ids(nodes_on_cycles(down));
  if (ids.empty()) return;
  std::sort(ids.begin(), ids.end());
  fail_cycle(through_dependencies, std::move(ids));
}

void RevisionGraphBuilder::refuse_version_cycles() const {
  if (is_plain_ && version_order_.size() == graph_.size()) return;
  refuse_cycles(false, graph_.down_revisions_);
}

void RevisionGraphBuilder::refuse_dependency_cycles() const {
  if (is_plain_ && all_order_.size() == graph_.size()) return;
  refuse_cycles(true, graph_.all_down_revisions_);
}

AncestorIndex RevisionGraphBuilder::ancestor_index(const Adjacency& down, const Adjacency& next,
                                                   std::vector<Node> order) const {
  // A shadowed revision is nobody's child, and so came before its own parents.
  std::stable_partition(order.begin(), order.end(), [&](Node node) { return is_counted(node); });
  return {down, next, order};
}

void RevisionGraphBuilder::index_version_ancestors() {
  graph_.version_index_ =
      ancestor_index(graph_.down_revisions_, graph_.next_revisions_, version_order_);
}

void RevisionGraphBuilder::index_all_ancestors() {
  if (is_plain_ && !has_dependencies_) {
    graph_.all_index_ = graph_.version_index_;
    return;
  }
  graph_.all_index_ =
      ancestor_index(graph_.all_down_revisions_, graph_.all_next_revisions_, all_order_);
}

void RevisionGraphBuilder::normalize_dependencies() {
  if (!has_dependencies_) {
    graph_.normalized_dependencies_ = graph_.resolved_dependencies_;
    return;
  }
  const Adjacency holders = graph_.resolved_dependencies_.reversed();
  std::vector<Node> row;
  for (Node node = 0; node < graph_.size(); ++node) {
    row.clear();
    for (const Node dependency : graph_.resolved_dependencies_[node]) {
      const NodeSpan others = holders[dependency];
      const bool is_inherited = std::any_of(others.begin(), others.end(), [&](Node other) {
        return other != node && is_counted(other) &&
               graph_.version_index_.reaches(graph_.down_revisions_, node, other);
      });
      if (!is_inherited && std::find(row.begin(), row.end(), dependency) == row.end()) {
        row.push_back(dependency);
      }
    }
    graph_.normalized_dependencies_.append_row(row);
  }
}

void RevisionGraphBuilder::connect_normalized() {
  graph_.normalized_down_revisions_ =
      is_plain_ && !has_dependencies_
          ? graph_.down_revisions_
          : joined(graph_.down_revisions_, graph_.normalized_dependencies_);
}

}  // namespace alembic_native
