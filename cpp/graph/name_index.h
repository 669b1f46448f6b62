// Names that lead to revisions: ids in scan order, then labels and amended names.
//
// An owner of the table, not of the text: a name is a view, and what it refers to must outlive the
// index. Open addressing in one array, because a lookup for each parent of each script is most of
// what building a large graph costs. Reading is safe from any thread. Cost: O(1) a call.
#ifndef ALEMBIC_NATIVE_GRAPH_NAME_INDEX_H
#define ALEMBIC_NATIVE_GRAPH_NAME_INDEX_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/adjacency.h"

namespace alembic_native {

class NameIndex {
 public:
  using Entry = std::pair<std::string_view, Node>;

  // Makes room for `names` names.
  void reserve(std::size_t names);
  // Adds a name at the end, unless it is there. Returns the node the name leads to and whether it
  // is new.
  std::pair<Node, bool> insert(std::string_view name, Node node);
  // Lets a known name lead elsewhere; its index among the entries stays.
  void redirect(std::string_view name, Node node);

  std::optional<Node> find(std::string_view name) const;
  // In the order in which the names came.
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t position = 0;  // in entries_, counted from 1; 0 is a free slot
  };

  // The slot that holds the name, or the free one where it belongs. There must be slots.
  std::size_t slot_of(std::string_view name, std::uint32_t hash) const;
  void spread_over(std::size_t slots);

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // a power of two, at most half of it in use
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_NAME_INDEX_H
