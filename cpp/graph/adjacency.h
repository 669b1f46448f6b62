// Edges of a graph in compressed rows: all targets in one array, one offset a node.
//
// A value. Reading is safe from any thread; a NodeSpan is a view into the Adjacency it came from.
#ifndef ALEMBIC_NATIVE_GRAPH_ADJACENCY_H
#define ALEMBIC_NATIVE_GRAPH_ADJACENCY_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <unordered_map>
#include <utility>
#include <vector>

namespace alembic_native {

// Number of a revision in its graph: its index in scan order.
using Node = std::uint32_t;

class NodeSpan {
 public:
  NodeSpan(const Node* first, const Node* last) : first_(first), last_(last) {}
  const Node* begin() const { return first_; }
  const Node* end() const { return last_; }
  std::size_t size() const { return static_cast<std::size_t>(last_ - first_); }
  bool empty() const { return first_ == last_; }
  Node operator[](std::size_t position) const { return first_[position]; }
  bool contains(Node node) const { return std::find(first_, last_, node) != last_; }

 private:
  const Node* first_;
  const Node* last_;
};

class Adjacency {
 public:
  // Rows without edges.
  explicit Adjacency(std::size_t nodes = 0) : offsets_(nodes + 1, 0) {}

  void reserve(std::size_t nodes, std::size_t edges) {
    offsets_.reserve(nodes + 1);
    targets_.reserve(edges);
  }

  // The row of the next node.
  void append_row(const std::vector<Node>& row) {
    targets_.insert(targets_.end(), row.begin(), row.end());
    close_row();
  }

  // One more target at the end of a node's row. The row then lies apart from the others. O(row).
  void append_target(Node node, Node target) {
    const NodeSpan row = (*this)[node];
    auto& apart = rows_apart_[node];
    if (apart.empty()) apart.assign(row.begin(), row.end());
    apart.push_back(target);
  }

  // The same edges backwards, of an adjacency without rows apart. Each row is ascending and names a
  // target once.
  Adjacency reversed() const {
    const std::size_t nodes = size();
    std::vector<std::uint32_t> starts(nodes + 1, 0);
    for (const Node target : targets_) ++starts[target + 1];
    for (std::size_t node = 0; node < nodes; ++node) starts[node + 1] += starts[node];
    std::vector<std::uint32_t> next(starts.begin(), starts.end());
    std::vector<Node> sources(targets_.size());
    for (Node node = 0; node < nodes; ++node) {
      for (const Node target : (*this)[node]) sources[next[target]++] = node;
    }
    Adjacency result;
    result.offsets_.reserve(nodes + 1);
    result.targets_.reserve(sources.size());
    for (std::size_t node = 0; node < nodes; ++node) {
      const auto first = sources.begin() + starts[node];
      const auto last = sources.begin() + starts[node + 1];
      std::unique_copy(first, last, std::back_inserter(result.targets_));
      result.close_row();
    }
    return result;
  }

  // Nodes, that is rows.
  std::size_t size() const { return offsets_.size() - 1; }
  bool has_edges() const { return !targets_.empty() || !rows_apart_.empty(); }
  NodeSpan operator[](Node node) const {
    if (!rows_apart_.empty()) {
      const auto apart = rows_apart_.find(node);
      if (apart != rows_apart_.end()) {
        return {apart->second.data(), apart->second.data() + apart->second.size()};
      }
    }
    const Node* const data = targets_.data();
    return {data + offsets_[node], data + offsets_[node + 1]};
  }

 private:
  void close_row() { offsets_.push_back(static_cast<std::uint32_t>(targets_.size())); }

  std::vector<std::uint32_t> offsets_;
  std::vector<Node> targets_;
  std::unordered_map<Node, std::vector<Node>> rows_apart_;  // those that have grown
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_ADJACENCY_H
