#include "graph/cycles.h"

#include <algorithm>
#include <cstddef>

namespace alembic_native {

std::vector<Node> parents_first_order(const Adjacency& parents, const Adjacency& children) {
  const std::size_t nodes = parents.size();
  std::vector<std::uint32_t> waiting_for(nodes, 0);
  for (Node node = 0; node < nodes; ++node) {
    for (const Node child : children[node]) ++waiting_for[child];
  }
  std::vector<Node> order;
  order.reserve(nodes);
  for (Node node = 0; node < nodes; ++node) {
    if (waiting_for[node] == 0) order.push_back(node);
  }
  for (std::size_t done = 0; done < order.size(); ++done) {
    for (const Node child : children[order[done]]) {
      if (--waiting_for[child] == 0) order.push_back(child);
    }
  }
  return order;
}

std::vector<Node> nodes_on_cycles(const Adjacency& parents) {
  // Tarjan, "Depth-first search and linear graph algorithms" (1972), with an explicit stack.
  constexpr std::uint32_t unvisited = 0;
  struct Frame {
    Node node;
    std::size_t next_parent;
  };
  const std::size_t nodes = parents.size();
  std::vector<std::uint32_t> number(nodes, unvisited);
  std::vector<std::uint32_t> lowest(nodes, 0);
  std::vector<unsigned char> on_stack(nodes, 0);
  std::vector<Node> component_stack;
  std::vector<Frame> frames;
  std::vector<Node> result;
  std::uint32_t counter = 0;

  const auto enter = [&](Node node) {
    number[node] = lowest[node] = ++counter;
    component_stack.push_back(node);
    on_stack[node] = 1;
    frames.push_back({node, 0});
  };

  for (Node root = 0; root < nodes; ++root) {
    if (number[root] != unvisited) continue;
    enter(root);
    while (!frames.empty()) {
      const Node node = frames.back().node;
      const NodeSpan below = parents[node];
      if (frames.back().next_parent < below.size()) {
        const Node parent = below[frames.back().next_parent++];
        if (number[parent] == unvisited) {
          enter(parent);
        } else if (on_stack[parent] != 0) {
          lowest[node] = std::min(lowest[node], number[parent]);
        }
        continue;
      }
      frames.pop_back();
      if (!frames.empty()) {
        const Node caller = frames.back().node;
        lowest[caller] = std::min(lowest[caller], lowest[node]);
      }
      if (lowest[node] != number[node]) continue;
      const std::size_t before = result.size();
      for (;;) {
        const Node member = component_stack.back();
        component_stack.pop_back();
        on_stack[member] = 0;
        result.push_back(member);
        if (member == node) break;
      }
      const bool single = result.size() - before == 1;
      if (single && !below.contains(node)) result.resize(before);
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace alembic_native
