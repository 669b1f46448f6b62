#include "script/python_string.h"

#include <algorithm>
#include <cstdint>

#include "text/hex_digit.h"
#include "text/utf8.h"

namespace alembic_native {
namespace {

bool is_octal_digit(char c) { return c >= '0' && c <= '7'; }

// False for surrogates and for what lies beyond Unicode: UTF-8 cannot hold them.
bool append_code_point(std::uint32_t code, std::string& text) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    if (code >= 0xD800 && code <= 0xDFFF) return false;
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    if (code > 0x10FFFF) return false;
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
  return true;
}

// Exactly `digits` hexadecimal digits at `at`, which is moved behind them.
bool append_hex_escape(std::string_view body, std::size_t& at, std::size_t digits,
                       std::string& text) {
  if (body.size() - at < digits) return false;
  std::uint32_t code = 0;
  for (const std::size_t end = at + digits; at < end; ++at) {
    const int digit = hex_digit_value(body[at]);
    if (digit < 0) return false;
    code = code * 16 + static_cast<std::uint32_t>(digit);
  }
  return append_code_point(code, text);
}

// One to three octal digits at `at`, which is moved behind them.
bool append_octal_escape(std::string_view body, std::size_t& at, DubiousEscapes dubious,
                         std::string& text) {
  std::uint32_t code = 0;
  const std::size_t end = std::min(at + 3, body.size());
  for (; at < end && is_octal_digit(body[at]); ++at) {
    code = code * 8 + static_cast<std::uint32_t>(body[at] - '0');
  }
  if (code > 0xFF && dubious == DubiousEscapes::refuse) return false;
  return append_code_point(code, text);
}

// `at` stands behind a backslash and is moved behind the escape.
bool append_escape(std::string_view body, std::size_t& at, DubiousEscapes dubious,
                   std::string& text) {
  if (at == body.size()) return false;
  const char c = body[at];
  if (is_octal_digit(c)) return append_octal_escape(body, at, dubious, text);
  ++at;
  switch (c) {
    case '\r':
      if (at < body.size() && body[at] == '\n') ++at;
      return true;
    case '\n':
      return true;
    case '\\':
    case '\'':
    case '"':
      text += c;
      return true;
    case 'a':
      text += '\a';
      return true;
    case 'b':
      text += '\b';
      return true;
    case 'f':
      text += '\f';
      return true;
    case 'n':
      text += '\n';
      return true;
    case 'r':
      text += '\r';
      return true;
    case 't':
      text += '\t';
      return true;
    case 'v':
      text += '\v';
      return true;
    case 'x':
      return append_hex_escape(body, at, 2, text);
    case 'u':
      return append_hex_escape(body, at, 4, text);
    case 'U':
      return append_hex_escape(body, at, 8, text);
    case 'N':
      return false;  // needs the names of all characters
    default:
      if (dubious == DubiousEscapes::refuse) return false;
      text += '\\';
      text += c;
      return true;
  }
}

// Columns are counted in characters and start again after "\n" and "\r", as str.expandtabs does.
std::string expand_tabs(std::string_view text) {
  constexpr std::size_t tab_width = 8;
  std::string expanded;
  expanded.reserve(text.size());
  std::size_t column = 0;
  for (const char c : text) {
    if (c == '\t') {
      const std::size_t spaces = tab_width - column % tab_width;
      expanded.append(spaces, ' ');
      column += spaces;
      continue;
    }
    expanded += c;
    if (c == '\n' || c == '\r') {
      column = 0;
    } else if (!is_utf8_continuation(c)) {
      ++column;
    }
  }
  return expanded;
}

// Takes the first line, with its line end, off `rest`.
std::string_view take_line(std::string_view& rest) {
  const std::size_t line_end = rest.find('\n');
  const std::size_t length = line_end == std::string_view::npos ? rest.size() : line_end + 1;
  const std::string_view line = rest.substr(0, length);
  rest.remove_prefix(length);
  return line;
}

std::size_t leading_spaces(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

}  // namespace

StringPrefix read_string_prefix(std::string_view letters, int minor_version) {
  StringPrefix prefix;
  if (letters.size() > 2) return prefix;
  bool unicode = false;
  for (const char letter : letters) {
    switch (letter) {
      case 'r':
      case 'R':
        if (prefix.raw) return prefix;
        prefix.raw = true;
        break;
      case 'u':
      case 'U':
        unicode = true;
        break;
      case 'b':
      case 'B':
        if (prefix.bytes) return prefix;
        prefix.bytes = true;
        break;
      case 't':
      case 'T':
        if (minor_version < 14) return prefix;
        [[fallthrough]];
      case 'f':
      case 'F':
        if (prefix.formatted) return prefix;
        prefix.formatted = true;
        break;
      default:
        return prefix;
    }
  }
  prefix.valid = unicode ? letters.size() == 1 : !(prefix.bytes && prefix.formatted);
  return prefix;
}

bool append_string_literal(std::string_view literal, DubiousEscapes dubious, std::string& text) {
  const std::size_t quote = literal.find_first_of("'\"");
  if (quote == std::string_view::npos) return false;
  constexpr int newest_minor_version = 14;
  const StringPrefix prefix = read_string_prefix(literal.substr(0, quote), newest_minor_version);
  if (!prefix.valid || prefix.bytes || prefix.formatted) return false;

  std::string_view body = literal.substr(quote);
  const bool triple = body.size() >= 6 && body[1] == body[0] && body[2] == body[0];
  const std::size_t quotes = triple ? 3 : 1;
  if (body.size() < 2 * quotes) return false;
  body = body.substr(quotes, body.size() - 2 * quotes);

  text.reserve(text.size() + body.size());
  std::size_t at = 0;
  while (at < body.size()) {
    const std::string_view stops = prefix.raw ? "\r" : "\r\\";
    const std::size_t stop = std::min(body.find_first_of(stops, at), body.size());
    text.append(body, at, stop - at);
    at = stop;
    if (at == body.size()) break;
    const char c = body[at++];
    if (c == '\r') {
      text += '\n';
      if (at < body.size() && body[at] == '\n') ++at;
    } else if (!append_escape(body, at, dubious, text)) {
      return false;
    }
  }
  return true;
}

std::string strip_docstring_indentation(std::string_view docstring) {
  const std::string expanded = expand_tabs(docstring);

  std::string_view rest = expanded;
  take_line(rest);
  std::size_t margin = std::string_view::npos;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    const std::size_t indentation = leading_spaces(line);
    const bool blank = indentation == line.size() || line[indentation] == '\n';
    if (!blank) margin = std::min(margin, indentation);
  }
  if (margin == std::string_view::npos) margin = 0;

  std::string stripped;
  stripped.reserve(expanded.size());
  rest = expanded;
  std::string_view line = take_line(rest);
  line.remove_prefix(leading_spaces(line));
  stripped += line;
  while (!rest.empty()) {
    line = take_line(rest);
    line.remove_prefix(std::min(margin, leading_spaces(line)));
    stripped += line;
  }
  return stripped;
}

}  // namespace alembic_native
