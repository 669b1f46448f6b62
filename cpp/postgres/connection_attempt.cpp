#include "postgres/connection_attempt.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "error.h"
#include "postgres/libpq_options.h"
#include "postgres/message_text.h"

namespace alembic_native::postgres {

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr Seconds default_timeout{10};
constexpr Seconds longest_timeout{86400};
// How long a change of `stop` may go unseen.
constexpr std::chrono::milliseconds stop_interval{50};

std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : text; }

LibpqConnection start(const ConnectionTarget& target) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  const auto add = [&names, &values](const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  };
  for (const ConnectionParameter& parameter : target.parameters()) {
    add(parameter.name.c_str(), parameter.value.c_str());
  }
  add("client_encoding", "UTF8");
  if (target.value("fallback_application_name").empty()) {
    add("fallback_application_name", "alembic-native");
  }
  add(nullptr, nullptr);
  LibpqConnection connection(PQconnectStartParams(names.data(), values.data(), 0));
  if (!connection) throw std::bad_alloc();
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  // The only place where libpq shows the SQLSTATE of a refused connection.
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  return connection;
}

// `connect_timeout` as libpq resolved it from the parameters, the service file and the environment.
Seconds resolved_timeout(PGconn* connection) {
  const LibpqOptions options(PQconninfo(connection));
  for (const PQconninfoOption* option = options.get();
       option != nullptr && option->keyword != nullptr; ++option) {
    if (std::string_view(option->keyword) != "connect_timeout" || option->val == nullptr) continue;
    const double seconds = std::strtod(option->val, nullptr);
    // As in libpq: not above 0 means no limit.
    return seconds > 0 ? std::min(Seconds(seconds), longest_timeout) : longest_timeout;
  }
  return default_timeout;
}

// Which of the addresses libpq is trying at the moment.
std::string current_address(PGconn* connection) {
  return fmt::format("{}|{}|{}", text_or_empty(PQhost(connection)),
                     text_or_empty(PQhostaddr(connection)), text_or_empty(PQport(connection)));
}

// Waits until the socket is ready, `until`, or stop_interval; true when it is ready.
bool wait_for_socket(PGconn* connection, PostgresPollingStatusType wanted,
                     Clock::time_point until) {
  pollfd descriptor{};
  descriptor.fd = PQsocket(connection);
  descriptor.events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(
      std::max(until - Clock::now(), Clock::duration()));
  const auto wait = std::min<std::chrono::milliseconds>(left, stop_interval);
  return ::poll(&descriptor, 1, static_cast<int>(wait.count())) > 0;
}

// The limit of each address tried, in one object.
class AddressDeadline {
 public:
  AddressDeadline(PGconn* connection, Seconds timeout)
      : connection_(connection), timeout_(timeout) {
    restart();
  }

  // To be called after each step of libpq.
  void follow() {
    if (current_address(connection_) != address_) restart();
  }

  bool passed() const { return Clock::now() >= time_; }
  Clock::time_point time() const { return time_; }

  // Makes libpq see a failure on this address, whereupon it turns to the next one; false when
  // that was tried already and libpq is still there.
  bool give_up_address() {
    expired_ = true;
    if (given_up_) return false;
    given_up_ = true;
    ::shutdown(PQsocket(connection_), SHUT_RDWR);
    return true;
  }

  bool expired() const { return expired_; }

 private:
  void restart() {
    address_ = current_address(connection_);
    time_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(timeout_);
    given_up_ = false;
  }

  PGconn* connection_;
  Seconds timeout_;
  std::string address_;
  Clock::time_point time_;
  bool given_up_ = false;
  bool expired_ = false;
};

// What libpq has added to its message about one address since that was `before`: a line, and those
// after it that a tab begins. What follows is about the next address.
std::string added_to(const std::string& before, PGconn* connection) {
  const std::string text = text_or_empty(PQerrorMessage(connection));
  const std::size_t begin = text.compare(0, before.size(), before) == 0 ? before.size() : 0;
  std::size_t end = begin;
  do {
    end = text.find('\n', end);
    end = end == std::string::npos ? text.size() : end + 1;
  } while (end < text.size() && text[end] == '\t');
  return text.substr(begin, end - begin);
}

// `caused`: what libpq said of addresses that were given up here: that the server has closed the
// connection, which it has not.
Error failure(PGconn* connection, const ConnectionTarget& target, bool expired, Seconds timeout,
              const std::vector<std::string>& caused) {
  std::string text = text_or_empty(PQerrorMessage(connection));
  const std::string reason =
      fmt::format("no answer within the connect timeout of {} s", rounded(timeout));
  bool is_named = !expired;
  for (const std::string& untrue : caused) {
    const std::size_t found = untrue.empty() ? std::string::npos : text.find(untrue);
    if (found == std::string::npos) continue;
    text.replace(found, untrue.size(), reason + ".\n");
    is_named = true;
  }
  if (!is_named) text = fmt::format("{}{}{}", reason, text.empty() ? "" : ". ", text);
  return connection_error(text, PQconnectionNeedsPassword(connection) != 0,
                          location_of(connection, target));
}

}  // namespace

LibpqConnection connect(const ConnectionTarget& target, std::optional<Seconds> timeout,
                        const std::atomic<bool>& stop) {
  LibpqConnection connection = start(target);
  PGconn* const raw = connection.get();
  const Seconds limit = timeout.value_or(resolved_timeout(raw));
  AddressDeadline deadline(raw, limit);
  PostgresPollingStatusType status =
      PQstatus(raw) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  std::vector<std::string> caused;
  while (status != PGRES_POLLING_OK) {
    if (status == PGRES_POLLING_FAILED) {
      throw failure(raw, target, deadline.expired(), limit, caused);
    }
    const std::string before = text_or_empty(PQerrorMessage(raw));
    bool gives_up = false;
    bool step = wait_for_socket(raw, status, deadline.time());
    if (stop.load()) {
      throw Error(ErrorKind::interrupted, "The attempt to connect was interrupted.");
    }
    if (!step && deadline.passed()) {
      if (!deadline.give_up_address()) throw failure(raw, target, true, limit, caused);
      gives_up = step = true;
    }
    if (step) {
      status = PQconnectPoll(raw);
      if (gives_up) caused.push_back(added_to(before, raw));
      deadline.follow();
    }
  }
  PQsetErrorVerbosity(raw, PQERRORS_DEFAULT);
  return connection;
}

ErrorLocation location_of(PGconn* connection, const ConnectionTarget& target) {
  ErrorLocation location;
  location.host = text_or_empty(PQhost(connection));
  location.port = text_or_empty(PQport(connection));
  location.database = text_or_empty(PQdb(connection));
  location.user = text_or_empty(PQuser(connection));
  if (location.host.empty()) location.host = target.value("host");
  if (location.user.empty()) location.user = target.value("user");
  if (location.database.empty()) location.database = target.value("dbname");
  location.target = target;
  // From ~/.pgpass, PGPASSWORD or a service file.
  location.target.set("password", text_or_empty(PQpass(connection)));
  return location;
}

}  // namespace alembic_native::postgres
