// Length of a name as Python counts it.
#ifndef ALEMBIC_NATIVE_GRAPH_CODE_POINTS_H
#define ALEMBIC_NATIVE_GRAPH_CODE_POINTS_H

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace alembic_native {

// Number of code points in well-formed UTF-8.
inline std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_GRAPH_CODE_POINTS_H
