#include "graph/nearest_names.h"

#include <algorithm>
#include <utility>

namespace alembic_native {

namespace {

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t column = 0; column <= right.size(); ++column) row[column] = column;
  for (std::size_t line = 1; line <= left.size(); ++line) {
    std::size_t diagonal = row[0];
    row[0] = line;
    for (std::size_t column = 1; column <= right.size(); ++column) {
      const std::size_t replaced = diagonal + (left[line - 1] == right[column - 1] ? 0 : 1);
      diagonal = row[column];
      row[column] = std::min({replaced, row[column] + 1, row[column - 1] + 1});
    }
  }
  return row[right.size()];
}

}  // namespace

std::vector<std::string> nearest_names(std::string_view name,
                                       const std::vector<std::string_view>& candidates,
                                       std::size_t limit) {
  // A name longer than this is no typing error of another one, and would cost its square.
  constexpr std::size_t longest = 200;
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  if (name.size() <= longest) {
    for (const std::string_view candidate : candidates) {
      if (candidate.size() > longest) continue;
      const std::size_t distance = edit_distance(name, candidate);
      if (distance * 2 <= std::max(name.size(), candidate.size())) {
        ranked.emplace_back(distance, candidate);
      }
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& one, const auto& other) { return one.first < other.first; });
  std::vector<std::string> result;
  for (const auto& [distance, candidate] : ranked) {
    if (result.size() == limit) break;
    result.emplace_back(candidate);
  }
  return result;
}

}  // namespace alembic_native
