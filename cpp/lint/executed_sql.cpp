#include "lint/executed_sql.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>

#include "lint/arguments.h"
#include "text/affixes.h"

namespace alembic_native::lint {
namespace {

using Kind = ExecutedSql::Kind;

// What is longer holds data rather than changes of the schema; no rule looks into it.
constexpr std::size_t longest_text = 1'000'000;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether a method or function of the name is called within a dotted name.
bool calls(std::string_view path, std::string_view function) {
  const std::string called = "." + std::string(function);
  return ends_with(path, called) || contains(path, called + "()");
}

ExecutedSql sql_of(const Value& value);

ExecutedSql sql_of_call(const Call& call) {
  for (const Call* part = &call; part != nullptr; part = part->receiver.get()) {
    const bool is_text = is_of_sqlalchemy(part->name, "text") ||
                         is_of_sqlalchemy(part->name, "DDL") ||
                         is_one_of(part->name, {"textwrap.dedent", "inspect.cleandoc"});
    if (is_text && !part->positional.empty()) return sql_of(part->positional[0]);
  }
  ExecutedSql sql;
  sql.kind = Kind::unknown;
  sql.expression = call.name;
  if (calls(call.name, "insert") || calls(call.name, "update") || calls(call.name, "delete")) {
    sql.kind = Kind::expression;
  } else if (calls(call.name, "select")) {
    sql.kind = Kind::query;
  }
  return sql;
}

ExecutedSql sql_of(const Value& value) {
  ExecutedSql sql;
  if (value.is(Value::Kind::call)) return sql_of_call(*value.call);
  if (value.is(Value::Kind::text)) {
    sql.literal = &value;
    sql.kind = value.text.size() > longest_text ? Kind::unknown : Kind::text;
    if (sql.kind == Kind::text) sql.text = value.text;
  } else {
    sql.text = value.text;
    sql.kind =
        value.is(Value::Kind::unknown) && !value.text.empty() ? Kind::beginning : Kind::unknown;
  }
  return sql;
}

}  // namespace

ExecutedSql executed_sql(const Operation& operation) {
  ExecutedSql sql;
  if (!operation.is_operation) return sql;
  if (operation.name == "bulk_insert") {
    sql.kind = Kind::expression;
    sql.expression = "insert";
    return sql;
  }
  const bool executes =
      is_one_of(operation.name, {"execute", "get_bind().execute", "get_bind().exec_driver_sql",
                                 "get_bind().scalar", "get_bind().scalars"});
  if (!executes) return sql;
  Argument argument = argument_of(*operation.call, 0, "sqltext");
  if (argument.is_absent()) argument = keyword_of(*operation.call, "statement");
  if (argument.value != nullptr) return sql_of(*argument.value);
  sql.kind = Kind::unknown;
  return sql;
}

}  // namespace alembic_native::lint
