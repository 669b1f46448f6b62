// libFuzzer target: the header reader takes any bytes and keeps the promises of its header.
#include "script/script_header.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "script/python_source.h"

namespace {

using namespace alembic_native;
using Shape = HeaderValue::Shape;

void expect(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

bool is_utf8(const std::string& text) {
  std::string without_nul = text;
  std::replace(without_nul.begin(), without_nul.end(), '\0', ' ');
  // Behind a line of its own, so that the text holds neither a byte order mark nor a cookie.
  return check_python_source("#\n#\n" + without_nul).problem.empty();
}

void check_value(const HeaderValue& value, int lines) {
  switch (value.shape) {
    case Shape::absent:
      expect(value.items.empty() && value.line == 0, "an absent value has no items and no line");
      return;
    case Shape::none:
      expect(value.items.empty(), "None has no items");
      break;
    case Shape::text:
      expect(value.items.size() == 1, "a text has one item");
      break;
    case Shape::sequence:
      break;
  }
  expect(value.line >= 1 && value.line <= lines, "a bound value has a line of the file");
  expect(std::all_of(value.items.begin(), value.items.end(), is_utf8), "items are UTF-8");
}

bool same(const HeaderValue& left, const HeaderValue& right) {
  return left.shape == right.shape && left.items == right.items && left.line == right.line;
}

bool same(const ScriptHeader& left, const ScriptHeader& right) {
  return same(left.revision, right.revision) && same(left.down_revision, right.down_revision) &&
         same(left.branch_labels, right.branch_labels) && same(left.depends_on, right.depends_on) &&
         left.doc == right.doc;
}

void expect_same_header(const ScriptHeader& header, const std::string& source,
                        const InterpreterRules& rules, const char* promise) {
  const HeaderResult other = read_script_header(source, rules);
  const auto* other_header = std::get_if<ScriptHeader>(&other);
  expect(other_header != nullptr && same(header, *other_header), promise);
}

std::string with_windows_line_ends(std::string_view source) {
  std::string converted;
  for (const char c : source) {
    if (c == '\n') converted += '\r';
    converted += c;
  }
  return converted;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The first byte chooses the interpreter, the rest is the file.
  InterpreterRules rules;
  rules.minor_version = 10 + data[0] % 5;
  rules.strips_docstrings = data[0] % 16 == 15;
  const std::string source(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto line_ends =
      std::count_if(source.begin(), source.end(), [](char c) { return c == '\n' || c == '\r'; });
  const int lines = static_cast<int>(line_ends) + 1;

  const HeaderResult result = read_script_header(source, rules);
  if (const auto* needed = std::get_if<ImportNeeded>(&result)) {
    expect(!needed->reason.empty(), "there is a reason to import");
    expect(needed->line >= 0 && needed->line <= lines, "the reason has a line of the file");
    return 0;
  }
  const auto& header = std::get<ScriptHeader>(result);
  check_value(header.revision, lines);
  check_value(header.down_revision, lines);
  check_value(header.branch_labels, lines);
  check_value(header.depends_on, lines);
  expect(header.revision.shape == Shape::text, "revision is text");
  expect(header.down_revision.shape != Shape::absent, "down_revision is bound");
  expect(!header.doc || is_utf8(*header.doc), "the docstring is UTF-8");

  expect_same_header(header, source + "\n", rules, "a blank line at the end changes nothing");
  expect_same_header(header, source + "\n# comment", rules, "a comment at the end changes nothing");
  if (source.find('\r') == std::string::npos) {
    expect_same_header(header, with_windows_line_ends(source), rules,
                       "the kind of line ends changes nothing");
  }
  return 0;
}
