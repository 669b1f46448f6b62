// One session on a PostgreSQL server.
//
// libpq opens it without blocking (libpqxx cannot be stopped while it connects, and forgets the
// SQLSTATE of a refusal); libpqxx speaks on it from then on.
#ifndef ALEMBIC_NATIVE_POSTGRES_SERVER_SESSION_H
#define ALEMBIC_NATIVE_POSTGRES_SERVER_SESSION_H

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "postgres/connection_string.h"
#include "postgres/database_error.h"
#include "postgres/libpqxx_connection.h"

namespace alembic_native::postgres {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct SessionOptions {
  // For each address that is tried. Without it: `connect_timeout` of the connection string or the
  // service file, PGCONNECT_TIMEOUT, else 10 seconds.
  std::optional<Seconds> connect_timeout;
  // For each statement. Without it: the server's own setting.
  std::optional<Seconds> statement_timeout;
};

// An owner; shared by the thread that uses it and the one that may give it up. All methods but
// cancel(), break_off() and deadline() are for the thread that uses it.
class ServerSession {
 public:
  // Connects; blocks the calling thread until done, except that it ends soon after `stop` became
  // true, with Error interrupted. (Looking up a host name cannot be stopped: that may take as
  // long as the system's resolver does.) Errors: connection_failed, authentication_failed,
  // undefined_database, invalid_connection_string, database.
  static std::shared_ptr<ServerSession> open(const ConnectionTarget& target,
                                             const SessionOptions& options,
                                             const std::atomic<bool>& stop);

  ServerSession(LibpqConnection connection, ErrorLocation location, const SessionOptions& options);
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;
  ServerSession(ServerSession&&) = delete;
  ServerSession& operator=(ServerSession&&) = delete;
  ~ServerSession();

  Connection& connection() noexcept { return *connection_; }

  // Where the session really ended up, after PG* variables and service files.
  const ErrorLocation& location() const noexcept { return location_; }

  // Puts the statement timeout into the transaction, so that it ends with it: behind a pooler the
  // server's session belongs to others too.
  void limit_statements(pqxx::transaction_base& transaction);

  // Runs one statement; see exec_with().
  template <typename... Parameters>
  pqxx::result execute(pqxx::transaction_base& transaction, const std::string& statement,
                       const Parameters&... parameters) {
    expect_answer();
    return exec_with(transaction, statement, parameters...);
  }

  void commit(pqxx::transaction_base& transaction) {
    expect_answer();
    transaction.commit();
  }

  // Starts the time for an answer anew; called before anything is sent.
  void expect_answer() noexcept;

  // When the server should have answered what it was asked last: somewhat after the statement
  // timeout, which the server itself keeps. Clock::time_point::max() for no limit. Any thread.
  Clock::time_point deadline() const noexcept;

  // Asks the server to cancel what it is doing; blocks for a connection to it. Any thread.
  void cancel() noexcept;

  // Breaks the connection, so that a blocked call of the using thread returns. Any thread.
  void break_off() noexcept;

 private:
  struct FreeCancel {
    void operator()(PGcancel* cancel) const noexcept { PQfreeCancel(cancel); }
  };

  ErrorLocation location_;
  std::optional<Seconds> statement_timeout_;
  std::unique_ptr<PGcancel, FreeCancel> cancel_;
  // A second descriptor of the connection's socket: libpq closes its own when it sees a failure,
  // and the number may then belong to another file.
  int socket_ = -1;
  std::atomic<Clock::rep> deadline_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_SERVER_SESSION_H
