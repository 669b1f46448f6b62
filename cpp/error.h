// The one error type of the core.
//
// Four families are kept apart, so that a caller can tell his own mistake from a broken project, a
// database that says no, and a fault of this library:
//   * the caller's mistake: an identifier that names nothing, or too much;
//   * broken input: a history, a script or a version table that contradicts itself;
//   * the database: it cannot be reached, or it refused;
//   * a bug: internal.
//
// Values; thrown by value and caught by const reference. Everything is owned, nothing refers to a
// graph, so an error may outlive whatever raised it and may be read from any thread.
#ifndef ALEMBIC_NATIVE_ERROR_H
#define ALEMBIC_NATIVE_ERROR_H

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace alembic_native {

enum class ErrorKind {
  // The caller's mistake.
  revision,                   // an identifier that cannot be used here
  resolution,                 // an identifier that names no revision, or several by prefix
  multiple_heads,             // one head was asked for and there are several
  range_not_ancestor,         // the two ends of a range do not lie on one line
  assertion,                  // upstream stops here with AssertionError
  invalid_connection_string,  // a database URL that cannot be read
  invalid_name,               // a table, schema or revision name that PostgreSQL cannot take
  store_closed,               // a version store was used after it was closed
  used_after_fork,            // a version store was used by a child of the process that made it
  // Broken input.
  cycle,             // down_revision leads back to where it came from
  dependency_cycle,  // the same, through depends_on
  missing_revision,  // down_revision or depends_on names nothing
  row_mismatch,      // a row of the version table is not there, or there more than once
  // The database.
  connection_failed,       // nobody answered, or the server takes no connection now
  authentication_failed,   // user, password, certificate or pg_hba.conf
  undefined_database,      // the server has no database of that name
  connection_lost,         // a session ended while it was in use
  insufficient_privilege,  // the user may not do this
  undefined_table,         // the table or its schema does not exist
  unique_violation,        // the row is there already
  lock_not_available,      // another session held a lock for too long
  query_canceled,          // the statement timeout passed, or someone cancelled the statement
  transaction_rollback,    // deadlock or serialization failure: the transaction may be repeated
  read_only_transaction,   // the server is a standby, or the session was made read-only
  database,                // every other refusal; see the field sqlstate
  interrupted,             // the caller ended the wait, with Ctrl-C for example
  // Our bug.
  internal,
};

// The stable name of a kind, as the Python side spells it ("range_not_ancestor").
std::string_view error_kind_name(ErrorKind kind) noexcept;

// Every kind, in declaration order.
const std::vector<ErrorKind>& all_error_kinds();

// What a caller passes to name revisions: nothing, one identifier, or several.
struct Identifier {
  enum class Shape { nothing, single, several };
  Shape shape = Shape::nothing;
  std::vector<std::string> names;

  static Identifier nothing() { return {}; }
  static Identifier single(std::string name) { return {Shape::single, {std::move(name)}}; }
  static Identifier several(std::vector<std::string> names) {
    return {Shape::several, std::move(names)};
  }
  bool is_empty() const { return names.empty() || (shape == Shape::single && names[0].empty()); }
};

struct ErrorFields {
  std::string revision;                // the revision the error speaks of
  std::vector<std::string> revisions;  // several of them: a cycle, the heads, the nearest ids
  std::string argument;                // the identifier as the caller gave it
  std::string path;                    // file of a script
  int line = 0;                        // line in it, counted from 1; 0 where unknown
  bool is_dependency = false;          // it was depends_on that named the argument
  std::optional<Identifier> lower;     // ends of a range
  std::optional<Identifier> upper;
  std::string sqlstate;  // five characters; empty where the server gave none
  std::string host;      // of the database: name, address or socket folder; several with commas
  std::string port;
  std::string database;
  std::string user;  // never the password
};

class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message, ErrorFields fields = {});

  ErrorKind kind() const noexcept { return kind_; }
  const std::string& message() const noexcept { return message_; }
  const ErrorFields& fields() const noexcept { return fields_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  ErrorKind kind_;
  std::string message_;
  ErrorFields fields_;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_ERROR_H
