// std::filesystem::u8path and u8string refuse lone surrogates, which a file's name may hold.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "script/file_path.h"
#include "text/utf8.h"

namespace alembic_native {

namespace {

constexpr std::uint32_t first_beyond_16_bits = 0x10000;
constexpr std::uint32_t first_high_surrogate = 0xD800;
constexpr std::uint32_t first_low_surrogate = 0xDC00;
constexpr std::uint32_t replacement_character = 0xFFFD;

bool is_high_surrogate(std::uint32_t unit) { return unit >> 10U == first_high_surrogate >> 10U; }
bool is_low_surrogate(std::uint32_t unit) { return unit >> 10U == first_low_surrogate >> 10U; }

bool is_lone_surrogate(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && text[at] == '\xED' &&
         static_cast<unsigned char>(text[at + 1]) >= 0xA0 && is_utf8_continuation(text[at + 1]) &&
         is_utf8_continuation(text[at + 2]);
}

// What a sequence of one to four bytes encodes.
std::uint32_t code_point(std::string_view sequence) {
  const auto lead = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return lead;
  std::uint32_t code = lead & (0x7FU >> sequence.size());
  for (const char byte : sequence.substr(1))
    code = code << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
  return code;
}

void append_utf16(std::wstring& to, std::uint32_t code) {
  if (code < first_beyond_16_bits) {
    to += static_cast<wchar_t>(code);
    return;
  }
  code -= first_beyond_16_bits;
  to += static_cast<wchar_t>(first_high_surrogate + (code >> 10U));
  to += static_cast<wchar_t>(first_low_surrogate + (code & 0x3FFU));
}

void append_utf8(std::string& to, std::uint32_t code) {
  const auto append = [&to](std::uint32_t byte) { to += static_cast<char>(byte); };
  if (code < 0x80) {
    append(code);
    return;
  }
  if (code < 0x800) {
    append(0xC0U | code >> 6U);
  } else {
    if (code < first_beyond_16_bits) {
      append(0xE0U | code >> 12U);
    } else {
      append(0xF0U | code >> 18U);
      append(0x80U | (code >> 12U & 0x3FU));
    }
    append(0x80U | (code >> 6U & 0x3FU));
  }
  append(0x80U | (code & 0x3FU));
}

}  // namespace

std::filesystem::path path_from_text(const std::string& text) {
  std::wstring wide;
  wide.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = utf8_sequence_length(text, at);
    if (length == 0 && is_lone_surrogate(text, at)) length = 3;
    append_utf16(wide, length == 0 ? replacement_character
                                   : code_point(std::string_view(text).substr(at, length)));
    at += length == 0 ? 1 : length;
  }
  return wide;
}

std::string text_of_path(const std::filesystem::path& path) {
  const std::wstring& wide = path.native();
  std::string text;
  text.reserve(wide.size());
  for (std::size_t at = 0; at < wide.size(); ++at) {
    std::uint32_t code = wide[at];
    if (is_high_surrogate(code) && at + 1 < wide.size() && is_low_surrogate(wide[at + 1])) {
      const std::uint32_t low = wide[++at];
      code = first_beyond_16_bits +
             ((code - first_high_surrogate) << 10U | (low - first_low_surrogate));
    }
    append_utf8(text, code);
  }
  return text;
}

}  // namespace alembic_native
