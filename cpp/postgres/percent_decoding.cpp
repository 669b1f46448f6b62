#include "postgres/percent_decoding.h"

#include <algorithm>
#include <cstddef>

#include "text/hex_digit.h"

namespace alembic_native::postgres {

namespace {

bool is_unreserved(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t index = 0; index < text.size(); ++index) {
    if (text[index] == '%' && index + 2 < text.size()) {
      const int high = hex_digit_value(text[index + 1]);
      const int low = hex_digit_value(text[index + 2]);
      if (high >= 0 && low >= 0) {
        result += static_cast<char>(high * 16 + low);
        index += 2;
        continue;
      }
    }
    result += text[index];
  }
  return result;
}

std::string query_decoded(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decoded(spaced);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const char byte : text) {
    if (is_unreserved(byte)) {
      result += byte;
    } else {
      const auto value = static_cast<unsigned char>(byte);
      result += '%';
      result += digits[value >> 4U];
      result += digits[value & 15U];
    }
  }
  return result;
}

}  // namespace alembic_native::postgres
