#include "lint/script_report.h"

#include <algorithm>
#include <new>
#include <tuple>
#include <utility>

#include "lint/executed_sql.h"
#include "lint/made_here.h"
#include "lint/operations.h"
#include "lint/source_position.h"
#include "script/file_reading.h"
#include "script/parallel_files.h"
#include "script/significant_tokens.h"

namespace alembic_native::lint {
namespace {

void judge_emptiness(const ScriptFunctions& functions, bool is_merge,
                     std::vector<Finding>& findings) {
  const auto& upgrade = functions.upgrade;
  const auto& downgrade = functions.downgrade;
  if (is_merge || !upgrade) return;
  if (upgrade->is_empty) {
    findings.push_back({"empty-upgrade", upgrade->line, upgrade->column, {}});
  } else if (downgrade && downgrade->is_empty) {
    findings.push_back({"empty-downgrade", downgrade->line, downgrade->column, {}});
  }
}

// Those of databases behind the one that calls them.
std::vector<const ScriptFunction*> all_of(const std::optional<ScriptFunction>& function,
                                          const std::vector<ScriptFunction>& of_databases) {
  std::vector<const ScriptFunction*> all;
  if (function) all.push_back(&*function);
  for (const ScriptFunction& one : of_databases) all.push_back(&one);
  return all;
}

std::vector<const ScriptFunction*> upgrades(const ScriptFunctions& functions) {
  return all_of(functions.upgrade, functions.upgrades_of_databases);
}

std::vector<const ScriptFunction*> downgrades(const ScriptFunctions& functions) {
  return all_of(functions.downgrade, functions.downgrades_of_databases);
}

void judge_merge(const ScriptFunctions& functions, std::vector<Finding>& findings) {
  std::vector<const ScriptFunction*> all = upgrades(functions);
  for (const ScriptFunction* const function : downgrades(functions)) all.push_back(function);
  for (const ScriptFunction* const function : all) {
    const auto& calls = function->calls;
    const auto first = std::find_if(calls.begin(), calls.end(),
                                    [](const Operation& call) { return call.is_operation; });
    if (first == calls.end()) continue;
    findings.push_back({"merge-with-operations", first->line, first->column, {}});
    return;
  }
}

void add_sql_texts(std::string_view source, const ScriptFunction& function,
                   std::vector<SqlText>& texts) {
  std::vector<const Value*> literals;
  for (const Operation& call : function.calls) {
    const ExecutedSql sql = executed_sql(call);
    if (sql.literal != nullptr) literals.push_back(sql.literal);
  }
  ColumnFinder columns(source);
  for (const Value* const literal : literals) {
    texts.push_back({literal->line, columns.column_of({literal->begin, 1}), literal->text});
  }
}

void judge_functions(std::string_view source, const ScriptFunctions& functions,
                     const Dialect& dialect, ScriptReport& report) {
  for (const ScriptFunction* const upgrade : upgrades(functions)) {
    const MadeHere made(upgrade->calls, functions.elsewhere);
    const FunctionUnderRules judged{*upgrade, made, dialect, report.findings};
    judge_locks(judged);
    judge_columns(judged);
    judge_removals(judged);
    judge_data(judged);
    judge_transactions(judged, true);
    add_sql_texts(source, *upgrade, report.sql);
  }
  for (const ScriptFunction* const downgrade : downgrades(functions)) {
    const MadeHere made(downgrade->calls, functions.elsewhere);
    judge_transactions({*downgrade, made, dialect, report.findings}, false);
  }
  if (functions.upgrade) report.upgrade = functions.upgrade->fingerprint;
  if (functions.downgrade) report.downgrade = functions.downgrade->fingerprint;
}

}  // namespace

ScriptReport judge_script(std::string_view source, const Dialect& dialect, bool is_merge) {
  ScriptReport report;
  report.conflict_line = find_conflict_marker(source);
  std::vector<Comment> comments;
  const auto result = read_significant_tokens(source, &comments);
  report.ignores = read_ignores(source, comments);
  if (const auto* unreadable = std::get_if<UnreadableSource>(&result)) {
    report.unreadable = unreadable->reason;
    return report;
  }
  const ScriptFunctions functions = read_functions(source, std::get<SignificantTokens>(result));
  judge_emptiness(functions, is_merge, report.findings);
  if (is_merge) judge_merge(functions, report.findings);
  judge_functions(source, functions, dialect, report);
  std::sort(report.findings.begin(), report.findings.end(),
            [](const Finding& left, const Finding& right) {
              return std::tie(left.line, left.column, left.rule, left.subject) <
                     std::tie(right.line, right.column, right.rule, right.subject);
            });
  return report;
}

std::vector<std::variant<ScriptReport, UnreadableFile>> judge_files(
    const std::vector<ScriptFile>& files, const Dialect& dialect) {
  std::vector<std::variant<ScriptReport, UnreadableFile>> reports(files.size());
  for_each_file(files.size(), [&](std::size_t index, std::vector<char>& buffer) {
    try {
      if (const auto source = read_file(files[index].path, buffer)) {
        reports[index] = judge_script(*source, dialect, files[index].is_merge);
      } else {
        reports[index] = UnreadableFile{"the file cannot be read"};
      }
    } catch (const std::bad_alloc&) {
      // Leaves room for the other files.
      std::vector<char>().swap(buffer);
      reports[index] = UnreadableFile{"the file does not fit into memory"};
    }
  });
  return reports;
}

}  // namespace alembic_native::lint
