#include "graph/ancestor_index.h"

#include <algorithm>
#include <limits>
#include <unordered_set>

namespace alembic_native {

AncestorIndex::AncestorIndex(const Adjacency& parents, const Adjacency& children,
                             const std::vector<Node>& parents_first)
    : chain_start_(parents.size()), generation_(parents.size(), 0) {
  for (const Node node : parents_first) {
    const NodeSpan above = parents[node];
    for (const Node parent : above) {
      generation_[node] = std::max(generation_[node], generation_[parent] + 1);
    }
    const bool continues =
        above.size() == 1 && !children[above[0]].empty() && children[above[0]][0] == node;
    chain_start_[node] = continues ? chain_start_[above[0]] : node;
  }
}

void AncestorIndex::append(const Adjacency& parents, const Adjacency& children) {
  const auto node = static_cast<Node>(chain_start_.size());
  const NodeSpan above = parents[node];
  std::uint32_t generation = 0;
  for (const Node parent : above) generation = std::max(generation, generation_[parent] + 1);
  const bool continues = above.size() == 1 && children[above[0]].empty();
  generation_.push_back(generation);
  chain_start_.push_back(continues ? chain_start_[above[0]] : node);
}

bool AncestorIndex::reaches(const Adjacency& parents, Node node, Node ancestor) const {
  return *reaches_within(parents, node, ancestor, std::numeric_limits<std::size_t>::max());
}

std::optional<bool> AncestorIndex::reaches_within(const Adjacency& parents, Node node,
                                                  Node ancestor, std::size_t chains) const {
  const Node wanted_chain = chain_start_[ancestor];
  const std::uint32_t wanted_generation = generation_[ancestor];
  // Most questions are answered by the first chain.
  if (generation_[node] < wanted_generation) return false;
  if (chain_start_[node] == wanted_chain) return true;
  if (generation_[chain_start_[node]] <= wanted_generation) return false;

  std::vector<Node> pending{node};
  std::unordered_set<Node> entered;
  while (!pending.empty()) {
    const Node current = pending.back();
    pending.pop_back();
    const Node start = chain_start_[current];
    if (start == wanted_chain && generation_[current] >= wanted_generation) return true;
    if (generation_[start] <= wanted_generation || !entered.insert(start).second) continue;
    if (entered.size() > chains) return std::nullopt;
    for (const Node parent : parents[start]) {
      if (generation_[parent] >= wanted_generation) pending.push_back(parent);
    }
  }
  return false;
}

}  // namespace alembic_native
