#include "graph/branch_labels.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace alembic_native {

void BranchLabels::declare(Node node, const std::vector<std::string>& labels) {
  labels_.insert(labels_.end(), labels.begin(), labels.end());
  declared_by_.resize(labels_.size(), node);
}

void BranchLabels::spread(const Lines& lines, const std::vector<Node>& parents_first,
                          const std::vector<Node>& ends) {
  if (labels_.empty()) return;
  sets_.assign(1, {});
  set_of_.assign(parents_first.size(), 0);
  spread_upwards(lines.down_revisions, parents_first);
  for (const Node end : ends) spread_back(lines, end);
}

std::vector<std::string> BranchLabels::of(Node node) const {
  std::vector<std::string> result;
  if (labels_.empty()) return result;
  for (const std::uint32_t label : sets_[set_of_[node]]) result.emplace_back(labels_[label]);
  return result;
}

bool BranchLabels::has(Node node, std::string_view label) const {
  if (labels_.empty()) return false;
  const Set& labels = sets_[set_of_[node]];
  return std::any_of(labels.begin(), labels.end(),
                     [&](std::uint32_t one) { return labels_[one] == label; });
}

BranchLabels::Set BranchLabels::own(Node node) const {
  const auto range = std::equal_range(declared_by_.begin(), declared_by_.end(), node);
  Set labels(static_cast<std::size_t>(range.second - range.first));
  std::iota(labels.begin(), labels.end(),
            static_cast<std::uint32_t>(range.first - declared_by_.begin()));
  return labels;
}

// To every descendant. A revision with one parent and no label of its own shares its parent's set,
// so a long line costs one set.
void BranchLabels::spread_upwards(const Adjacency& down_revisions,
                                  const std::vector<Node>& parents_first) {
  for (const Node node : parents_first) {
    const NodeSpan parents = down_revisions[node];
    Set labels = own(node);
    const bool is_shared =
        labels.empty() && std::all_of(parents.begin(), parents.end(), [&](Node parent) {
          return set_of_[parent] == set_of_[parents[0]];
        });
    if (is_shared) {
      set_of_[node] = parents.empty() ? 0 : set_of_[parents[0]];
      continue;
    }
    for (const Node parent : parents) add(labels, set_of_[parent]);
    set_of_[node] = number_of(std::move(labels));
  }
}

// From the end of a line to its beginning, as far as nothing branches off or merges.
void BranchLabels::spread_back(const Lines& lines, Node end) {
  std::vector<Node> line;
  bool is_labelled = false;
  for (Node node = end;;) {
    const NodeSpan parents = lines.down_revisions[node];
    if (lines.all_next_revisions[node].size() > 1 || parents.size() > 1) break;
    line.push_back(node);
    is_labelled = is_labelled || !own(node).empty();
    if (parents.empty()) break;
    node = parents[0];
  }
  if (!is_labelled) return;
  for (const Node node : line) set_of_[node] = set_of_[end];
}

void BranchLabels::add(Set& labels, std::uint32_t set) const {
  labels.insert(labels.end(), sets_[set].begin(), sets_[set].end());
}

std::uint32_t BranchLabels::number_of(Set labels) {
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  sets_.push_back(std::move(labels));
  return static_cast<std::uint32_t>(sets_.size() - 1);
}

}  // namespace alembic_native
