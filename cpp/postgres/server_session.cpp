#include "postgres/server_session.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "postgres/connection_attempt.h"

namespace alembic_native::postgres {

namespace {

// How much later than the server's own limit the client stops to wait.
constexpr std::chrono::seconds grace{2};
constexpr std::size_t cancel_message_size = 256;

}  // namespace

std::shared_ptr<ServerSession> ServerSession::open(const ConnectionTarget& target,
                                                   const SessionOptions& options,
                                                   const std::atomic<bool>& stop) {
  LibpqConnection connection = connect(target, options.connect_timeout, stop);
  ErrorLocation location = location_of(connection.get(), target);
  return std::make_shared<ServerSession>(std::move(connection), std::move(location), options);
}

ServerSession::ServerSession(LibpqConnection connection, ErrorLocation location,
                             const SessionOptions& options)
    : location_(std::move(location)),
      statement_timeout_(options.statement_timeout),
      cancel_(PQgetCancel(connection.get())),
      socket_(fcntl(PQsocket(connection.get()), F_DUPFD_CLOEXEC, 0)),
      deadline_(Clock::time_point::max().time_since_epoch().count()),
      connection_(adopt(std::move(connection))) {}

ServerSession::~ServerSession() {
  if (socket_ >= 0) ::close(socket_);
}

void ServerSession::limit_statements(pqxx::transaction_base& transaction) {
  if (!statement_timeout_) return;
  const auto milliseconds = static_cast<long>(std::ceil(statement_timeout_->count() * 1000));
  execute(transaction, "SELECT pg_catalog.set_config('statement_timeout', $1, true)",
          std::to_string(milliseconds));
}

Clock::time_point ServerSession::deadline() const noexcept {
  return Clock::time_point(Clock::duration(deadline_.load()));
}

void ServerSession::expect_answer() noexcept {
  if (!statement_timeout_) return;
  const Clock::time_point latest =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(*statement_timeout_) + grace;
  deadline_.store(latest.time_since_epoch().count());
}

void ServerSession::cancel() noexcept {
  std::array<char, cancel_message_size> message{};
  if (cancel_) PQcancel(cancel_.get(), message.data(), static_cast<int>(message.size()));
}

void ServerSession::break_off() noexcept {
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

}  // namespace alembic_native::postgres
