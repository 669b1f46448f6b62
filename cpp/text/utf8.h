// UTF-8: bytes and code points.
#ifndef ALEMBIC_NATIVE_TEXT_UTF8_H
#define ALEMBIC_NATIVE_TEXT_UTF8_H

#include <cstddef>
#include <string_view>

namespace alembic_native {

// Whether a byte continues the code point of the byte before it.
constexpr bool is_utf8_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// Number of code points in well-formed UTF-8: the length of the text in Python.
std::size_t code_points(std::string_view text);

// Length of the well-formed UTF-8 sequence that starts at `at`, from 1 (ASCII) to 4 bytes; 0 where
// none does.
std::size_t utf8_sequence_length(std::string_view text, std::size_t at);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_TEXT_UTF8_H
