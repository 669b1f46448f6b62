#include "graph/revision_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "graph/revision_graph_builder.h"
#include "text/utf8.h"

namespace alembic_native {

std::shared_ptr<const RevisionGraph> RevisionGraph::build(std::vector<RevisionRecord> records) {
  const std::shared_ptr<RevisionGraph> graph(new RevisionGraph());  // NOLINT: private constructor
  graph->records_ = std::move(records);
  RevisionGraphBuilder(*graph).build(nullptr);
  return graph;
}

std::shared_ptr<const RevisionGraph> RevisionGraph::build(std::vector<RevisionRecord> records,
                                                          const Amendment& amendment) {
  const std::shared_ptr<RevisionGraph> graph(new RevisionGraph());  // NOLINT: private constructor
  graph->records_ = std::move(records);
  RevisionGraphBuilder(*graph).build(&amendment);
  return graph;
}

std::shared_ptr<const RevisionGraph> RevisionGraph::with_revision(RevisionRecord record,
                                                                  bool replace) const {
  std::vector<RevisionRecord> records(records_);
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
  std::call_once(sorted_once_, [&] {
    sorted_names_.resize(names.size());
    std::iota(sorted_names_.begin(), sorted_names_.end(), 0U);
    std::sort(sorted_names_.begin(), sorted_names_.end(),
              [&](auto one, auto other) { return names[one].first < names[other].first; });
  });
  std::vector<std::uint32_t> places;
  auto place = std::lower_bound(
      sorted_names_.begin(), sorted_names_.end(), prefix,
      [&](std::uint32_t one, std::string_view text) { return names[one].first < text; });
  for (; place != sorted_names_.end(); ++place) {
    const std::string_view name = names[*place].first;
    if (name.substr(0, prefix.size()) != prefix) break;
    if (code_points(name) >= shortest_name) places.push_back(*place);
  }
  std::sort(places.begin(), places.end());
  std::vector<NameIndex::Entry> result;
  result.reserve(places.size());
  for (const std::uint32_t one : places) result.push_back(names[one]);
  return result;
}

std::vector<std::string> RevisionGraph::ids(const std::vector<Node>& nodes) const {
  std::vector<std::string> result;
  result.reserve(nodes.size());
  for (const Node node : nodes) result.push_back(id(node));
  return result;
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
      if (shadowed_[node] == 0 && !is_broken(node, Edges::version)) {
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
      if (shadowed_[node] == 0) {
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
    expect(is_base == listed, node, "is a base in one place only");
    expect(!find(id(node)) || id(*find(id(node))) == id(node), node, "is found by another id");
  }
  for (const Node head : heads_) {
    expect(next_revisions_[head].empty(), head, "is a head that has a next revision");
  }
  return findings;
}

}  // namespace alembic_native
