// The characters Python's lexical analysis tells apart, within ASCII.
#ifndef ALEMBIC_NATIVE_SCRIPT_PYTHON_CHARS_H
#define ALEMBIC_NATIVE_SCRIPT_PYTHON_CHARS_H

#include <array>

namespace alembic_native::python_chars {

enum CharClass : unsigned char { name_start = 1, digit = 2, hex = 4 };

constexpr std::array<unsigned char, 256> classify_chars() {
  std::array<unsigned char, 256> classes{};
  for (unsigned c = 'a'; c <= 'z'; ++c) classes[c] = name_start;
  for (unsigned c = 'A'; c <= 'Z'; ++c) classes[c] = name_start;
  classes['_'] = name_start;
  for (unsigned c = '0'; c <= '9'; ++c) classes[c] = digit | hex;
  for (unsigned c = 'a'; c <= 'f'; ++c) classes[c] = name_start | hex;
  for (unsigned c = 'A'; c <= 'F'; ++c) classes[c] = name_start | hex;
  return classes;
}
inline constexpr std::array<unsigned char, 256> char_classes = classify_chars();

inline bool is(char c, unsigned classes) {
  return (char_classes[static_cast<unsigned char>(c)] & classes) != 0;
}
inline bool is_name_part(char c) { return is(c, name_start | digit); }
inline bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
inline bool is_line_end(char c) { return c == '\n' || c == '\r'; }

}  // namespace alembic_native::python_chars

#endif  // ALEMBIC_NATIVE_SCRIPT_PYTHON_CHARS_H
