#include "graph/revision_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "graph/cycles.h"
#include "graph/revision_graph_builder.h"
#include "text/utf8.h"

namespace alembic_native {

namespace {

BranchLabels spread_labels(const RevisionGraph& graph) {
  BranchLabels labels;
  std::vector<Node> ends;
  for (Node node = 0; node < graph.size(); ++node) {
    const auto& declared = graph.record(node).branch_labels;
    if (!declared.empty()) labels.declare(node, declared);
    if (!graph.is_shadowed(node) && graph.next_revisions()[node].empty()) ends.push_back(node);
  }
  labels.spread({graph.down_revisions(), graph.all_next_revisions()},
                parents_first_order(graph.down_revisions(), graph.next_revisions()), ends);
  return labels;
}

}  // namespace

std::unique_ptr<RevisionGraph> RevisionGraph::build(std::vector<RevisionRecord> records) {
  // NOLINTNEXTLINE(modernize-make-unique): the constructor is private
  std::unique_ptr<RevisionGraph> graph(new RevisionGraph(std::move(records)));
  RevisionGraphBuilder(*graph).build(nullptr);
  return graph;
}

std::unique_ptr<RevisionGraph> RevisionGraph::build(std::vector<RevisionRecord> records,
                                                    const Amendment& amendment) {
  // NOLINTNEXTLINE(modernize-make-unique): the constructor is private
  std::unique_ptr<RevisionGraph> graph(new RevisionGraph(std::move(records)));
  RevisionGraphBuilder(*graph).build(&amendment);
  return graph;
}

std::unique_ptr<RevisionGraph> RevisionGraph::with_revision(RevisionRecord record,
                                                            bool replace) const {
  std::vector<RevisionRecord> records(*records_);
  for (const auto& appended : appended_records_) records.push_back(*appended);
  const auto found = replace ? find(record.id) : std::nullopt;
  if (found) {
    records[*found] = std::move(record);
  } else {
    records.push_back(std::move(record));
  }
  return build(std::move(records));
}

std::optional<Node> RevisionGraph::find(std::string_view name) const { return names_.find(name); }

std::vector<NameIndex::Entry> RevisionGraph::names_with_prefix(std::string_view prefix) const {
  constexpr std::size_t shortest_name = 4;
  const auto& names = this->names();
  const auto& sorted = sorted_names_.get([&] {
    std::vector<std::uint32_t> indices(names.size());
    std::iota(indices.begin(), indices.end(), 0U);
    std::sort(indices.begin(), indices.end(),
              [&](auto one, auto other) { return names[one].first < names[other].first; });
    return indices;
  });
  std::vector<std::uint32_t> indices;
  auto index = std::lower_bound(
      sorted.begin(), sorted.end(), prefix,
      [&](std::uint32_t one, std::string_view text) { return names[one].first < text; });
  for (; index != sorted.end(); ++index) {
    const std::string_view name = names[*index].first;
    if (name.substr(0, prefix.size()) != prefix) break;
    if (code_points(name) >= shortest_name) indices.push_back(*index);
  }
  std::sort(indices.begin(), indices.end());
  std::vector<NameIndex::Entry> result;
  result.reserve(indices.size());
  for (const std::uint32_t one : indices) result.push_back(names[one]);
  return result;
}

std::vector<std::string> RevisionGraph::ids(const std::vector<Node>& nodes) const {
  std::vector<std::string> result;
  result.reserve(nodes.size());
  for (const Node node : nodes) result.push_back(id(node));
  return result;
}

std::vector<std::string> RevisionGraph::branch_labels(Node node) const {
  if (!has_labels_) return {};
  return branch_labels_.get([&] { return spread_labels(*this); }).of(node);
}

bool RevisionGraph::has_branch_label(Node node, std::string_view label) const {
  return has_labels_ && branch_labels_.get([&] { return spread_labels(*this); }).has(node, label);
}

bool RevisionGraph::reaches(Node node, Node ancestor, Edges edges) const {
  return edges == Edges::version ? version_index_.reaches(down_revisions_, node, ancestor)
                                 : all_index_.reaches(all_down_revisions_, node, ancestor);
}

std::vector<std::string> RevisionGraph::check() const {
  std::vector<std::string> findings;
  const auto expect = [&](bool holds, Node node, std::string_view what) {
    if (!holds) findings.push_back(fmt::format("revision {}: {}", id(node), what));
  };
  for (Node node = 0; node < size(); ++node) {
    for (const Node parent : down_revisions_[node]) {
      expect(all_down_revisions_[node].contains(parent), node,
             "a down_revision is missing among all edges");
      expect(parent != node, node, "is its own down_revision");
      if (!is_shadowed(node) && !is_broken(node, Edges::version)) {
        expect(next_revisions_[parent].contains(node), parent, "does not know a next revision");
      }
    }
    for (const Node parent : normalized_dependencies_[node]) {
      expect(resolved_dependencies_[node].contains(parent), node,
             "a normalized dependency was never declared");
    }
    for (const Node parent : all_down_revisions_[node]) {
      expect(reaches(node, parent, Edges::all), node, "does not reach a parent");
      expect(!reaches(parent, node, Edges::all), node, "is an ancestor of its own parent");
      if (!is_shadowed(node)) {
        expect(all_next_revisions_[parent].contains(node), parent,
               "does not know a revision that follows");
      }
    }
    for (const Node child : next_revisions_[node]) {
      expect(down_revisions_[child].contains(node), node, "a next revision does not lead back");
      expect(all_next_revisions_[node].contains(child), node,
             "a next revision is missing among all edges");
    }
    const bool is_base = record(node).down_revisions.empty();
    const bool listed = std::find(bases_.begin(), bases_.end(), node) != bases_.end();
    expect(is_base == listed, node, "is a base in one list only");
    expect(!find(id(node)) || id(*find(id(node))) == id(node), node, "is found by another id");
  }
  for (const Node head : heads_) {
    expect(next_revisions_[head].empty(), head, "is a head that has a next revision");
  }
  return findings;
}

}  // namespace alembic_native
