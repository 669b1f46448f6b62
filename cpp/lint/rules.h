// The rules that one script is judged by. What each of them means to a user is in the documentation
// of `alembic lint`; the conditions are with the functions that judge.
#ifndef ALEMBIC_NATIVE_LINT_RULES_H
#define ALEMBIC_NATIVE_LINT_RULES_H

#include <string>
#include <string_view>
#include <vector>

#include "lint/dialect.h"
#include "lint/made_here.h"
#include "lint/operations.h"

namespace alembic_native::lint {

struct Finding {
  std::string rule;
  int line = 0;    // from 1
  int column = 0;  // from 1, in characters
  std::string subject;
};

// One of the two functions, while it is judged.
struct FunctionUnderRules {
  const ScriptFunction& function;
  const MadeHere& made;
  const Dialect& dialect;
  std::vector<Finding>& findings;

  void report(std::string_view rule, const Operation& operation, std::string subject) const {
    findings.push_back({std::string(rule), operation.line, operation.column, std::move(subject)});
  }
};

// index-not-concurrent, drop-index-not-concurrent, constraint-not-valid-missing,
// unique-constraint-scan, set-not-null-scan, primary-key-change: on PostgreSQL, of tables that were
// there before. Of upgrade().
void judge_locks(const FunctionUnderRules& judged);

// add-required-column, volatile-default, server-default-rewrite, column-type-change, of upgrade().
void judge_columns(const FunctionUnderRules& judged);

// rename-column, rename-table, drop-column, drop-table, of upgrade().
void judge_removals(const FunctionUnderRules& judged);

// concurrently-in-transaction, enum-value-in-transaction, drop-enum-in-use: on PostgreSQL, of both
// functions.
void judge_transactions(const FunctionUnderRules& judged, bool is_upgrade);

// data-and-schema-together, unbounded-update, of upgrade().
void judge_data(const FunctionUnderRules& judged);

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_RULES_H
