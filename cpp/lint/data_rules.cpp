#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "lint/executed_sql.h"
#include "lint/rules.h"
#include "lint/sql_statements.h"
#include "lint/table_operation.h"

namespace alembic_native::lint {
namespace {

constexpr std::array<std::string_view, 12> schema_changes = {"add_column",
                                                             "alter_column",
                                                             "drop_column",
                                                             "drop_table",
                                                             "rename_table",
                                                             "create_index",
                                                             "drop_index",
                                                             "create_foreign_key",
                                                             "create_check_constraint",
                                                             "create_exclude_constraint",
                                                             "create_primary_key",
                                                             "create_unique_constraint"};

// The table that a statement changes the rows of; empty where it changes none, or not so plainly.
std::string changed_table(const SqlStatement& statement) {
  std::size_t at = 1;
  if (statement.begins_with("insert into") || statement.begins_with("delete from") ||
      statement.begins_with("merge into")) {
    at = 2;
  } else if (!statement.begins_with("update")) {
    return {};
  }
  if (statement.has_words(at, "only")) ++at;
  return statement.read_name(at);
}

bool changes_all_rows(const SqlStatement& statement) {
  const bool changes = statement.begins_with("update") || statement.begins_with("delete from");
  if (!changes || statement.has_where || statement.has_limit) return false;
  // What is joined or used may choose the rows.
  return std::none_of(statement.head.begin(), statement.head.end(), [](const auto& token) {
    return !token.quoted && (token.text == "join" || token.text == "using");
  });
}

class DataRules {
 public:
  explicit DataRules(const FunctionUnderRules& judged) : judged_(judged) {}

  void judge() {
    const Operation* first_data = nullptr;
    bool changes_schema = false;
    for (const Operation& call : judged_.function.calls) {
      if (!call.is_operation) continue;
      const ExecutedSql sql = executed_sql(call);
      const bool changes_rows = judge_sql(call, sql);
      if (call.autocommit) continue;
      if (changes_rows && first_data == nullptr) first_data = &call;
      changes_schema = changes_schema || changes_older_table(call);
    }
    if (first_data != nullptr && changes_schema) {
      judged_.report("data-and-schema-together", *first_data, data_subject(*first_data));
    }
  }

 private:
  // Returns whether it changes rows.
  bool judge_sql(const Operation& call, const ExecutedSql& sql) const {
    if (sql.kind == ExecutedSql::Kind::expression) {
      judge_expression(call, sql.expression);
      return true;
    }
    const bool complete = sql.kind == ExecutedSql::Kind::text;
    if (!complete && sql.kind != ExecutedSql::Kind::beginning) return false;
    bool changes_rows = false;
    SqlReader reader(sql.text);
    SqlStatement statement;
    while (reader.next(statement)) {
      const std::string table = changed_table(statement);
      if (table.empty()) continue;
      changes_rows = true;
      if (complete && changes_all_rows(statement) && judged_.made.is_older_table(table)) {
        judged_.report("unbounded-update", call, named("table", table));
      }
    }
    return changes_rows;
  }

  // `sa.update(users).values(...)` or `users.update().values(...)`.
  void judge_expression(const Operation& call, std::string_view path) const {
    const std::string called = std::string(path) + "()";
    const auto calls = [&](std::string_view method) {
      return called.find(method) != std::string::npos;
    };
    const bool changes = calls(".update()") || calls(".delete()");
    const bool bounded = calls(".where()") || calls(".filter()") || calls(".filter_by()");
    const bool limited =
        calls(".with_hint()") || calls(".prefix_with()") || calls(".suffix_with()");
    // Which table it is, is not known: any that is made here may be it.
    if (changes && !bounded && !limited && !judged_.made.makes_tables()) {
      judged_.report("unbounded-update", call, {});
    }
  }

  bool changes_older_table(const Operation& call) const {
    const TableOperation operation(call);
    const bool changes =
        std::find(schema_changes.begin(), schema_changes.end(), call.name) != schema_changes.end();
    if (changes) return operation.is_on_older_table(judged_.made);
    const ExecutedSql sql = executed_sql(call);
    if (sql.kind != ExecutedSql::Kind::text) return false;
    SqlReader reader(sql.text);
    SqlStatement statement;
    while (reader.next(statement)) {
      if (!statement.begins_with("alter table")) continue;
      std::size_t at = statement.has_words(2, "if exists") ? 4 : 2;
      if (statement.has_words(at, "only")) ++at;
      const std::string table = statement.read_name(at);
      if (!table.empty() && judged_.made.is_older_table(table)) return true;
    }
    return false;
  }

  static std::string data_subject(const Operation& call) {
    const ExecutedSql sql = executed_sql(call);
    SqlReader reader(sql.text);
    SqlStatement statement;
    while (reader.next(statement)) {
      const std::string table = changed_table(statement);
      if (!table.empty() && sql.kind == ExecutedSql::Kind::text) return named("table", table);
    }
    return {};
  }

  const FunctionUnderRules& judged_;
};

}  // namespace

void judge_data(const FunctionUnderRules& judged) { DataRules(judged).judge(); }

}  // namespace alembic_native::lint
