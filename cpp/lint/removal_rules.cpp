#include <optional>
#include <string>
#include <unordered_set>

#include "lint/added_column.h"
#include "lint/rules.h"
#include "lint/table_operation.h"

namespace alembic_native::lint {
namespace {

class RemovalRules {
 public:
  explicit RemovalRules(const FunctionUnderRules& judged) : judged_(judged) {}

  void judge() {
    for (const Operation& call : judged_.function.calls) {
      if (!call.is_operation) continue;
      const TableOperation operation(call);
      note_added_column(operation);
      if (!operation.table() || !judged_.made.is_older_table(*operation.table(), call)) continue;
      if (operation.is("drop_table")) {
        judged_.report("drop-table", call, operation.table_subject());
      } else if (operation.is("rename_table")) {
        judge_rename_table(operation);
      } else if (operation.is("drop_column")) {
        judge_drop_column(operation);
      } else if (operation.is("alter_column")) {
        judge_rename_column(operation);
      }
    }
  }

 private:
  // A table or view of the old name, which this function makes, serves the code that runs.
  void judge_rename_table(const TableOperation& operation) const {
    if (!operation.is_on_older_table(judged_.made)) return;
    const auto new_name = operation.argument(1, "new_table_name").text();
    if (new_name == operation.table()) return;
    judged_.report("rename-table", operation.operation(), operation.table_subject());
  }

  void judge_drop_column(const TableOperation& operation) const {
    const auto column = operation.argument(1, "column_name").text();
    if (!operation.is_on_older_table(judged_.made) || is_added_here(operation, column)) return;
    judged_.report("drop-column", operation.operation(), operation.column_subject(column));
  }

  void judge_rename_column(const TableOperation& operation) const {
    const auto column = operation.argument(1, "column_name").text();
    const auto new_name = operation.keyword("new_column_name").text();
    if (!operation.is_on_older_table(judged_.made) || !new_name || new_name == column ||
        is_added_here(operation, column)) {
      return;
    }
    judged_.report("rename-column", operation.operation(), operation.column_subject(column));
  }

  // Columns that the function has added: no code uses them.
  void note_added_column(const TableOperation& operation) {
    if (!operation.is("add_column")) return;
    const auto column = AddedColumn::of(operation);
    if (column && column->name() && operation.table()) {
      added_.insert(*operation.table() + '\0' + *column->name());
    } else {
      adds_unknown_ = true;
    }
  }

  bool is_added_here(const TableOperation& operation,
                     const std::optional<std::string>& column) const {
    if (adds_unknown_) return true;
    return column ? added_.count(*operation.table() + '\0' + *column) != 0 : !added_.empty();
  }

  const FunctionUnderRules& judged_;
  std::unordered_set<std::string> added_;  // table, NUL, column
  bool adds_unknown_ = false;
};

}  // namespace

void judge_removals(const FunctionUnderRules& judged) { RemovalRules(judged).judge(); }

}  // namespace alembic_native::lint
