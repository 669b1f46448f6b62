#include "graph/relative_identifier.h"

#include <cstddef>
#include <limits>

namespace alembic_native {

namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

bool is_word(char byte) {
  return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         byte == '_' || (static_cast<unsigned char>(byte) & 0x80U) != 0;
}

bool is_space(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

// Symbol, sign and digits, from `start` on.
std::optional<RelativeIdentifier> parse_steps(std::string_view text, std::size_t start) {
  std::size_t index = start;
  while (index < text.size() && is_word(text[index])) ++index;
  const std::size_t sign = index;
  if (sign == text.size() || (text[sign] != '+' && text[sign] != '-')) return std::nullopt;
  ++index;
  while (index < text.size() && is_digit(text[index])) ++index;
  if (index == sign + 1) return std::nullopt;
  RelativeIdentifier result;
  if (sign > start) result.symbol = std::string(text.substr(start, sign - start));
  result.steps_text = std::string(text.substr(sign, index - sign));
  result.steps = parse_integer(result.steps_text).value_or(0);
  return result;
}

}  // namespace

std::optional<RelativeIdentifier> parse_relative(std::string_view text) {
  for (std::size_t at = 1; at < text.size() && text[at - 1] != '\n'; ++at) {
    if (text[at] != '@') continue;
    if (auto result = parse_steps(text, at + 1)) {
      result->branch_label = std::string(text.substr(0, at));
      return result;
    }
  }
  return parse_steps(text, 0);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  const bool is_negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);

  constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max();
  std::int64_t value = 0;
  bool expects_digit = true;
  for (const char byte : text) {
    if (byte == '_' && !expects_digit) {
      expects_digit = true;
      continue;
    }
    if (!is_digit(byte)) return std::nullopt;
    expects_digit = false;
    const std::int64_t digit = byte - '0';
    value = value > (limit - digit) / 10 ? limit : value * 10 + digit;
  }
  if (expects_digit) return std::nullopt;
  return is_negative ? -value : value;
}

}  // namespace alembic_native
