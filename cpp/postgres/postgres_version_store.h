// Reading the version table on PostgreSQL, on a connection of its own. Migrations change the table
// on the connection of env.py; nothing is written here.
//
// Connects when it is made. A connection that is lost stays lost: the call that sees it and every
// later one throw Error connection_lost, and nothing is tried again.
//
// Threads: any number may use one store; calls run one after the other. Fork: a child process must
// not use its parent's store; its calls throw Error used_after_fork, and destroying it there leaves
// the parent's connection alone (the child keeps the memory and the descriptor until it ends).
//
// Waiting: every call that needs the network can be ended by the caller, through
// PostgresStoreOptions::interrupted (see interruptible_call.h). Such a call throws Error
// interrupted within about a third of a second; its statement is cancelled on the server, its
// transaction is rolled back unless it was already being committed, and the store is closed. A
// thread that was left behind looking up a host name ends by itself and closes what it opened.
#ifndef ALEMBIC_NATIVE_POSTGRES_POSTGRES_VERSION_STORE_H
#define ALEMBIC_NATIVE_POSTGRES_POSTGRES_VERSION_STORE_H

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "postgres/advisory_lock.h"
#include "postgres/connection_string.h"
#include "postgres/interruptible_call.h"
#include "postgres/schema_scan.h"
#include "postgres/server_session.h"
#include "postgres/version_table.h"

namespace alembic_native::postgres {

struct PostgresStoreOptions {
  VersionTableName name;
  SessionOptions session;
  // How long opening the session may take in all: every address, and the resolution of names.
  std::optional<std::chrono::duration<double>> patience;
  // Asked by the thread that waits, about every 50 ms; true ends the wait. May be empty.
  InterruptCheck interrupted;
};

class PostgresVersionStore final {
 public:
  // Errors: those of ServerSession::open(); invalid_name; interrupted.
  PostgresVersionStore(const ConnectionTarget& target, PostgresStoreOptions options);
  PostgresVersionStore(const PostgresVersionStore&) = delete;
  PostgresVersionStore& operator=(const PostgresVersionStore&) = delete;
  PostgresVersionStore(PostgresVersionStore&&) = delete;
  PostgresVersionStore& operator=(PostgresVersionStore&&) = delete;
  // No other thread may be inside a call.
  ~PostgresVersionStore();

  // Errors of these five: connection_lost, insufficient_privilege, undefined_table,
  // lock_not_available, query_canceled, transaction_rollback, row_mismatch (a row without a value),
  // database, store_closed, used_after_fork, interrupted.

  // Whether the version table exists. One statement.
  bool table_exists();
  // The rows of the version table, sorted by their bytes; none when the table does not exist, which
  // is how a database that was never migrated looks. At most two statements.
  std::vector<std::string> current_heads();
  // As postgres::scan_schemas(), for this store's table name.
  std::vector<SchemaHeads> scan_schemas(const std::string& pattern);
  // As postgres::current_schema().
  std::optional<std::string> current_schema();
  // As postgres::advisory_lock_holder().
  std::optional<LockHolder> advisory_lock_holder(std::int64_t key);

  // Ends the session; waits for a call of another thread. Nothing to do when called again, and in
  // a child process.
  void close();

  // `user@host:port/database` as the session found them; without a password.
  std::string describe() const;

 private:
  struct State;
  class ExclusiveUse;

  template <typename Result>
  Result with_session(std::function<Result(ServerSession&)> work);
  bool in_child_process() const noexcept;

  // In a child process this is let go without being destroyed.
  std::unique_ptr<State> state_;
};

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_POSTGRES_VERSION_STORE_H
