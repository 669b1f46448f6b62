#include "script/python_source.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "text/affixes.h"
#include "text/utf8.h"

namespace alembic_native {
namespace {

struct ByteScan {
  bool ascii = true;
  std::size_t bad_byte = std::string_view::npos;  // offset of the first NUL or malformed sequence
};

ByteScan scan_bytes(std::string_view text) {
  ByteScan scan;
  std::size_t at = 0;
  while (at < text.size()) {
    // Eight bytes at a time while they are ASCII other than NUL.
    while (at + sizeof(std::uint64_t) <= text.size()) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + at, sizeof word);
      const std::uint64_t has_zero = (word - 0x0101010101010101U) & ~word;
      if (((word | has_zero) & 0x8080808080808080U) != 0) break;
      at += sizeof word;
    }
    if (at == text.size()) break;
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte != 0 && byte < 0x80) {
      ++at;
      continue;
    }
    const std::size_t length = byte == 0 ? 0 : utf8_sequence_length(text, at);
    if (length == 0) {
      scan.bad_byte = at;
      return scan;
    }
    scan.ascii = false;
    at += length;
  }
  return scan;
}

int line_of(std::string_view text, std::size_t offset) {
  int line = 1;
  for (std::size_t at = 0; at < offset; ++at) {
    const bool carriage_return_alone =
        text[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n');
    if (text[at] == '\n' || carriage_return_alone) ++line;
  }
  return line;
}

bool is_encoding_name_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

// The encoding a comment line names, in lower case with `-` for `_`; empty when it names none.
std::string encoding_cookie(std::string_view line) {
  const std::size_t comment = line.find_first_not_of(" \t\f");
  if (comment == std::string_view::npos || line[comment] != '#') return {};
  constexpr std::string_view keyword = "coding";
  for (std::size_t at = line.find(keyword, comment); at != std::string_view::npos;
       at = line.find(keyword, at + 1)) {
    std::size_t begin = at + keyword.size();
    if (begin == line.size() || (line[begin] != ':' && line[begin] != '=')) continue;
    begin = line.find_first_not_of(" \t", begin + 1);
    if (begin == std::string_view::npos) continue;
    std::string name;
    for (std::size_t end = begin; end < line.size() && is_encoding_name_part(line[end]); ++end) {
      const char c = line[end];
      name += c == '_' ? '-' : (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (!name.empty()) return name;
  }
  return {};
}

}  // namespace

std::string_view without_byte_order_mark(std::string_view bytes) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (starts_with(bytes, byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  return bytes;
}

PythonSource check_python_source(std::string_view bytes) {
  PythonSource source{bytes, {}, 0};
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max() / 2)) {
    source.problem = "the file is larger than one gigabyte";
    return source;
  }
  source.text = without_byte_order_mark(bytes);
  const bool marked = source.text.size() < bytes.size();
  const ByteScan scan = scan_bytes(source.text);
  if (scan.bad_byte != std::string_view::npos) {
    source.problem = source.text[scan.bad_byte] == '\0' ? "the file holds a NUL byte"
                                                        : "the file is not encoded in UTF-8";
    source.line = line_of(source.text, scan.bad_byte);
    return source;
  }
  // Python looks at the second line only when the first holds no code; reading both always is
  // harmless, because a cookie can only make this function refuse.
  std::string_view rest = source.text;
  for (int line = 1; line <= 2; ++line) {
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    const std::string cookie = encoding_cookie(rest.substr(0, end));
    // Behind a byte order mark Python takes the one name only.
    const bool known = cookie.empty() || cookie == "utf-8" || (cookie == "utf8" && !marked) ||
                       ((cookie == "ascii" || cookie == "us-ascii") && scan.ascii && !marked);
    if (!known) {
      source.problem = "the encoding cookie names another encoding than UTF-8";
      source.line = line;
      return source;
    }
    rest.remove_prefix(end);
    rest.remove_prefix(rest.substr(0, 2) == "\r\n" ? 2 : std::min<std::size_t>(1, rest.size()));
  }
  return source;
}

}  // namespace alembic_native
