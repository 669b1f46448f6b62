#include "postgres/schema_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "postgres/version_table.h"

namespace alembic_native::postgres {

namespace {

// Measured on 2,000 schemas: from 25 to 100 tables a statement take the same time, more take
// longer. Each costs two locks (table and index) of the 6,400 that a server has room for by
// default.
constexpr std::size_t batch_size = 100;

using Iterator = std::vector<SchemaHeads*>::iterator;

// The schemas that have the table. Those whose table cannot be read come with the reason in
// `error`; it is known without asking the table itself, so that no batch fails by it.
std::vector<SchemaHeads> find_schemas(ServerSession& session, const std::string& table,
                                      const std::string& pattern) {
  pqxx::read_transaction transaction(session.connection());
  session.limit_statements(transaction);
  const pqxx::result rows = session.execute(
      transaction,
      "SELECT n.nspname, a.attnum IS NOT NULL, "
      "pg_catalog.has_schema_privilege(n.oid, 'USAGE') "
      "AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT') "
      "FROM pg_catalog.pg_class c "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
      "AND a.attname = 'version_num' AND a.attnum > 0 AND NOT a.attisdropped "
      "WHERE c.relname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname LIKE $2 "
      "AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' "
      "ORDER BY n.nspname COLLATE \"C\"",
      table, like_pattern(pattern));
  session.commit(transaction);

  std::vector<SchemaHeads> schemas;
  schemas.reserve(static_cast<std::size_t>(rows.size()));
  for (const auto& row : rows) {
    SchemaHeads schema{row[0].as<std::string>(), {}, {}};
    const std::string name = quoted_name(VersionTableName{table, schema.schema});
    // NULL for a table that was dropped while the statement ran: reading it will tell.
    if (!row[1].as<bool>()) {
      schema.error = database_error(ErrorKind::database,
                                    fmt::format("The table {} has no column version_num, so it is "
                                                "not Alembic's.",
                                                name),
                                    session.location(), "42703");
    } else if (!row[2].is_null() && !row[2].as<bool>()) {
      schema.error = database_error(ErrorKind::insufficient_privilege,
                                    fmt::format("permission denied for table {}", name),
                                    session.location(), "42501");
    }
    schemas.push_back(std::move(schema));
  }
  return schemas;
}

void read_batch(ServerSession& session, const std::string& table, Iterator begin, Iterator end) {
  std::string statement;
  for (Iterator schema = begin; schema != end; ++schema) {
    fmt::format_to(std::back_inserter(statement), "{}SELECT {}, version_num FROM {}",
                   schema == begin ? "" : " UNION ALL ", schema - begin,
                   quoted_name(VersionTableName{table, (*schema)->schema}));
  }
  pqxx::read_transaction transaction(session.connection());
  session.limit_statements(transaction);
  session.execute(transaction, "SELECT pg_catalog.set_config('lock_timeout', '500', true)");
  const pqxx::result rows = session.execute(transaction, statement);
  session.commit(transaction);
  for (const auto& row : rows) {
    if (row[1].is_null()) continue;
    begin[row[0].as<std::ptrdiff_t>()]->heads.push_back(row[1].as<std::string>());
  }
  for (Iterator schema = begin; schema != end; ++schema) {
    std::sort((*schema)->heads.begin(), (*schema)->heads.end());
  }
}

// Whether an error concerns one of the tables rather than the session.
bool concerns_a_table(ErrorKind kind) {
  return kind != ErrorKind::connection_lost && kind != ErrorKind::query_canceled &&
         kind != ErrorKind::internal;
}

void read_or_halve(ServerSession& session, const std::string& table, Iterator begin, Iterator end) {
  try {
    read_batch(session, table, begin, end);
    return;
  } catch (const pqxx::failure& failure) {
    Error error = translated(failure, session.connection().is_open(), session.location());
    if (!concerns_a_table(error.kind())) throw;
    if (end - begin == 1) {
      (*begin)->error = std::move(error);
      return;
    }
  }
  const Iterator middle = begin + (end - begin) / 2;
  read_or_halve(session, table, begin, middle);
  read_or_halve(session, table, middle, end);
}

}  // namespace

std::string like_pattern(std::string_view schema_pattern) {
  if (schema_pattern.empty()) return "%";
  std::string result;
  for (const char character : schema_pattern) {
    if (character == '*') {
      result += '%';
    } else if (character == '?') {
      result += '_';
    } else {
      if (character == '%' || character == '_' || character == '\\') result += '\\';
      result += character;
    }
  }
  return result;
}

std::vector<SchemaHeads> scan_schemas(ServerSession& session, const std::string& table,
                                      const std::string& pattern) {
  std::vector<SchemaHeads> schemas = find_schemas(session, table, pattern);
  std::vector<SchemaHeads*> readable;
  for (SchemaHeads& schema : schemas) {
    if (!schema.error) readable.push_back(&schema);
  }
  for (std::size_t first = 0; first < readable.size(); first += batch_size) {
    const std::size_t last = std::min(first + batch_size, readable.size());
    read_or_halve(session, table, readable.begin() + static_cast<std::ptrdiff_t>(first),
                  readable.begin() + static_cast<std::ptrdiff_t>(last));
  }
  return schemas;
}

}  // namespace alembic_native::postgres
