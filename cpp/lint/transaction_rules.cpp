#include <functional>
#include <string>
#include <string_view>

#include "lint/arguments.h"
#include "lint/executed_sql.h"
#include "lint/rules.h"
#include "lint/sql_statements.h"
#include "lint/table_operation.h"
#include "text/affixes.h"

namespace alembic_native::lint {
namespace {

bool begins_table_change(const SqlStatement& statement) {
  return statement.begins_with("alter table") || statement.begins_with("drop table") ||
         statement.begins_with("do") || statement.begins_with("drop schema");
}

class TransactionRules {
 public:
  TransactionRules(const FunctionUnderRules& judged, bool is_upgrade)
      : judged_(judged), is_upgrade_(is_upgrade) {
    for (const Operation& call : judged.function.calls) {
      if (may_release_types(call)) last_release_ = call.begin;
    }
  }

  void judge() {
    for (const Operation& call : judged_.function.calls) {
      if (leaves_transaction(call)) in_transaction_ = false;
      const bool in_transaction = in_transaction_ && !call.autocommit && !call.in_unknown_context;
      judge_operation(call, in_transaction);
      judge_sql(call, in_transaction);
      judge_drop_of_enumeration(call);
      if (may_release_types(call)) released_ = true;
    }
  }

 private:
  // What may end the transaction, or set the connection so that it has none.
  static bool leaves_transaction(const Operation& call) {
    const std::string_view name = call.name;
    if (contains(name, "execution_options") || contains(name, "isolation_level") ||
        contains(name, "engine") || ends_with(name, ".commit")) {
      return true;
    }
    const ExecutedSql sql = executed_sql(call);
    if (sql.kind != ExecutedSql::Kind::text) return false;
    SqlReader reader(sql.text);
    SqlStatement statement;
    while (reader.next(statement)) {
      if (statement.begins_with("commit") || statement.begins_with("end") ||
          statement.begins_with("rollback")) {
        return true;
      }
    }
    return false;
  }

  void judge_operation(const Operation& call, bool in_transaction) const {
    const TableOperation operation(call);
    const bool is_index = operation.is("create_index") || operation.is("drop_index");
    if (!in_transaction || !is_index || !operation.keyword("postgresql_concurrently").is_true()) {
      return;
    }
    judged_.report("concurrently-in-transaction", call,
                   operation.subject_on_table("index", operation.argument(0, "index_name").text()));
  }

  void judge_sql(const Operation& call, bool in_transaction) const {
    const ExecutedSql sql = executed_sql(call);
    const bool known =
        sql.kind == ExecutedSql::Kind::text || sql.kind == ExecutedSql::Kind::beginning;
    if (!known) return;
    SqlReader reader(sql.text);
    SqlStatement statement;
    while (reader.next(statement)) {
      if (in_transaction && runs_concurrently(statement)) {
        judged_.report("concurrently-in-transaction", call, index_of(statement));
      }
      if (in_transaction) judge_detached_partition(call, statement);
      if (in_transaction) judge_enumeration_value(call, statement);
      if (sql.kind == ExecutedSql::Kind::text) judge_drop_type(call, statement);
    }
  }

  static bool runs_concurrently(const SqlStatement& statement) {
    if (statement.begins_with("create index concurrently") ||
        statement.begins_with("create unique index concurrently") ||
        statement.begins_with("drop index concurrently")) {
      return true;
    }
    if (!statement.begins_with("reindex")) return false;
    for (std::size_t at = 1; at < statement.head.size(); ++at) {
      if (statement.has_words(at, "concurrently")) return true;
    }
    return false;
  }

  void judge_detached_partition(const Operation& call, const SqlStatement& statement) const {
    if (!statement.begins_with("alter table")) return;
    std::size_t at = statement.has_words(2, "if exists") ? 4 : 2;
    if (statement.read_name(at).empty() || !statement.has_words(at, "detach partition")) return;
    at += 2;
    const std::string partition = statement.read_name(at);
    if (partition.empty() || !statement.has_words(at, "concurrently")) return;
    judged_.report("concurrently-in-transaction", call, named("partition", partition));
  }

  static std::string index_of(const SqlStatement& statement) {
    std::size_t at = 0;
    while (at < statement.head.size() && !statement.has_words(at, "concurrently")) ++at;
    if (statement.begins_with("reindex") || at == statement.head.size()) return {};
    ++at;
    if (statement.has_words(at, "if not exists")) at += 3;
    if (statement.has_words(at, "if exists")) at += 2;
    if (statement.has_words(at, "on")) return {};
    const std::string name = statement.read_name(at);
    return name.empty() ? std::string() : named("index", name);
  }

  // Of a type that this transaction makes, values may be added even before 12.
  void judge_enumeration_value(const Operation& call, const SqlStatement& statement) const {
    if (!judged_.dialect.is_older_than(1200) || !statement.begins_with("alter type")) return;
    std::size_t at = 2;
    const std::string type = statement.read_name(at);
    if (type.empty() || !statement.has_words(at, "add value")) return;
    if (!judged_.made.is_older_type(type)) return;
    judged_.report("enum-value-in-transaction", call, named("type", type));
  }

  void judge_drop_type(const Operation& call, const SqlStatement& statement) const {
    if (!statement.begins_with("drop type") || statement.has_cascade) return;
    std::size_t at = 2;
    if (statement.has_words(at, "if exists")) at += 2;
    const std::string type = statement.read_name(at);
    if (!type.empty()) judge_drop(call, type);
  }

  // sa.Enum(name="...").drop(...)
  void judge_drop_of_enumeration(const Operation& call) const {
    if (call.is_operation || !ends_with(call.name, ".drop") || !call.call->receiver) return;
    const Call& enumeration = *call.call->receiver;
    if (!is_enumeration(enumeration)) return;
    if (const auto type = keyword_of(enumeration, "name").text()) judge_drop(call, *type);
  }

  // Certain are two things: what frees the type comes too late, or upgrade() does nothing that
  // frees it.
  void judge_drop(const Operation& call, const std::string& type) const {
    if (released_ || !judged_.made.is_older_type(type)) return;
    const bool released_too_late =
        last_release_ != nullptr && std::less<const char*>()(call.begin, last_release_);
    if (released_too_late || is_upgrade_) {
      judged_.report("drop-enum-in-use", call, named("type", type));
    }
  }

  static bool may_release_types(const Operation& call) {
    if (!call.is_operation) {
      return !is_of_sqlalchemy(call.name) && !ends_with(call.name, ".drop");
    }
    if (call.name == "drop_column" || call.name == "drop_table" || call.name == "rename_table") {
      return true;
    }
    if (call.name == "alter_column") return !keyword_of(*call.call, "type_").is_absent();
    const ExecutedSql sql = executed_sql(call);
    if (sql.kind == ExecutedSql::Kind::unknown) return true;
    SqlReader reader(sql.text);
    SqlStatement statement;
    while (reader.next(statement)) {
      if (begins_table_change(statement)) return true;
    }
    return false;
  }

  const FunctionUnderRules& judged_;
  bool is_upgrade_;
  bool in_transaction_ = true;
  const char* last_release_ = nullptr;
  bool released_ = false;  // something came by that may free a type
};

}  // namespace

void judge_transactions(const FunctionUnderRules& judged, bool is_upgrade) {
  if (judged.dialect.is_postgresql()) TransactionRules(judged, is_upgrade).judge();
}

}  // namespace alembic_native::lint
