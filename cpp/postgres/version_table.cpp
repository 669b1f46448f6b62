#include "postgres/version_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "postgres/message_text.h"

namespace alembic_native::postgres {

namespace {

// NAMEDATALEN - 1.
constexpr std::size_t kLongestName = 63;

void check_one_name(std::string_view what, const std::string& name) {
  const char* problem = nullptr;
  if (name.empty()) problem = "is empty";
  if (name.find('\0') != std::string::npos) problem = "holds a NUL byte";
  if (name.size() > kLongestName) {
    problem = "is longer than 63 bytes, where PostgreSQL cuts names";
  }
  if (problem != nullptr) {
    throw Error(ErrorKind::invalid_name,
                fmt::format("The name of the {}, \"{}\", {}. Choose another one.", what,
                            printable(name), problem));
  }
}

// libpq would cut the text at the NUL byte and send the rest of it to nobody.
const std::string& checked_id(const std::string& id) {
  if (id.find('\0') != std::string::npos) {
    throw Error(ErrorKind::invalid_name,
                fmt::format("The revision id \"{}\" holds a NUL byte, which PostgreSQL cannot "
                            "store. Give the revision another id.",
                            printable(id)));
  }
  return id;
}

void expect_one_row(const pqxx::result& result, const ServerSession& session,
                    const VersionTableName& name, const std::string& what) {
  if (result.affected_rows() == 1) return;
  throw database_error(ErrorKind::row_mismatch,
                       fmt::format("Online migration expected to match one row when {} in '{}'; {} "
                                   "found. Nothing was changed.",
                                   what, name.table, result.affected_rows()),
                       session.place());
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
                           session.place());
    }
    heads.push_back(row[0].as<std::string>());
  }
  std::sort(heads.begin(), heads.end());
  return heads;
}

void create_table(ServerSession& session, pqxx::transaction_base& transaction,
                  const VersionTableName& name) {
  const std::string constraint = fmt::format("{}_pkc", name.table);
  check_one_name("version table's primary key", constraint);
  session.execute(transaction,
                  fmt::format("CREATE TABLE IF NOT EXISTS {} (version_num VARCHAR(32) NOT NULL, "
                              "CONSTRAINT {} PRIMARY KEY (version_num))",
                              quoted_name(name), quoted_name(constraint)));
}

void apply_operation(ServerSession& session, pqxx::transaction_base& transaction,
                     const VersionTableName& name, const RowOperation& operation) {
  const std::string table = quoted_name(name);
  switch (operation.kind) {
    case RowOperation::Kind::insert:
      session.execute(transaction, fmt::format("INSERT INTO {} (version_num) VALUES ($1)", table),
                      checked_id(operation.to));
      return;
    case RowOperation::Kind::remove:
      expect_one_row(
          session.execute(transaction, fmt::format("DELETE FROM {} WHERE version_num = $1", table),
                          checked_id(operation.from)),
          session, name, fmt::format("deleting '{}'", operation.from));
      return;
    case RowOperation::Kind::update:
      expect_one_row(
          session.execute(
              transaction,
              fmt::format("UPDATE {} SET version_num = $1 WHERE version_num = $2", table),
              checked_id(operation.to), checked_id(operation.from)),
          session, name, fmt::format("updating '{}' to '{}'", operation.from, operation.to));
      return;
  }
}

}  // namespace alembic_native::postgres
