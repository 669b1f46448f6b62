#include "graph/topological_order.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

#include "error.h"
#include "graph/walk.h"

namespace alembic_native {

namespace {

std::vector<Node> starting_row(const RevisionGraph& graph, const NodeSet& todo,
                               const std::vector<Node>& heads) {
  std::vector<Node> row;
  for (const Node head : heads) {
    if (todo.contains(head)) row.push_back(head);
  }
  std::sort(row.begin(), row.end(),
            [&](Node one, Node other) { return graph.position(one) < graph.position(other); });
  row.erase(std::unique(row.begin(), row.end()), row.end());
  return row;
}

[[noreturn]] void fail_unreached() {
  throw Error(ErrorKind::assertion, "some of the revisions cannot be reached from the given heads");
}

// True when the members can all be reached from the heads, and every path between two members
// consists of members.
bool is_closed(const RevisionGraph& graph, const NodeSet& members, std::size_t count,
               const std::vector<Node>& row) {
  const Adjacency& parents = graph.normalized_down_revisions();
  NodeSet below(graph);    // members met from the heads
  NodeSet outside(graph);  // others met below a member
  std::vector<Node> pending(row);
  std::size_t met = 0;
  while (!pending.empty()) {
    const Node node = pending.back();
    pending.pop_back();
    if (below.contains(node)) continue;
    below.insert(node);
    ++met;
    for (const Node parent : parents[node]) {
      if (members.contains(parent)) {
        pending.push_back(parent);
      } else {
        outside.insert(parent);
      }
    }
  }
  if (met != count) return false;
  pending = outside.nodes();
  while (!pending.empty()) {
    const Node node = pending.back();
    pending.pop_back();
    for (const Node parent : parents[node]) {
      if (members.contains(parent)) return false;
      if (outside.contains(parent)) continue;
      outside.insert(parent);
      pending.push_back(parent);
    }
  }
  return true;
}

// The row of heads for a closed set. There, a revision is held back exactly as long as one of its
// children among the members is still to come, and the head to turn to is the leftmost one that is
// built upon it. That slot only ever moves to the right while a revision waits, since a head
// walks down and new heads join at the end; so it is remembered, and found again only after its
// head has split at a merge point or ended.
class HeadRow {
 public:
  HeadRow(const RevisionGraph& graph, const NodeSet& members, const std::vector<Node>& row)
      : graph_(graph),
        members_(members),
        remaining_(members),
        children_left_(graph.size(), 0),
        slot_of_(graph.size(), nowhere),
        cover_(graph.size()),
        candidates_(graph.size()),
        has_candidates_(graph) {
    for (const Node node : members.nodes()) {
      for (const Node parent : graph.normalized_down_revisions()[node]) ++children_left_[parent];
    }
    for (const Node node : row) append(node);
  }

  std::vector<Node> order() {
    std::vector<Node> output;
    std::size_t current = first_;
    while (current != nowhere) {
      const Node node = slots_[current].node;
      if (children_left_[node] != 0) {
        current = leftmost_above(node);
      } else {
        output.push_back(node);
        current = advance(current);
      }
    }
    return output;
  }

 private:
  static constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

  // A slot of the row; slots are numbered from left to right and never reordered.
  struct Slot {
    Node node;
    std::size_t left;
    std::size_t right;
    std::uint32_t splits = 0;
    bool is_taken = true;
  };
  // The leftmost slot whose head is built upon a revision, as last computed.
  struct Cover {
    std::size_t slot = nowhere;
    std::uint32_t splits = 0;
  };
  using Candidate = std::pair<std::size_t, Node>;  // a slot not left of it, and a child
  using Candidates = std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>>;

  void append(Node node) {
    slots_.push_back({node, last_, nowhere});
    const std::size_t slot = slots_.size() - 1;
    (last_ == nowhere ? first_ : slots_[last_].right) = slot;
    last_ = slot;
    slot_of_[node] = slot;
  }

  // Takes the head at `current` out, puts its parents in; returns where to go on.
  std::size_t advance(std::size_t current) {
    const Node node = slots_[current].node;
    remaining_.erase(node);
    slot_of_[node] = nowhere;
    const NodeSpan parents = graph_.normalized_down_revisions()[node];
    bool is_replaced = false;
    for (const Node parent : parents) {
      --children_left_[parent];
      if (!remaining_.contains(parent) || slot_of_[parent] != nowhere) continue;
      if (is_replaced) {
        append(parent);
      } else {
        slots_[current].node = parent;
        slot_of_[parent] = current;
        is_replaced = true;
      }
    }
    if (is_replaced) {
      if (parents.size() > 1) ++slots_[current].splits;
      return current;
    }
    return remove(current);
  }

  std::size_t remove(std::size_t slot) {
    Slot& removed = slots_[slot];
    removed.is_taken = false;
    (removed.left == nowhere ? first_ : slots_[removed.left].right) = removed.right;
    (removed.right == nowhere ? last_ : slots_[removed.right].left) = removed.left;
    return removed.left == nowhere ? first_ : removed.left;
  }

  bool is_known(Node node) const {
    const Cover& cover = cover_[node];
    return cover.slot != nowhere && slots_[cover.slot].is_taken &&
           slots_[cover.slot].splits == cover.splits;
  }

  std::size_t leftmost_above(Node node) {
    // Often it is one of the first, which is quickly seen; and where each of many heads ends at
    // its next step (two lines that depend on each other all the way), what is remembered would
    // have to be found again each time.
    // A question that would lead through many merge points is not worth asking.
    constexpr int inspected = 8;
    constexpr std::size_t lines = 8;
    std::size_t slot = first_;
    for (int seen = 0; seen < inspected && slot != nowhere; ++seen) {
      const Node head = slots_[slot].node;
      if (head != node) {
        const auto is_above = graph_.reaches_within(head, node, lines);
        if (!is_above) break;
        if (*is_above) return slot;
      }
      slot = slots_[slot].right;
    }
    slot = leftmost_of_children(node);
    if (slot == nowhere) fail_unreached();
    return slot;
  }

  // The leftmost slot covering a child of `node`. Depth first with an explicit stack, because a
  // line may be as long as the history.
  std::size_t leftmost_of_children(Node node) {
    std::vector<Node> pending{node};
    std::size_t result = nowhere;
    while (!pending.empty()) {
      const Node current = pending.back();
      if (current != node && is_known(current)) {
        pending.pop_back();
        continue;
      }
      Candidates& candidates = candidates_[current];
      if (!has_candidates_.contains(current)) {
        has_candidates_.insert(current);
        for (const Node child : graph_.all_next_revisions()[current]) {
          if (members_.contains(child) &&
              graph_.normalized_down_revisions()[child].contains(current)) {
            candidates.emplace(0, child);
          }
        }
      }
      bool is_waiting = false;
      result = nowhere;
      while (!candidates.empty()) {
        const auto [bound, child] = candidates.top();
        if (!remaining_.contains(child)) {
          candidates.pop();
        } else if (!is_known(child)) {
          pending.push_back(child);
          is_waiting = true;
          break;
        } else if (cover_[child].slot > bound) {
          candidates.pop();
          candidates.emplace(cover_[child].slot, child);
        } else {
          result = bound;
          break;
        }
      }
      if (is_waiting) continue;
      pending.pop_back();
      if (current == node) break;
      const std::size_t slot = std::min(result, slot_of_[current]);
      if (slot == nowhere) fail_unreached();
      cover_[current] = {slot, slots_[slot].splits};
    }
    return result;
  }

  const RevisionGraph& graph_;
  const NodeSet& members_;
  NodeSet remaining_;
  std::vector<std::uint32_t> children_left_;
  std::vector<std::size_t> slot_of_;
  std::vector<Slot> slots_;
  std::size_t first_ = nowhere;
  std::size_t last_ = nowhere;
  std::vector<Cover> cover_;
  std::vector<Candidates> candidates_;
  NodeSet has_candidates_;  // nodes whose candidates have been collected
};

}  // namespace

std::vector<Node> topological_order(const RevisionGraph& graph, const std::vector<Node>& revisions,
                                    const std::vector<Node>& heads) {
  const NodeSet members(graph, revisions);
  const std::size_t count = members.nodes().size();
  const auto row = starting_row(graph, members, heads);
  if (!is_closed(graph, members, count, row)) {
    return topological_order_by_rule(graph, revisions, heads);
  }
  return HeadRow(graph, members, row).order();
}

std::vector<Node> topological_order_by_rule(const RevisionGraph& graph,
                                            const std::vector<Node>& revisions,
                                            const std::vector<Node>& heads) {
  NodeSet todo(graph, revisions);
  std::size_t left = todo.nodes().size();
  std::vector<Node> row = starting_row(graph, todo, heads);
  std::vector<Node> output;
  std::size_t current = 0;
  while (!row.empty()) {
    const Node candidate = row[current];
    const auto above = std::find_if(row.begin(), row.end(), [&](Node head) {
      return head != candidate && graph.reaches(head, candidate, Edges::all);
    });
    if (above != row.end()) {
      current = static_cast<std::size_t>(above - row.begin());
      continue;
    }
    output.push_back(candidate);
    todo.erase(candidate);
    --left;
    std::vector<Node> added;
    for (const Node parent : graph.normalized_down_revisions()[candidate]) {
      if (todo.contains(parent) && std::find(row.begin(), row.end(), parent) == row.end()) {
        added.push_back(parent);
      }
    }
    if (added.empty()) {
      row.erase(row.begin() + static_cast<std::ptrdiff_t>(current));
      current = current == 0 ? 0 : current - 1;
    } else {
      row[current] = added[0];
      row.insert(row.end(), added.begin() + 1, added.end());
    }
  }
  if (left != 0) fail_unreached();
  return output;
}

}  // namespace alembic_native
