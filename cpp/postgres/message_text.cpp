#include "postgres/message_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "text/utf8.h"

namespace alembic_native::postgres {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::size_t shortest_free_secret = 4;

unsigned char byte_at(std::string_view text, std::size_t index) {
  return index < text.size() ? static_cast<unsigned char>(text[index]) : 0;
}

bool is_word_byte(unsigned char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= 'a' && byte <= 'z') || byte == '_' || byte >= 0x80U;
}

std::string without_secret(std::string_view text, const std::string& secret) {
  std::string result;
  std::size_t index = 0;
  while (true) {
    const std::size_t found = text.find(secret, index);
    if (found == std::string_view::npos) break;
    const std::size_t end = found + secret.size();
    const bool inside_word = (found > 0 && is_word_byte(byte_at(text, found - 1))) ||
                             (end < text.size() && is_word_byte(byte_at(text, end)));
    result.append(text.substr(index, found - index));
    result += secret.size() < shortest_free_secret && inside_word ? secret : "***";
    index = end;
  }
  result.append(text.substr(index));
  return result;
}

// The code point of a well-formed UTF-8 sequence.
std::uint32_t code_point_of(std::string_view sequence) {
  std::uint32_t result = byte_at(sequence, 0);
  if (sequence.size() > 1) result &= 0x7FU >> sequence.size();
  for (std::size_t index = 1; index < sequence.size(); ++index) {
    result = result << 6U | (byte_at(sequence, index) & 0x3FU);
  }
  return result;
}

// Control characters, separators of lines, and what turns the direction of writing.
bool acts_on_terminal(std::uint32_t code_point) {
  const auto is_from = [code_point](std::uint32_t first, std::uint32_t last) {
    return first <= code_point && code_point <= last;
  };
  return is_from(0, 0x1F) || is_from(0x7F, 0x9F) || code_point == 0x61C ||
         is_from(0x200E, 0x200F) || is_from(0x2028, 0x202E) || is_from(0x2066, 0x2069);
}

// As Python writes it in a string.
std::string escaped(std::uint32_t code_point) {
  switch (code_point) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return code_point < 0x100 ? fmt::format("\\x{:02x}", code_point)
                                : fmt::format("\\u{:04x}", code_point);
  }
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t index = 0; index < text.size();) {
    const std::size_t length = utf8_sequence_length(text, index);
    if (length == 0) {
      result += replacement;
      ++index;
    } else {
      result.append(text.substr(index, length));
      index += length;
    }
  }
  return result;
}

std::string printable(std::string_view text) {
  const std::string valid = valid_utf8(text);
  const std::string_view bytes = valid;
  std::string result;
  result.reserve(bytes.size());
  for (std::size_t index = 0; index < bytes.size();) {
    const std::string_view sequence = bytes.substr(index, utf8_sequence_length(bytes, index));
    const std::uint32_t code_point = code_point_of(sequence);
    if (acts_on_terminal(code_point)) {
      result += escaped(code_point);
    } else {
      result += sequence;
    }
    index += sequence.size();
  }
  return result;
}

std::string without_secrets(std::string_view text, const std::vector<std::string>& secrets) {
  std::vector<std::string> longest_first = secrets;
  std::sort(
      longest_first.begin(), longest_first.end(),
      [](const std::string& left, const std::string& right) { return left.size() > right.size(); });
  std::string result(text);
  for (const std::string& secret : longest_first) {
    if (!secret.empty()) result = without_secret(result, secret);
  }
  return result;
}

std::string rounded(std::chrono::duration<double> seconds) {
  return fmt::format("{:g}", std::round(seconds.count() * 10) / 10);
}

}  // namespace alembic_native::postgres
