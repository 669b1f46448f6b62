#include "lint/script_comments.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "lint/source_position.h"
#include "script/python_chars.h"
#include "script/python_source.h"
#include "text/affixes.h"

namespace alembic_native::lint {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\f";
  const std::size_t begin = std::min(text.find_first_not_of(space), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(space) + 1);
}

bool take(std::string_view& text, std::string_view word) {
  text = trimmed(text);
  if (!starts_with(text, word)) return false;
  text.remove_prefix(word.size());
  return true;
}

std::vector<std::string> split_rules(std::string_view list) {
  std::vector<std::string> rules;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view rule = trimmed(list.substr(0, end));
    if (!rule.empty()) rules.emplace_back(rule);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return rules;
}

// `text`: from a "#" on.
std::optional<Ignore> read_ignore(std::string_view text) {
  if (!take(text, "#") || !take(text, "lint") || !take(text, ":") || !take(text, "ignore")) {
    return std::nullopt;
  }
  if (!text.empty() && python_chars::is_name_part(text.front())) return std::nullopt;
  Ignore ignore;
  if (take(text, "[")) {
    const std::size_t end = std::min(text.find_first_of("]#"), text.size());
    ignore.rules = split_rules(text.substr(0, end));
    text.remove_prefix(end < text.size() && text[end] == ']' ? end + 1 : end);
  }
  ignore.reason = trimmed(text.substr(0, text.find('#')));
  return ignore;
}

bool stands_alone(std::string_view source, const Comment& comment) {
  std::size_t at = static_cast<std::size_t>(comment.text.data() - source.data());
  for (; at > 0; --at) {
    const char c = source[at - 1];
    if (python_chars::is_line_end(c)) return true;
    if (c != ' ' && c != '\t' && c != '\f') return false;
  }
  return true;
}

constexpr std::size_t marker_length = 7;

// The offset of the first line that begins with a marker of a character; npos if there is none.
std::size_t find_marker(std::string_view source, char character) {
  const std::string marker(marker_length, character);
  for (std::size_t at = source.find(marker); at != std::string_view::npos;
       at = source.find(marker, at + 1)) {
    const std::size_t end = at + marker_length;
    const bool begins_line = at == 0 || python_chars::is_line_end(source[at - 1]);
    const bool ends =
        end == source.size() || source[end] == ' ' || python_chars::is_line_end(source[end]);
    if (begins_line && ends) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::vector<Ignore> read_ignores(std::string_view source, const std::vector<Comment>& comments) {
  std::vector<Ignore> ignores;
  ColumnFinder columns(source);
  // The line below the comments that stand alone, one below the other, at `index`.
  std::size_t next = 0;
  int below = 0;
  for (std::size_t index = 0; index < comments.size(); ++index) {
    const std::string_view text = comments[index].text;
    for (std::size_t at = 0; at < text.size(); at = std::min(text.find('#', at + 1), text.size())) {
      auto ignore = read_ignore(text.substr(at, text.find('#', at + 1) - at));
      if (!ignore) continue;
      ignore->line = comments[index].line;
      ignore->column = columns.column_of(text.substr(at));
      ignore->applies_to = ignore->line;
      if (stands_alone(source, comments[index])) {
        if (next <= index) {
          for (next = index + 1; next < comments.size() &&
                                 comments[next].line == comments[next - 1].line + 1 &&
                                 stands_alone(source, comments[next]);) {
            ++next;
          }
          below = comments[next - 1].line + 1;
        }
        ignore->applies_to = below;
      }
      ignores.push_back(std::move(*ignore));
    }
  }
  return ignores;
}

int find_conflict_marker(std::string_view source) {
  source = without_byte_order_mark(source);
  const std::size_t marker = std::min(find_marker(source, '<'), find_marker(source, '>'));
  if (marker == std::string_view::npos) return 0;
  int line = 1;
  for (std::size_t at = 0; at < marker; ++at) {
    const bool within_line_end = source[at] == '\r' && source[at + 1] == '\n';
    if (python_chars::is_line_end(source[at]) && !within_line_end) ++line;
  }
  return line;
}

}  // namespace alembic_native::lint
