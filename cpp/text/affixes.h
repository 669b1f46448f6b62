// What a text begins with, ends with and holds.
#ifndef ALEMBIC_NATIVE_TEXT_AFFIXES_H
#define ALEMBIC_NATIVE_TEXT_AFFIXES_H

#include <string_view>

namespace alembic_native {

inline bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

inline bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_TEXT_AFFIXES_H
