#include "graph/revision_graph_appender.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace alembic_native {

namespace {

bool has_repeats(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

void append_once(std::vector<Node>& nodes, const std::vector<Node>& more) {
  for (const Node node : more) {
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
  }
}

// Takes the heads that have one of the ids out, and puts `node` at the end.
void replace_heads(const RevisionGraph& graph, const std::vector<std::string>& ids, Node node,
                   std::vector<Node>& heads) {
  heads.erase(std::remove_if(heads.begin(), heads.end(),
                             [&](Node head) {
                               return std::find(ids.begin(), ids.end(), graph.id(head)) !=
                                      ids.end();
                             }),
              heads.end());
  heads.push_back(node);
}

}  // namespace

bool RevisionGraphAppender::accepts(const RevisionRecord& record) const {
  const auto is_known = [&](const std::string& name) { return graph_.find(name).has_value(); };
  const auto is_known_id = [&](const std::string& name) {
    const auto found = graph_.find(name);
    return found && graph_.id(*found) == name;
  };
  std::vector<std::string> new_names = record.branch_labels;
  new_names.push_back(record.id);
  return std::none_of(new_names.begin(), new_names.end(), is_known) && !has_repeats(new_names) &&
         std::all_of(record.down_revisions.begin(), record.down_revisions.end(), is_known_id) &&
         !has_repeats(record.down_revisions) &&
         std::all_of(record.dependencies.begin(), record.dependencies.end(), is_known) &&
         !has_repeats(record.dependencies);
}

std::vector<Node> RevisionGraphAppender::append(RevisionRecord given) {
  const auto node = static_cast<Node>(graph_.size());
  const auto added = std::make_shared<const RevisionRecord>(std::move(given));
  const RevisionRecord& record = *added;
  const auto down = nodes_of(record.down_revisions);
  const auto dependencies = nodes_of(record.dependencies);
  std::vector<Node> parents = down;
  append_once(parents, dependencies);

  graph_.appended_records_.push_back(added);
  index_names(record, node);
  graph_.position_.push_back(node);
  graph_.shadowed_.push_back(0);
  graph_.broken_.push_back(0);
  graph_.down_revisions_.append_row(down);
  graph_.resolved_dependencies_.append_row(dependencies);
  graph_.all_down_revisions_.append_row(parents);
  graph_.next_revisions_.append_row({});
  graph_.all_next_revisions_.append_row({});
  graph_.version_index_.append(graph_.down_revisions_, graph_.next_revisions_);
  graph_.all_index_.append(graph_.all_down_revisions_, graph_.all_next_revisions_);
  const auto own_dependencies = normalized(node);
  graph_.normalized_dependencies_.append_row(own_dependencies);
  std::vector<Node> normalized_parents = down;
  append_once(normalized_parents, own_dependencies);
  graph_.normalized_down_revisions_.append_row(normalized_parents);
  for (const Node parent : down) graph_.next_revisions_.append_target(parent, node);
  for (const Node parent : parents) graph_.all_next_revisions_.append_target(parent, node);
  take_over_heads(graph_, record);
  if (down.empty()) graph_.bases_.push_back(node);
  if (parents.empty()) graph_.real_bases_.push_back(node);
  graph_.has_labels_ = graph_.has_labels_ || !record.branch_labels.empty();
  graph_.branch_labels_.forget();
  return parents;
}

std::vector<Node> RevisionGraphAppender::nodes_of(const std::vector<std::string>& names) const {
  std::vector<Node> nodes;
  nodes.reserve(names.size());
  // A label may stand in a script that a later one of the same id has replaced.
  for (const std::string& name : names) {
    nodes.push_back(*graph_.find(graph_.id(*graph_.find(name))));
  }
  return nodes;
}

// The dependencies of `node` that no ancestor by down_revision has.
std::vector<Node> RevisionGraphAppender::normalized(Node node) const {
  std::vector<Node> result;
  for (const Node dependency : graph_.resolved_dependencies_[node]) {
    const NodeSpan others = graph_.all_next_revisions_[dependency];
    const bool is_inherited = std::any_of(others.begin(), others.end(), [&](Node other) {
      return graph_.shadowed_[other] == 0 &&
             graph_.resolved_dependencies_[other].contains(dependency) &&
             graph_.version_index_.reaches(graph_.down_revisions_, node, other);
    });
    if (!is_inherited) append_once(result, {dependency});
  }
  return result;
}

void RevisionGraphAppender::index_names(const RevisionRecord& record, Node node) {
  const auto first = static_cast<std::uint32_t>(graph_.names().size());
  graph_.names_.insert(record.id, node);
  for (const std::string& label : record.branch_labels) graph_.names_.insert(label, node);
  graph_.sorted_names_.update([&](std::vector<std::uint32_t>& sorted) {
    const auto& names = graph_.names();
    for (std::uint32_t index = first; index < names.size(); ++index) {
      const auto behind = std::lower_bound(
          sorted.begin(), sorted.end(), names[index].first,
          [&](auto one, std::string_view text) { return names[one].first < text; });
      sorted.insert(behind, index);
    }
  });
}

void RevisionGraphAppender::take_over_heads(const RevisionGraph& earlier,
                                            const RevisionRecord& record) {
  auto heads = earlier.heads_;
  auto real_heads = earlier.real_heads_;
  const Node node = *graph_.find(record.id);
  auto ids = record.down_revisions;
  ids.push_back(record.id);
  replace_heads(graph_, ids, node, heads);
  for (const std::string& name : record.dependencies) {
    if (const auto found = graph_.find(name)) ids.push_back(graph_.id(*found));
  }
  replace_heads(graph_, ids, node, real_heads);
  graph_.heads_ = std::move(heads);
  graph_.real_heads_ = std::move(real_heads);
}

}  // namespace alembic_native
