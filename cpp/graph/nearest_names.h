// The names a person may have meant.
#ifndef ALEMBIC_NATIVE_GRAPH_NEAREST_NAMES_H
#define ALEMBIC_NATIVE_GRAPH_NEAREST_NAMES_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace alembic_native {

// At most `limit` of `candidates`, nearest to `name` first by edit distance over bytes (Levenshtein
// 1966), ties in the order given; none that differ in more than half of the longer name.
// O(candidates x length squared).
std::vector<std::string> nearest_names(std::string_view name,
                                       const std::vector<std::string_view>& candidates,
                                       std::size_t limit);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_NEAREST_NAMES_H
