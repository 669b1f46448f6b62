#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "lint/added_column.h"
#include "lint/executed_sql.h"
#include "lint/rules.h"
#include "lint/sql_statements.h"
#include "lint/table_operation.h"

namespace alembic_native::lint {
namespace {

constexpr std::string_view index_not_concurrent = "index-not-concurrent";
constexpr std::string_view constraint_not_valid_missing = "constraint-not-valid-missing";
constexpr std::string_view unique_constraint_scan = "unique-constraint-scan";

class LockRules {
 public:
  explicit LockRules(const FunctionUnderRules& judged) : judged_(judged) {
    for (const Operation& call : judged.function.calls) look_ahead(call);
  }

  void judge() {
    for (const Operation& operation : judged_.function.calls) {
      if (!operation.is_operation) continue;
      const TableOperation table_operation(operation);
      if (operation.name == "drop_index") {
        judge_drop_index(table_operation);
      } else if (table_operation.is_on_older_table(judged_.made)) {
        judge_on_older_table(table_operation);
      }
    }
  }

 private:
  void report(std::string_view rule, const TableOperation& operation, std::string subject) const {
    judged_.report(rule, operation.operation(), std::move(subject));
  }

  void judge_on_older_table(const TableOperation& operation) const {
    if (operation.is("create_index")) {
      if (operation.keyword("postgresql_concurrently").is_not_set()) {
        report(index_not_concurrent, operation,
               operation.subject_on_table("index", operation.argument(0, "index_name").text()));
      }
    } else if (operation.is("create_foreign_key")) {
      judge_constraint(operation, "foreign key");
    } else if (operation.is("create_check_constraint")) {
      judge_constraint(operation, "check constraint");
    } else if (operation.is("create_unique_constraint")) {
      report(unique_constraint_scan, operation,
             operation.subject_on_table("unique constraint", constraint_name(operation)));
    } else if (operation.is("create_exclude_constraint")) {
      report(unique_constraint_scan, operation,
             operation.subject_on_table("exclusion constraint", constraint_name(operation)));
    } else if (operation.is("create_primary_key")) {
      report("primary-key-change", operation,
             operation.subject_on_table("primary key", constraint_name(operation)));
    } else if (operation.is("alter_column")) {
      judge_not_null(operation);
    } else if (const auto column = AddedColumn::of(operation)) {
      judge_added_column(operation, *column);
    }
  }

  static std::optional<std::string> constraint_name(const TableOperation& operation) {
    return operation.argument(0, "constraint_name").text();
  }

  void judge_constraint(const TableOperation& operation, std::string_view kind) const {
    if (!operation.keyword("postgresql_not_valid").is_not_set()) return;
    report(constraint_not_valid_missing, operation,
           operation.subject_on_table(kind, constraint_name(operation)));
  }

  // Of an index that goes with its table, nobody is worse off.
  void judge_drop_index(const TableOperation& operation) const {
    if (!operation.keyword("postgresql_concurrently").is_not_set()) return;
    const auto index = operation.argument(0, "index_name").text();
    const bool older = index && judged_.made.is_older_index(*index);
    const bool table_known = operation.table() || operation.argument(1, "table_name").is_absent();
    const bool older_table = !operation.table() || operation.is_on_older_table(judged_.made);
    if (!older || !table_known || !older_table || drops_table(operation.table())) return;
    report("drop-index-not-concurrent", operation, operation.subject_on_table("index", index));
  }

  bool drops_table(const std::optional<std::string>& table) const {
    return drops_unknown_table_ ||
           (table ? dropped_tables_.count(*table) != 0 : !dropped_tables_.empty());
  }

  // Alembic adds the index, the unique constraint and the foreign keys of a column in statements of
  // their own. Its check constraints come with it, and every row is checked.
  void judge_added_column(const TableOperation& operation, const AddedColumn& column) const {
    const auto subject = [&](const std::string& what) {
      return what + " on " + operation.column_subject(column.name());
    };
    const bool unique = column.keyword("unique").is_true();
    if (column.keyword("index").is_true()) {
      report(index_not_concurrent, operation, subject(unique ? "unique index" : "index"));
    } else if (unique && column.keyword("index").is_not_set()) {
      report(unique_constraint_scan, operation, subject("unique constraint"));
    }
    const bool in_a_statement_of_its_own = operation.keyword("inline_references").is_not_set();
    const Call* const foreign_key = column.find("ForeignKey");
    if (foreign_key != nullptr && in_a_statement_of_its_own &&
        keyword_of(*foreign_key, "postgresql_not_valid").is_not_set()) {
      report(constraint_not_valid_missing, operation, subject("foreign key"));
    }
    if (column.find("CheckConstraint") != nullptr) {
      report(constraint_not_valid_missing, operation, subject("check constraint"));
    }
  }

  void judge_not_null(const TableOperation& operation) const {
    const bool sets_not_null = operation.keyword("nullable").is_false() &&
                               !operation.keyword("existing_nullable").is_false() &&
                               !operation.keyword("existing_nullable").is_unknown();
    if (!sets_not_null || is_proved_by_check(operation)) return;
    report("set-not-null-scan", operation,
           operation.column_subject(operation.argument(1, "column_name").text()));
  }

  // From 12 on a valid check that a column is not null spares the scan. It is there where this
  // function validates one, or drops one when it has served.
  bool is_proved_by_check(const TableOperation& operation) const {
    if (judged_.dialect.is_older_than(1200)) return false;
    const auto drop = last_drops_of_checks_.find(*operation.table());
    const bool dropped_later = drop != last_drops_of_checks_.end() &&
                               std::less<const char*>()(operation.operation().begin, drop->second);
    return validates_constraint_ || dropped_later;
  }

  void look_ahead(const Operation& call) {
    const TableOperation operation(call);
    if (operation.is("drop_table")) {
      if (operation.table()) {
        dropped_tables_.insert(*operation.table());
      } else {
        drops_unknown_table_ = true;
      }
    } else if (operation.is("drop_constraint") && operation.table()) {
      const auto type = operation.argument(2, "type_").text();
      if (!type || *type == "check") last_drops_of_checks_[*operation.table()] = call.begin;
    } else if (validates_constraint(call)) {
      validates_constraint_ = true;
    }
  }

  static bool validates_constraint(const Operation& operation) {
    const ExecutedSql sql = executed_sql(operation);
    if (sql.kind == ExecutedSql::Kind::unknown) return true;
    SqlReader reader(sql.text);
    SqlStatement statement;
    while (reader.next(statement)) {
      for (std::size_t at = 0; at < statement.head.size(); ++at) {
        if (statement.has_words(at, "validate constraint")) return true;
      }
    }
    return false;
  }

  const FunctionUnderRules& judged_;
  std::unordered_set<std::string> dropped_tables_;
  bool drops_unknown_table_ = false;
  std::unordered_map<std::string, const char*> last_drops_of_checks_;  // by table
  bool validates_constraint_ = false;
};

}  // namespace

void judge_locks(const FunctionUnderRules& judged) {
  if (judged.dialect.is_postgresql()) LockRules(judged).judge();
}

}  // namespace alembic_native::lint
