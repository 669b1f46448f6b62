#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "lint/added_column.h"
#include "lint/column_type.h"
#include "lint/rules.h"
#include "lint/sql_statements.h"
#include "lint/table_operation.h"
#include "text/affixes.h"

namespace alembic_native::lint {
namespace {

// Functions of PostgreSQL and of its extensions uuid-ossp and pgcrypto that are volatile. Others
// may be, too; those of the user are not known.
constexpr std::array<std::string_view, 14> volatile_functions = {"clock_timestamp",
                                                                 "gen_random_bytes",
                                                                 "gen_random_uuid",
                                                                 "nextval",
                                                                 "pg_sleep",
                                                                 "random",
                                                                 "random_normal",
                                                                 "setval",
                                                                 "timeofday",
                                                                 "uuid_generate_v1",
                                                                 "uuid_generate_v1mc",
                                                                 "uuid_generate_v4",
                                                                 "uuidv4",
                                                                 "uuidv7"};

bool is_volatile(std::string_view function) {
  return std::find(volatile_functions.begin(), volatile_functions.end(), function) !=
         volatile_functions.end();
}

constexpr std::string_view functions_of_sqlalchemy = "sqlalchemy.func.";

// The name of a function in `sa.func.name()`; empty for anything else.
std::string_view called_function(const Value& value) {
  if (!value.is(Value::Kind::call)) return {};
  std::string_view name = value.call->name;
  if (!starts_with(name, functions_of_sqlalchemy)) return {};
  name.remove_prefix(functions_of_sqlalchemy.size());
  return name.find('.') == std::string_view::npos ? name : std::string_view();
}

// The SQL of `sa.text("...")`, or null.
const Value* sql_expression(const Value& value) {
  const Call* const text = call_of_sqlalchemy(value, "text");
  const bool literal =
      text != nullptr && text->positional.size() == 1 && text->positional[0].is(Value::Kind::text);
  return literal ? &text->positional[0] : nullptr;
}

// A str is a constant for SQLAlchemy: it puts quotes around it.
bool is_volatile_default(const Value& value) {
  if (is_volatile(called_function(value))) return true;
  const Value* const sql = sql_expression(value);
  if (sql == nullptr) return false;
  SqlReader reader(sql->text);
  SqlStatement statement;
  if (!reader.next(statement)) return false;
  for (std::size_t at = 0; at + 1 < statement.head.size(); ++at) {
    const auto& [word, quoted] = statement.head[at];
    if (!quoted && is_volatile(word) && statement.head[at + 1].text == "(") return true;
  }
  return false;
}

bool is_certain_default(const Value& value) {
  if (value.is(Value::Kind::text)) return true;
  if (const Value* const sql = sql_expression(value)) {
    SqlReader reader(sql->text);
    SqlStatement statement;
    return reader.next(statement) && !statement.begins_with("null");
  }
  return !called_function(value).empty() || call_of_sqlalchemy(value, "true") != nullptr ||
         call_of_sqlalchemy(value, "false") != nullptr;
}

bool is_left_out(const Argument& argument) {
  return argument.is_absent() || argument.is(Value::Kind::none);
}

// `sa.text("NULL")` or `sa.null()`.
bool is_sql_null(const Argument& argument) {
  if (argument.value == nullptr) return false;
  if (call_of_sqlalchemy(*argument.value, "null") != nullptr) return true;
  const Value* const sql = sql_expression(*argument.value);
  if (sql == nullptr) return false;
  SqlReader reader(sql->text);
  SqlStatement statement;
  return reader.next(statement) && statement.head.size() == 1 && statement.begins_with("null");
}

bool is_required(const AddedColumn& column) {
  const Argument default_value = column.keyword("server_default");
  return column.keyword("nullable").is_false() &&
         (is_left_out(default_value) || is_sql_null(default_value)) &&
         column.keyword("primary_key").is_not_set() &&
         column.keyword("autoincrement").is_not_set() && column.holds_constraints_only();
}

// Whether SQLAlchemy makes it a SERIAL.
bool is_serial(const AddedColumn& column, const Dialect& dialect) {
  const Argument type = column.type();
  const auto known_type =
      type.value != nullptr ? column_type_of(*type.value, dialect) : std::nullopt;
  const Argument autoincrement = column.keyword("autoincrement");
  return known_type && known_type->is_integer() && column.keyword("primary_key").is_true() &&
         (autoincrement.is_absent() || autoincrement.is_true() || autoincrement.text() == "auto") &&
         is_left_out(column.keyword("default")) && is_left_out(column.keyword("insert_default")) &&
         is_left_out(column.keyword("server_default")) && column.holds_constraints_only() &&
         column.find("ForeignKey") == nullptr;
}

// Whether the database itself gives each row a value, by something other than a default.
bool is_generated(const AddedColumn& column, const Dialect& dialect) {
  const Call* const computed = column.find("Computed");
  const bool is_stored = computed != nullptr && argument_of(*computed, 1, "persisted").is_true();
  return is_stored || column.find("Identity") != nullptr || is_serial(column, dialect);
}

void judge_added_column(const FunctionUnderRules& judged, const TableOperation& operation,
                        const AddedColumn& column) {
  const auto report = [&](std::string_view rule) {
    judged.report(rule, operation.operation(), operation.column_subject(column.name()));
  };
  if (is_required(column)) report("add-required-column");
  if (!judged.dialect.is_postgresql()) return;
  if (is_generated(column, judged.dialect)) {
    report("volatile-default");
    return;
  }
  const Argument default_value = column.keyword("server_default");
  if (default_value.value == nullptr) return;
  if (judged.dialect.is_older_than(1100)) {
    if (is_certain_default(*default_value.value)) report("server-default-rewrite");
  } else if (is_volatile_default(*default_value.value)) {
    report("volatile-default");
  }
}

void judge_type(const FunctionUnderRules& judged, const TableOperation& operation) {
  // Outside of a batch SQLite alters no column.
  if (judged.dialect.is_sqlite() && !operation.operation().batch) return;
  // From 11.2 on MariaDB lets others write while it copies a table.
  const bool is_mariadb = judged.dialect.kind == Dialect::Kind::mariadb;
  if (is_mariadb && !judged.dialect.is_older_than(1102)) return;
  const Argument to = operation.keyword("type_");
  if (to.value == nullptr) return;
  const Argument from = operation.keyword("existing_type");
  if (from.is_unknown()) return;
  std::optional<ColumnType> known_from;
  if (from.value != nullptr && !from.is(Value::Kind::none)) {
    known_from = column_type_of(*from.value, judged.dialect);
    if (!known_from) return;
  }
  const auto known_to = column_type_of(*to.value, judged.dialect);
  if (type_change(known_from, known_to, judged.dialect) != TypeChange::rewrite) return;
  judged.report("column-type-change", operation.operation(),
                operation.column_subject(operation.argument(1, "column_name").text()));
}

}  // namespace

void judge_columns(const FunctionUnderRules& judged) {
  for (const Operation& call : judged.function.calls) {
    const TableOperation operation(call);
    if (!call.is_operation || !operation.is_on_older_table(judged.made)) continue;
    if (const auto column = AddedColumn::of(operation)) {
      judge_added_column(judged, operation, *column);
    } else if (operation.is("alter_column")) {
      judge_type(judged, operation);
    }
  }
}

}  // namespace alembic_native::lint
