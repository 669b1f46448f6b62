#include "postgres/message_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

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
  std::string result = valid_utf8(text);
  std::replace_if(
      result.begin(), result.end(),
      [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return byte < 0x20U || byte == 0x7FU;
      },
      '?');
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
