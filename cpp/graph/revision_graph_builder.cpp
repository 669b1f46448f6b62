#include "graph/revision_graph_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "error.h"
#include "graph/cycles.h"
#include "graph/nearest_names.h"

namespace alembic_native {

namespace {

constexpr unsigned char broken_version_edge = 1;
constexpr unsigned char broken_dependency_edge = 2;
constexpr const char* broken_map_message = "Dependency resolution failed; broken map";

void append_once(std::vector<Node>& nodes, const std::vector<Node>& more) {
  for (const Node node : more) {
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
  }
}

// Down revisions, then the dependencies that are not among them.
Adjacency joined(const std::vector<std::vector<Node>>& down,
                 const std::vector<std::vector<Node>>& dependencies) {
  Adjacency result;
  std::vector<Node> row;
  for (std::size_t node = 0; node < down.size(); ++node) {
    row.clear();
    append_once(row, down[node]);
    append_once(row, dependencies[node]);
    result.append_row(row);
  }
  return result;
}

// Where a script says something, to be put behind the message.
std::string place_of(const RevisionRecord& record, int line) {
  if (record.path.empty()) return {};
  return line > 0 ? fmt::format(" ({}, line {})", record.path, line)
                  : fmt::format(" ({})", record.path);
}

std::vector<unsigned char> reached(const std::vector<Node>& from, const Adjacency& edges) {
  std::vector<unsigned char> seen(edges.size(), 0);
  std::vector<Node> pending(from);
  while (!pending.empty()) {
    const Node node = pending.back();
    pending.pop_back();
    if (seen[node] != 0) continue;
    seen[node] = 1;
    const NodeSpan next = edges[node];
    pending.insert(pending.end(), next.begin(), next.end());
  }
  return seen;
}

}  // namespace

void RevisionGraphBuilder::build(const RevisionGraph::Amendment* amendment) {
  const std::size_t nodes = graph_.records_.size();
  graph_.shadowed_.assign(nodes, 0);
  graph_.broken_.assign(nodes, 0);
  down_.resize(nodes);
  resolved_.resize(nodes);
  normalized_.resize(nodes);

  index_ids();
  if (amendment != nullptr) {
    index_amended_names(*amendment);
    take_over_dependencies(*amendment);
    resolve_down_revisions();
    connect();
    refuse_version_cycles();
    index_version_ancestors();
    refuse_dependency_cycles();
  } else {
    index_labels();
    resolve_dependencies();
    resolve_down_revisions();
    connect();
    refuse_aliases_as_down_revisions();
    refuse_version_cycles();
    index_version_ancestors();
    normalize_dependencies();
    refuse_dependency_cycles();
  }
  index_all_ancestors();
  spread_branch_labels();
}

void RevisionGraphBuilder::index_ids() {
  const std::size_t nodes = graph_.records_.size();
  graph_.by_name_.reserve(nodes);
  graph_.names_.reserve(nodes);
  graph_.position_.resize(nodes);
  for (Node node = 0; node < nodes; ++node) {
    const std::string_view id = graph_.records_[node].id;
    graph_.position_[node] = node;
    const auto [found, is_new] = graph_.by_name_.emplace(id, node);
    if (is_new) {
      graph_.names_.emplace_back(id, node);
      continue;
    }
    const Node earlier = found->second;
    graph_.duplicates_.emplace_back(earlier, node);
    graph_.shadowed_[earlier] = 1;
    graph_.position_[node] = graph_.position_[earlier];
    found->second = node;
    for (auto& [name, target] : graph_.names_) {
      if (target == earlier) target = node;
    }
  }
}

void RevisionGraphBuilder::index_labels() {
  for (Node node = 0; node < graph_.records_.size(); ++node) {
    for (const std::string& label : graph_.records_[node].branch_labels) {
      const auto [found, is_new] = graph_.by_name_.emplace(label, node);
      if (!is_new) {
        ErrorFields fields;
        fields.revision = graph_.id(node);
        fields.argument = label;
        fields.path = graph_.records_[node].path;
        throw Error(ErrorKind::revision,
                    fmt::format("Branch name '{}' in revision {} already used by revision {}",
                                label, graph_.id(node), graph_.id(found->second)),
                    std::move(fields));
      }
      graph_.names_.emplace_back(label, node);
    }
  }
}

void RevisionGraphBuilder::index_amended_names(const RevisionGraph::Amendment& amendment) {
  // The views in by_name_ must not move, so all names are stored before the first is indexed.
  for (const auto& [name, node] : amendment.names) graph_.amended_names_.push_back(name);
  for (std::size_t place = 0; place < amendment.names.size(); ++place) {
    const std::string_view name = graph_.amended_names_[place];
    const Node node = amendment.names[place].second;
    if (graph_.by_name_.emplace(name, node).second) graph_.names_.emplace_back(name, node);
  }
}

std::vector<Node> RevisionGraphBuilder::resolve(const std::vector<std::string>& names,
                                                Node referrer, unsigned char flag,
                                                bool alias_is_id) {
  std::vector<Node> nodes;
  nodes.reserve(names.size());
  for (const std::string& name : names) {
    const auto found = graph_.find(name);
    if (!found) fail_missing(referrer, name, flag == broken_dependency_edge);
    if (!alias_is_id && graph_.id(*found) != name) graph_.broken_[referrer] |= flag;
    // A label may stand in a script that a later one of the same id has replaced.
    nodes.push_back(alias_is_id ? *graph_.find(graph_.id(*found)) : *found);
  }
  return nodes;
}

void RevisionGraphBuilder::resolve_dependencies() {
  for (Node node = 0; node < graph_.records_.size(); ++node) {
    const auto& names = graph_.records_[node].dependencies;
    // `depends_on = ""` declares nothing, but keeps the revision from being a real base.
    if (names.size() == 1 && names[0].empty()) continue;
    resolved_[node] = resolve(names, node, broken_dependency_edge, true);
  }
}

void RevisionGraphBuilder::take_over_dependencies(const RevisionGraph::Amendment& amendment) {
  for (Node node = 0; node < graph_.records_.size(); ++node) {
    resolved_[node] =
        resolve(amendment.resolved_dependencies[node], node, broken_dependency_edge, false);
    normalized_[node] =
        resolve(amendment.normalized_dependencies[node], node, broken_dependency_edge, false);
  }
}

void RevisionGraphBuilder::resolve_down_revisions() {
  // In the order of names, so that an id claimed twice is met where it was first claimed.
  for (const auto& [name, node] : graph_.names_) {
    if (graph_.id(node) != name) break;  // labels follow the ids
    down_[node] = resolve(graph_.records_[node].down_revisions, node, broken_version_edge, false);
  }
  for (Node node = 0; node < graph_.records_.size(); ++node) {
    if (is_counted(node)) continue;
    for (const std::string& name : graph_.records_[node].down_revisions) {
      const auto found = graph_.find(name);
      if (found) down_[node].push_back(*found);
      if (!found || graph_.id(*found) != name) graph_.broken_[node] |= broken_version_edge;
    }
  }
}

void RevisionGraphBuilder::connect() {
  graph_.down_revisions_ = Adjacency::from_rows(down_);
  graph_.resolved_dependencies_ = Adjacency::from_rows(resolved_);
  graph_.all_down_revisions_ = joined(down_, resolved_);

  connect_backwards();

  // A parent by an alias counts as followed, though the alias leads to no `next` revision.
  std::vector<unsigned char> followed(graph_.size(), 0);
  for (Node node = 0; node < graph_.size(); ++node) {
    if (!is_counted(node)) continue;
    for (const Node parent : down_[node]) followed[parent] = 1;
  }
  for (Node node = 0; node < graph_.size(); ++node) {
    const RevisionRecord& record = graph_.record(node);
    if (followed[node] == 0) graph_.heads_.push_back(node);
    if (graph_.all_next_revisions_[node].empty()) graph_.real_heads_.push_back(node);
    if (record.down_revisions.empty()) {
      graph_.bases_.push_back(node);
      if (record.dependencies.empty()) graph_.real_bases_.push_back(node);
    }
  }
}

void RevisionGraphBuilder::connect_backwards() {
  const bool is_plain =
      graph_.duplicates_.empty() && std::all_of(graph_.broken_.begin(), graph_.broken_.end(),
                                                [](unsigned char flags) { return flags == 0; });
  if (is_plain) {
    graph_.next_revisions_ = graph_.down_revisions_.reversed();
    graph_.all_next_revisions_ = graph_.all_down_revisions_.reversed();
    return;
  }
  // Only counted revisions become children; a down_revision that names an alias is followed by
  // `depends_on` walks alone.
  std::vector<std::vector<Node>> version_rows(down_);
  std::vector<std::vector<Node>> all_rows(down_.size());
  for (Node node = 0; node < graph_.size(); ++node) {
    if (!is_counted(node)) {
      version_rows[node].clear();
      continue;
    }
    const NodeSpan all = graph_.all_down_revisions_[node];
    all_rows[node].assign(all.begin(), all.end());
    if (!graph_.is_broken(node, Edges::version)) continue;
    auto& row = version_rows[node];
    const auto& names = graph_.record(node).down_revisions;
    row.erase(std::remove_if(row.begin(), row.end(),
                             [&](Node parent) {
                               return std::find(names.begin(), names.end(), graph_.id(parent)) ==
                                      names.end();
                             }),
              row.end());
  }
  graph_.next_revisions_ = Adjacency::from_rows(version_rows).reversed();
  graph_.all_next_revisions_ = Adjacency::from_rows(all_rows).reversed();
}

void RevisionGraphBuilder::refuse_aliases_as_down_revisions() const {
  std::vector<Node> with_dependencies;
  for (Node node = 0; node < graph_.size(); ++node) {
    if (!resolved_[node].empty()) with_dependencies.push_back(node);
  }
  const auto seen = reached(with_dependencies, graph_.down_revisions_);
  for (Node node = 0; node < graph_.size(); ++node) {
    if (seen[node] != 0 && graph_.is_broken(node, Edges::version)) {
      throw Error(ErrorKind::revision, broken_map_message);
    }
  }
}

void RevisionGraphBuilder::refuse_aliases_below(const std::vector<Node>& heads,
                                                const Adjacency& down) const {
  // Head by head and depth first, so that of several the one is reported that upstream meets.
  std::vector<unsigned char> seen(graph_.size(), 0);
  for (const Node head : heads) {
    std::vector<Node> pending{head};
    while (!pending.empty()) {
      const Node node = pending.back();
      pending.pop_back();
      if (seen[node] != 0) continue;
      seen[node] = 1;
      if (graph_.is_broken(node, Edges::version)) fail_broken_edge(node);
      pending.insert(pending.end(), down[node].begin(), down[node].end());
    }
  }
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
    for (const auto& [name, node] : graph_.names_) {
      if (graph_.id(node) == name) ids.emplace_back(name);
    }
    fail_cycle(through_dependencies, std::move(ids));
  }
  refuse_aliases_below(heads, down);
  const auto below_heads = reached(heads, down);
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

std::vector<std::string> RevisionGraphBuilder::sorted_ids(const std::vector<Node>& nodes) const {
  auto ids = graph_.ids(nodes);
  std::sort(ids.begin(), ids.end());
  return ids;
}

void RevisionGraphBuilder::refuse_version_cycles() {
  if (graph_.size() == 0) return;
  if (graph_.amended_names_.empty()) refuse_unreachable(false);
  const auto members = nodes_on_cycles(graph_.down_revisions_);
  if (!members.empty()) fail_cycle(false, sorted_ids(members));
}

void RevisionGraphBuilder::refuse_dependency_cycles() {
  graph_.normalized_dependencies_ = Adjacency::from_rows(normalized_);
  graph_.normalized_down_revisions_ = joined(down_, normalized_);
  if (graph_.size() == 0) return;
  if (graph_.amended_names_.empty()) refuse_unreachable(true);
  const auto members = nodes_on_cycles(graph_.all_down_revisions_);
  if (!members.empty()) fail_cycle(true, sorted_ids(members));
}

void RevisionGraphBuilder::index_version_ancestors() {
  version_order_ = parents_first_order(graph_.down_revisions_, graph_.next_revisions_);
  graph_.version_index_ =
      AncestorIndex(graph_.down_revisions_, graph_.next_revisions_, version_order_);
}

void RevisionGraphBuilder::index_all_ancestors() {
  graph_.all_index_ =
      AncestorIndex(graph_.all_down_revisions_, graph_.all_next_revisions_,
                    parents_first_order(graph_.all_down_revisions_, graph_.all_next_revisions_));
}

void RevisionGraphBuilder::normalize_dependencies() {
  const Adjacency holders = graph_.resolved_dependencies_.reversed();
  for (Node node = 0; node < graph_.size(); ++node) {
    for (const Node dependency : resolved_[node]) {
      const NodeSpan others = holders[dependency];
      const bool is_inherited = std::any_of(others.begin(), others.end(), [&](Node other) {
        return other != node && is_counted(other) &&
               graph_.version_index_.reaches(graph_.down_revisions_, node, other);
      });
      if (!is_inherited) append_once(normalized_[node], {dependency});
    }
  }
}

void RevisionGraphBuilder::spread_branch_labels() {
  const std::size_t nodes = graph_.size();
  std::vector<std::vector<std::uint32_t>> own(nodes);
  for (Node node = 0; node < nodes; ++node) {
    for (const std::string& label : graph_.records_[node].branch_labels) {
      own[node].push_back(static_cast<std::uint32_t>(graph_.labels_.size()));
      graph_.labels_.push_back(label);
    }
  }
  graph_.label_sets_.assign(1, {});
  graph_.label_set_of_.assign(nodes, 0);
  if (graph_.labels_.empty()) return;

  const auto set_with = [&](std::vector<std::uint32_t> labels) {
    std::sort(labels.begin(), labels.end());
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    graph_.label_sets_.push_back(std::move(labels));
    return static_cast<std::uint32_t>(graph_.label_sets_.size() - 1);
  };
  const auto add = [&](std::vector<std::uint32_t>& labels, std::uint32_t set) {
    labels.insert(labels.end(), graph_.label_sets_[set].begin(), graph_.label_sets_[set].end());
  };

  // Downwards in upstream's picture, that is to every descendant. A revision with one parent and
  // no label of its own shares its parent's set, so a long line costs one set.
  for (const Node node : version_order_) {
    const NodeSpan parents = graph_.down_revisions_[node];
    const bool same =
        own[node].empty() && std::all_of(parents.begin(), parents.end(), [&](Node parent) {
          return graph_.label_set_of_[parent] == graph_.label_set_of_[parents[0]];
        });
    if (same) {
      graph_.label_set_of_[node] = parents.empty() ? 0 : graph_.label_set_of_[parents[0]];
      continue;
    }
    std::vector<std::uint32_t> labels(own[node]);
    for (const Node parent : parents) add(labels, graph_.label_set_of_[parent]);
    graph_.label_set_of_[node] = set_with(std::move(labels));
  }

  // And back from the end of a line to its beginning, as far as nothing branches off or merges.
  std::vector<Node> line;
  for (Node tip = 0; tip < nodes; ++tip) {
    if (!is_counted(tip) || !graph_.next_revisions_[tip].empty()) continue;
    line.clear();
    bool is_labelled = false;
    for (Node node = tip;;) {
      const NodeSpan parents = graph_.down_revisions_[node];
      if (graph_.all_next_revisions_[node].size() > 1 || parents.size() > 1) break;
      line.push_back(node);
      is_labelled = is_labelled || !own[node].empty();
      if (parents.empty()) break;
      node = parents[0];
    }
    if (!is_labelled) continue;
    std::vector<std::uint32_t> labels;
    add(labels, graph_.label_set_of_[tip]);
    const std::uint32_t set = set_with(std::move(labels));
    for (const Node node : line) graph_.label_set_of_[node] = set;
  }
}

void RevisionGraphBuilder::fail_missing(Node referrer, const std::string& name,
                                        bool is_dependency) const {
  const RevisionRecord& record = graph_.records_[referrer];
  std::vector<std::string_view> candidates;
  for (const auto& [known, node] : graph_.names_) {
    if (is_dependency || graph_.id(node) == known) candidates.push_back(known);
  }
  ErrorFields fields;
  fields.revision = record.id;
  fields.argument = name;
  fields.path = record.path;
  fields.line = is_dependency ? record.depends_on_line : record.down_revision_line;
  fields.is_dependency = is_dependency;
  fields.revisions = nearest_names(name, candidates, 3);

  std::string message =
      fmt::format("Revision '{}' has {} '{}', but no script has that revision", record.id,
                  is_dependency ? "depends_on" : "down_revision", name);
  message += place_of(record, fields.line);
  if (fields.revisions.empty()) {
    message += ". Restore the script, or correct the name.";
  } else {
    message += fmt::format(". Restore the script, or correct the name; the nearest are: {}.",
                           fmt::join(fields.revisions, ", "));
  }
  throw Error(ErrorKind::missing_revision, std::move(message), std::move(fields));
}

void RevisionGraphBuilder::fail_broken_edge(Node referrer) const {
  const RevisionRecord& record = graph_.records_[referrer];
  const auto& names = record.down_revisions;
  const auto alias = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    const auto found = graph_.find(name);
    return !found || graph_.id(*found) != name;
  });
  if (!graph_.find(*alias)) fail_missing(referrer, *alias, false);
  const std::string& meant = graph_.id(*graph_.find(*alias));
  ErrorFields fields;
  fields.revision = record.id;
  fields.argument = *alias;
  fields.path = record.path;
  fields.line = record.down_revision_line;
  fields.revisions = {meant};
  throw Error(ErrorKind::missing_revision,
              fmt::format("Revision '{}' has down_revision '{}', which is a branch label{}. Name "
                          "the revision itself: '{}'.",
                          record.id, *alias, place_of(record, fields.line), meant),
              fields);
}

void RevisionGraphBuilder::fail_cycle(bool through_dependencies,
                                      std::vector<std::string> ids) const {
  ErrorFields fields;
  fields.revisions = std::move(ids);
  throw Error(through_dependencies ? ErrorKind::dependency_cycle : ErrorKind::cycle,
              fmt::format("{} is detected in revisions ({})",
                          through_dependencies ? "Dependency cycle" : "Cycle",
                          fmt::join(fields.revisions, ", ")),
              fields);
}

}  // namespace alembic_native
