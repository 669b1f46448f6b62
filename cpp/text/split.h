// Lists in one text.
#ifndef ALEMBIC_NATIVE_TEXT_SPLIT_H
#define ALEMBIC_NATIVE_TEXT_SPLIT_H

#include <cstddef>
#include <string_view>
#include <vector>

namespace alembic_native {

// The items between the separators, in order, as views into `text`; empty items count, so an empty
// text has one.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> items;
  while (true) {
    const std::size_t end = text.find(separator);
    items.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return items;
    text.remove_prefix(end + 1);
  }
}

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_TEXT_SPLIT_H
