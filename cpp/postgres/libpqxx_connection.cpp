#include "postgres/libpqxx_connection.h"

#include <fmt/format.h>

namespace alembic_native::postgres {

#if PQXX_VERSION_MAJOR < 7

AdoptingPolicy::AdoptingPolicy(LibpqConnection connection)
    : connectionpolicy(std::string()), connection_(std::move(connection)) {}

AdoptingPolicy::handle AdoptingPolicy::do_startconnect(handle current) {
  if (current != nullptr) return current;
  if (!connection_) throw pqxx::broken_connection("The connection is gone.");
  return connection_.release();
}

Connection::Connection(LibpqConnection connection)
    : connection_base(policy_), policy_(std::move(connection)) {
  init();
  // Deprecated by 6.4 in view of 7, which has no reactivation.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

Connection::~Connection() noexcept { close(); }

std::unique_ptr<Connection> adopt(LibpqConnection connection) {
  return std::make_unique<Connection>(std::move(connection));
}

#else

std::unique_ptr<Connection> adopt(LibpqConnection connection) {
  return std::make_unique<Connection>(pqxx::connection::seize_raw_connection(connection.release()));
}

#endif

std::string libpqxx_version() {
  return fmt::format("{}.{}", PQXX_VERSION_MAJOR, PQXX_VERSION_MINOR);
}

}  // namespace alembic_native::postgres
