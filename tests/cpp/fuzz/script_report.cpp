// libFuzzer target: scripts of any bytes are judged, and what is told keeps the promises of
// headers.
#include "lint/script_report.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <tuple>

namespace {

using namespace alembic_native::lint;

void expect(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

bool same(const ScriptReport& left, const ScriptReport& right) {
  const auto same_finding = [](const Finding& one, const Finding& other) {
    return std::tie(one.rule, one.line, one.column, one.subject) ==
           std::tie(other.rule, other.line, other.column, other.subject);
  };
  return left.upgrade == right.upgrade && left.downgrade == right.downgrade &&
         left.unreadable == right.unreadable &&
         std::equal(left.findings.begin(), left.findings.end(), right.findings.begin(),
                    right.findings.end(), same_finding);
}

void check_places(const ScriptReport& report, int lines) {
  const Finding* before = nullptr;
  for (const Finding& finding : report.findings) {
    expect(finding.line >= 1 && finding.line <= lines && finding.column >= 1,
           "a finding stands in the file");
    expect(before == nullptr ||
               std::tie(before->line, before->column) <= std::tie(finding.line, finding.column),
           "findings are sorted");
    before = &finding;
  }
  for (const Ignore& ignore : report.ignores) {
    expect(ignore.line >= 1 && ignore.line <= lines && ignore.column >= 1,
           "a comment stands in the file");
    expect(ignore.applies_to >= ignore.line && ignore.applies_to <= lines + 1,
           "a comment is about its line or one below");
  }
  for (const SqlText& sql : report.sql) {
    expect(sql.line >= 1 && sql.line <= lines && sql.column >= 1, "SQL stands in the file");
  }
  expect(report.conflict_line >= 0 && report.conflict_line <= lines,
         "a conflict marker stands in the file");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  // The first bytes choose the database, and how the script begins.
  constexpr std::array<int, 4> versions = {0, 906, 1100, 1600};
  const Dialect dialect{static_cast<Dialect::Kind>(data[0] % 4), versions[data[0] / 4 % 4]};
  constexpr std::array<std::string_view, 3> beginnings = {
      "", "import sqlalchemy as sa\nfrom alembic import op\ndef upgrade():\n ",
      "import sqlalchemy as sa\nfrom alembic import op\ndef upgrade():\n op.execute('''"};
  std::string source(beginnings[data[1] % beginnings.size()]);
  source.append(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto line_ends =
      std::count_if(source.begin(), source.end(), [](char c) { return c == '\n' || c == '\r'; });

  const bool is_merge = data[0] >= 128;
  const ScriptReport report = judge_script(source, dialect, is_merge);
  check_places(report, static_cast<int>(line_ends) + 1);
  expect(report.unreadable.empty() || report.findings.empty(),
         "nothing is found in what cannot be read");
  if (report.unreadable.empty()) {
    expect(same(report, judge_script(source + "\n# comment", dialect, is_merge)),
           "a comment at the end changes nothing");
  }
  return 0;
}
