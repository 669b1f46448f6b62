#include "postgres/database_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <pqxx/pqxx>
#include <utility>
#include <vector>

#include "postgres/message_text.h"
#include "text/affixes.h"

namespace alembic_native::postgres {

namespace {

constexpr std::size_t sqlstate_length = 5;

bool is_sqlstate(std::string_view text) {
  return text.size() == sqlstate_length &&
         std::all_of(text.begin(), text.end(), [](char character) {
           return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z');
         });
}

// Where the next `:  28P01: ` begins, at its colon; npos when there is none.
std::size_t find_sqlstate(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find(":  ", from); at != std::string_view::npos;
       at = text.find(":  ", at + 1)) {
    if (is_sqlstate(text.substr(at + 3, sqlstate_length)) &&
        text.substr(at + 3 + sqlstate_length, 2) == ": ") {
      return at;
    }
  }
  return std::string_view::npos;
}

// "LOCATION:  auth_failed, auth.c:335", in any language.
bool is_source_location(std::string_view line) {
  const std::size_t found = line.rfind(".c:");
  return found != std::string_view::npos && found + 3 < line.size() &&
         line.substr(found + 3).find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

bool ends_sentence(std::string_view text) {
  return !text.empty() && std::string_view(".?!:").find(text.back()) != std::string_view::npos;
}

std::string_view first_line(std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  return lines.empty() ? std::string_view() : lines.front();
}

std::string_view advice(ErrorKind kind, std::string_view sqlstate) {
  switch (kind) {
    case ErrorKind::connection_failed:
      if (sqlstate == "57P03") return "The server is starting or stopping: try again in a moment.";
      if (sqlstate == "53300") {
        return "All of the server's connections are taken: try again later, or raise "
               "max_connections.";
      }
      return "Check that the server runs there and that this machine may reach it.";
    case ErrorKind::authentication_failed:
      return "Check the user and the password (URL, PGPASSWORD or ~/.pgpass) and the server's "
             "pg_hba.conf.";
    case ErrorKind::undefined_database:
      return "Create the database, or correct its name in the URL.";
    case ErrorKind::connection_lost:
      return "Nothing was tried again; open a new connection.";
    case ErrorKind::insufficient_privilege:
      return "Grant this user what is missing, or connect as another one.";
    case ErrorKind::undefined_table:
      return "Check the names of the version table and of its schema; a table that is merely "
             "missing is created by the first upgrade.";
    case ErrorKind::unique_violation:
      return "Another process may have migrated this database: check its current revision.";
    case ErrorKind::lock_not_available:
      return "Another session holds a lock on the table: see pg_stat_activity and pg_locks.";
    case ErrorKind::query_canceled:
      return "Raise the statement timeout, or find in pg_locks who holds the table.";
    case ErrorKind::transaction_rollback:
      return "Nothing was changed; the same may be tried again.";
    case ErrorKind::read_only_transaction:
      return "Connect to the primary server (target_session_attrs=read-write).";
    default:
      return {};
  }
}

ErrorFields fields_of(const ErrorLocation& location, std::string sqlstate) {
  ErrorFields fields;
  fields.sqlstate = std::move(sqlstate);
  fields.host = valid_utf8(location.host);
  fields.port = valid_utf8(location.port);
  fields.database = valid_utf8(location.database);
  fields.user = valid_utf8(location.user);
  return fields;
}

// libpqxx 6.4 knows some errors by type only and leaves their SQLSTATE empty.
std::string sqlstate_of(const std::exception& exception) {
  const auto* sql_error = dynamic_cast<const pqxx::sql_error*>(&exception);
  if (sql_error != nullptr && !sql_error->sqlstate().empty()) {
    return std::string(sql_error->sqlstate());
  }
  if (dynamic_cast<const pqxx::insufficient_privilege*>(&exception) != nullptr) return "42501";
  if (dynamic_cast<const pqxx::deadlock_detected*>(&exception) != nullptr) return "40P01";
  if (dynamic_cast<const pqxx::serialization_failure*>(&exception) != nullptr) return "40001";
  if (dynamic_cast<const pqxx::transaction_rollback*>(&exception) != nullptr) return "40000";
  return {};
}

}  // namespace

ErrorKind kind_of_sqlstate(std::string_view sqlstate) noexcept {
  // PostgreSQL's documentation, appendix "PostgreSQL Error Codes".
  if (starts_with(sqlstate, "08")) return ErrorKind::connection_lost;
  if (sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P04" || sqlstate == "57P05" ||
      sqlstate == "25P03") {
    return ErrorKind::connection_lost;
  }
  if (sqlstate == "57P03" || sqlstate == "53300") return ErrorKind::connection_failed;
  if (starts_with(sqlstate, "28")) return ErrorKind::authentication_failed;
  if (sqlstate == "3D000") return ErrorKind::undefined_database;
  if (sqlstate == "42501") return ErrorKind::insufficient_privilege;
  if (sqlstate == "42P01" || sqlstate == "3F000") return ErrorKind::undefined_table;
  if (sqlstate == "23505") return ErrorKind::unique_violation;
  if (sqlstate == "55P03") return ErrorKind::lock_not_available;
  if (sqlstate == "57014") return ErrorKind::query_canceled;
  if (starts_with(sqlstate, "40")) return ErrorKind::transaction_rollback;
  if (sqlstate == "25006") return ErrorKind::read_only_transaction;
  return ErrorKind::database;
}

std::string sqlstate_of_verbose_text(std::string_view text) {
  std::string last;
  for (std::size_t at = find_sqlstate(text, 0); at != std::string_view::npos;
       at = find_sqlstate(text, at + 1)) {
    last = text.substr(at + 3, sqlstate_length);
  }
  return last;
}

std::string plain_text(std::string_view verbose_text) {
  std::string result;
  for (std::string_view line : lines_of(verbose_text)) {
    if (is_source_location(line)) continue;
    if (!result.empty()) result += ends_sentence(result) ? " " : ". ";
    for (std::size_t at = find_sqlstate(line, 0); at != std::string_view::npos;
         at = find_sqlstate(line, 0)) {
      result.append(line.substr(0, at + 2));
      line.remove_prefix(at + 3 + sqlstate_length + 1);
    }
    result.append(line);
  }
  return result;
}

Error database_error(ErrorKind kind, std::string_view what_happened, const ErrorLocation& location,
                     std::string sqlstate) {
  const std::string scrubbed = printable(location.target.scrubbed(what_happened));
  const std::string_view what_to_do = advice(kind, sqlstate);
  const std::string where = location.display();
  std::string message = where.empty() ? fmt::format("PostgreSQL: {}", scrubbed)
                                      : fmt::format("PostgreSQL at {}: {}", where, scrubbed);
  if (!what_to_do.empty()) {
    message += fmt::format("{} {}", ends_sentence(message) ? "" : ".", what_to_do);
  }
  return Error(kind, std::move(message), fields_of(location, std::move(sqlstate)));
}

Error connection_error(std::string_view verbose_text, bool needs_password,
                       const ErrorLocation& location) {
  const std::string sqlstate = sqlstate_of_verbose_text(verbose_text);
  ErrorKind kind = ErrorKind::connection_failed;
  if (!sqlstate.empty()) {
    kind = kind_of_sqlstate(sqlstate);
    // Before a session exists there is none to lose.
    if (kind == ErrorKind::connection_lost) kind = ErrorKind::connection_failed;
  } else if (needs_password) {
    kind = ErrorKind::authentication_failed;
  }
  return database_error(kind, plain_text(verbose_text), location, sqlstate);
}

Error translated(const std::exception& exception, bool is_open, const ErrorLocation& location) {
  if (const auto* error = dynamic_cast<const Error*>(&exception)) return *error;
  const std::string_view text = first_line(exception.what());
  if (dynamic_cast<const pqxx::in_doubt_error*>(&exception) != nullptr) {
    return database_error(ErrorKind::connection_lost,
                          "The connection ended while the transaction was committed, and whether "
                          "it was committed is not known: check the current revision.",
                          location);
  }
  const std::string sqlstate = sqlstate_of(exception);
  if (!is_open || dynamic_cast<const pqxx::broken_connection*>(&exception) != nullptr) {
    // Without a SQLSTATE the text is libpqxx's own and speaks of what it tried to do next.
    return database_error(ErrorKind::connection_lost,
                          sqlstate.empty() ? "The connection to the server was lost." : text,
                          location, sqlstate);
  }
  if (!sqlstate.empty() || dynamic_cast<const pqxx::sql_error*>(&exception) != nullptr) {
    return database_error(kind_of_sqlstate(sqlstate), text, location, sqlstate);
  }
  return Error(ErrorKind::internal,
               fmt::format("The version store failed in an unexpected way: {}",
                           printable(location.target.scrubbed(exception.what()))),
               fields_of(location, {}));
}

}  // namespace alembic_native::postgres
