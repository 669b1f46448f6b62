// What differs between libpqxx 6.4 and 7.x, in one place.
//
// Only this header and its source depend on libpqxx's version. Connections are opened by libpq (see
// server_session.h) and handed to libpqxx here, which needs libpqxx 6 or a 7 that can adopt one.
#ifndef ALEMBIC_NATIVE_POSTGRES_LIBPQXX_CONNECTION_H
#define ALEMBIC_NATIVE_POSTGRES_LIBPQXX_CONNECTION_H

#include <libpq-fe.h>

#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <utility>

namespace alembic_native::postgres {

struct FinishConnection {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using LibpqConnection = std::unique_ptr<PGconn, FinishConnection>;

#if PQXX_VERSION_MAJOR < 7

// Adopts a connection, and never opens another one: libpqxx 6 would reconnect by itself.
class AdoptingPolicy final : public pqxx::connectionpolicy {
 public:
  explicit AdoptingPolicy(LibpqConnection connection);
  handle do_startconnect(handle current) override;

 private:
  LibpqConnection connection_;
};

class Connection final : public pqxx::connection_base {
 public:
  explicit Connection(LibpqConnection connection);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;
  ~Connection() noexcept;

 private:
  AdoptingPolicy policy_;
};

#else

using Connection = pqxx::connection;

#endif

// Hands an open connection to libpqxx, which owns it from then on.
std::unique_ptr<Connection> adopt(LibpqConnection connection);

// Runs one statement with text parameters ($1, $2, ...). A parameter must not hold a NUL byte.
template <typename... Parameters>
pqxx::result exec_with(pqxx::transaction_base& transaction, const std::string& statement,
                       const Parameters&... parameters) {
#if PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 10)
  return transaction.exec(statement, pqxx::params{parameters...});
#else
  return transaction.exec_params(statement, parameters...);
#endif
}

// "6.4", "7.10": what this was compiled against.
std::string libpqxx_version();

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_LIBPQXX_CONNECTION_H
