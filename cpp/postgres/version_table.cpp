#include "postgres/version_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "postgres/message_text.h"

namespace alembic_native::postgres {

namespace {

// NAMEDATALEN - 1.
constexpr std::size_t longest_name = 63;

void check_one_name(std::string_view what, const std::string& name) {
  const char* problem = nullptr;
  if (name.empty()) problem = "is empty";
  if (name.find('\0') != std::string::npos) problem = "holds a NUL byte";
  if (name.size() > longest_name) {
    problem = "is longer than 63 bytes, where PostgreSQL cuts names";
  }
  if (problem != nullptr) {
    throw Error(ErrorKind::invalid_name,
                fmt::format("The name of the {}, \"{}\", {}. Choose another one.", what,
                            printable(name), problem));
  }
}

}  // namespace

void check_name(const VersionTableName& name) {
  check_one_name("version table", name.table);
  if (name.schema) check_one_name("version table's schema", *name.schema);
}

std::string quoted_name(std::string_view name) {
  std::string result = "\"";
  for (const char character : name) {
    if (character == '"') result += '"';
    result += character;
  }
  result += '"';
  return result;
}

std::string quoted_name(const VersionTableName& name) {
  const std::string table = quoted_name(name.table);
  return name.schema ? fmt::format("{}.{}", quoted_name(*name.schema), table) : table;
}

bool table_exists(ServerSession& session, pqxx::transaction_base& transaction,
                  const VersionTableName& name) {
  const std::string found =
      "SELECT 1 FROM pg_catalog.pg_class c "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE c.relname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ";
  // The same two meanings as SQLAlchemy's has_table().
  const pqxx::result rows =
      name.schema ? session.execute(transaction, found + "n.nspname = $2", name.table, *name.schema)
                  : session.execute(transaction,
                                    found +
                                        "pg_catalog.pg_table_is_visible(c.oid) "
                                        "AND n.nspname <> 'pg_catalog'",
                                    name.table);
  return !rows.empty();
}

std::vector<std::string> read_heads(ServerSession& session, pqxx::transaction_base& transaction,
                                    const VersionTableName& name) {
  const pqxx::result rows =
      session.execute(transaction, fmt::format("SELECT version_num FROM {}", quoted_name(name)));
  std::vector<std::string> heads;
  heads.reserve(static_cast<std::size_t>(rows.size()));
  for (const auto& row : rows) {
    if (row[0].is_null()) {
      throw database_error(ErrorKind::row_mismatch,
                           fmt::format("The version table {} has a row without a value. Delete it.",
                                       quoted_name(name)),
                           session.location());
    }
    heads.push_back(row[0].as<std::string>());
  }
  std::sort(heads.begin(), heads.end());
  return heads;
}

}  // namespace alembic_native::postgres
