// Hexadecimal digits.
#ifndef ALEMBIC_NATIVE_TEXT_HEX_DIGIT_H
#define ALEMBIC_NATIVE_TEXT_HEX_DIGIT_H

namespace alembic_native {

// The value of an ASCII hexadecimal digit of either case; -1 for anything else.
constexpr int hex_digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_TEXT_HEX_DIGIT_H
