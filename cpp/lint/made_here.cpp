#include "lint/made_here.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "lint/arguments.h"
#include "lint/executed_sql.h"
#include "lint/sql_statements.h"
#include "text/affixes.h"

namespace alembic_native::lint {
namespace {

// In front of what a CREATE statement makes.
std::size_t skip_adjectives(const SqlStatement& statement, std::size_t at) {
  for (const std::string_view word : {"or", "replace", "global", "local", "temporary", "temp",
                                      "unlogged", "unique", "recursive", "materialized"}) {
    if (statement.has_words(at, word)) ++at;
  }
  return at;
}

std::string name_behind(const SqlStatement& statement, std::size_t at) {
  if (statement.has_words(at, "concurrently")) ++at;
  if (statement.has_words(at, "if not exists")) at += 3;
  return statement.read_name(at);
}

// A statement whose effect is in code of the database.
bool runs_code(const SqlStatement& statement) {
  return statement.begins_with("do") || statement.begins_with("call") ||
         statement.begins_with("execute");
}

}  // namespace

MadeHere::MadeHere(const std::vector<Operation>& calls, const std::vector<Operation>& elsewhere) {
  for (const Operation& operation : elsewhere) take(operation);
  // What others make may be made before anything that stands here.
  for (auto& [name, place] : tables_) place = nullptr;
  for (const Operation& operation : calls) take(operation);
}

bool MadeHere::is_older_table(const std::string& name, const Operation& as_of) const {
  if (makes_unknown_tables_) return false;
  const auto made = tables_.find(name);
  return made == tables_.end() || std::less<const char*>()(as_of.begin, made->second);
}

void MadeHere::take(const Operation& operation) {
  if (!operation.is_operation) {
    take_other_call(operation);
    return;
  }
  const Call& call = *operation.call;
  if (operation.name == "create_table") {
    const auto name = argument_of(call, 0, "table_name").text();
    if (name) {
      add_table(*name, operation);
    } else {
      makes_unknown_tables_ = true;
    }
  } else if (operation.name == "rename_table") {
    const auto old_name = argument_of(call, 0, "old_table_name").text();
    const auto new_name = argument_of(call, 1, "new_table_name").text();
    const bool old_is_older = old_name && is_older_table(*old_name);
    if (new_name && !old_is_older) add_table(*new_name, operation);
  } else if (operation.name == "create_index") {
    if (const auto name = argument_of(call, 0, "index_name").text()) indexes_.insert(*name);
  } else {
    take_sql(operation);
  }
}

void MadeHere::take_sql(const Operation& operation) {
  const ExecutedSql sql = executed_sql(operation);
  if (sql.kind == ExecutedSql::Kind::unknown) makes_unknown_tables_ = true;
  const bool partial = sql.kind == ExecutedSql::Kind::beginning;
  if (sql.kind != ExecutedSql::Kind::text && !partial) return;
  SqlReader reader(sql.text);
  SqlStatement statement;
  bool is_empty = true;
  while (reader.next(statement)) {
    is_empty = false;
    if (runs_code(statement)) makes_unknown_tables_ = makes_unknown_types_ = true;
    if (!statement.begins_with("create")) continue;
    const std::size_t at = skip_adjectives(statement, 1);
    const std::string name = name_behind(statement, at + 1);
    const bool is_table = statement.has_words(at, "table") || statement.has_words(at, "view");
    if (is_table && !name.empty()) add_table(name, operation);
    if (statement.has_words(at, "index")) indexes_.insert(name);
    if (statement.has_words(at, "type")) types_.insert(name);
    const bool cut = statement.head.size() <= at + 1 || (is_table && partial);
    if (cut || (is_table && name.empty())) makes_unknown_tables_ = true;
    if (statement.has_words(at, "type") && name.empty()) makes_unknown_types_ = true;
  }
  if (is_empty && partial) makes_unknown_tables_ = true;
}

void MadeHere::take_other_call(const Operation& operation) {
  const std::string_view name = operation.name;
  if (ends_with(name, ".create")) {
    take_create(operation);
    return;
  }
  // A function of another module may call alembic.op as well.
  const bool elsewhere = !is_of_sqlalchemy(name) && !starts_with(name, "alembic.") &&
                         !starts_with(name, "?") &&
                         (contains(name, "create") || contains(name, "table"));
  if (elsewhere || ends_with(name, ".create_all")) {
    makes_unknown_tables_ = makes_unknown_types_ = true;
  }
}

// A table's or a type's own method.
void MadeHere::take_create(const Operation& operation) {
  const std::string_view name = operation.name;
  const Call* const receiver = operation.call->receiver.get();
  const bool of_enumeration = receiver != nullptr && is_enumeration(*receiver);
  const auto type = of_enumeration ? keyword_of(*receiver, "name").text() : std::nullopt;
  if (type) {
    types_.insert(*type);
  } else {
    makes_unknown_types_ = true;
  }
  if (contains(name, "__table__") || contains(name, ".Table()")) makes_unknown_tables_ = true;
}

}  // namespace alembic_native::lint
