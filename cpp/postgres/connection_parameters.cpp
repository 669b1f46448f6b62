#include "postgres/connection_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <utility>

#include "error.h"
#include "postgres/libpq_options.h"
#include "postgres/message_text.h"

namespace alembic_native::postgres {

namespace {

constexpr std::array<std::string_view, 5> secret_parameters = {
    "password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret"};

// Parameters that configure a driver or SQLAlchemy. They have no meaning for this connection.
constexpr std::array<std::string_view, 13> parameters_of_drivers = {
    "async_fallback",
    "autocommit",
    "binary_parameters",
    "command_timeout",
    "executemany_mode",
    "max_cacheable_statement_size",
    "max_cached_statement_lifetime",
    "plugin",
    "prepare_threshold",
    "prepared_statement_cache_size",
    "prepared_statement_name_func",
    "statement_cache_size",
    "use_native_hstore",
};

template <typename Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void refuse(std::string message) {
  throw Error(ErrorKind::invalid_connection_string, std::move(message));
}

[[noreturn]] void refuse_value(std::string_view name, std::string_view accepted) {
  refuse(
      fmt::format("The connection string's parameter \"{}\" has a value that is not understood. "
                  "Accepted: {}.",
                  name, accepted));
}

[[noreturn]] void refuse_name(const std::string& name) {
  refuse(
      fmt::format("The connection string has a parameter \"{}\", which libpq {} does not know. "
                  "Correct its name, remove it, or install a newer libpq; the names are listed in "
                  "PostgreSQL's documentation under \"Parameter Key Words\".",
                  printable(name), PQlibVersion() / 10000));
}

std::optional<bool> truth_of(std::string_view value) {
  if (value == "true" || value == "True" || value == "on" || value == "yes" || value == "1") {
    return true;
  }
  if (value == "false" || value == "False" || value == "off" || value == "no" || value == "0") {
    return false;
  }
  return std::nullopt;
}

bool truth(std::string_view name, std::string_view value) {
  const std::optional<bool> given = truth_of(value);
  if (!given) refuse_value(name, "true, false");
  return *given;
}

// asyncpg's `ssl`: a word of libpq's sslmode, with `-` or `_`, or a truth value.
std::string sslmode_of(std::string value) {
  std::replace(value.begin(), value.end(), '_', '-');
  if (value == "disable" || value == "allow" || value == "prefer" || value == "require" ||
      value == "verify-ca" || value == "verify-full") {
    return value;
  }
  const std::optional<bool> given = truth_of(value);
  if (!given) {
    refuse_value("ssl", "true, false, disable, allow, prefer, require, verify-ca, verify-full");
  }
  return *given ? "require" : "disable";
}

// Seconds, perhaps with a fraction, as libpq's whole seconds.
std::string whole_seconds(std::string_view name, const std::string& value) {
  char* end = nullptr;
  const double seconds = std::strtod(value.c_str(), &end);
  const bool read = end == value.c_str() + value.size();
  if (!read || !std::isfinite(seconds) || seconds <= 0 || seconds > 1e6) {
    refuse_value(name, "a number of seconds above 0");
  }
  return std::to_string(static_cast<long>(std::ceil(seconds)));
}

// pg8000's `unix_sock` is the socket itself; libpq wants its folder and port.
void add_unix_socket(ConnectionTarget& target, const std::string& path) {
  constexpr std::string_view prefix = "/.s.PGSQL.";
  const std::size_t found = path.rfind(prefix);
  const std::string port =
      found == std::string::npos ? std::string() : path.substr(found + prefix.size());
  const bool digits = !port.empty() && port.find_first_not_of("0123456789") == std::string::npos;
  if (found == 0 || found == std::string::npos || !digits) {
    refuse_value("unix_sock", "the path of a socket named .s.PGSQL.<port>");
  }
  target.set("host", path.substr(0, found));
  target.set("port", port);
}

}  // namespace

bool is_secret_parameter(std::string_view name) noexcept {
  return is_one_of(secret_parameters, name);
}

void add_libpq_parameter(ConnectionTarget& target, const std::string& name, std::string value) {
  if (!is_libpq_parameter(name)) refuse_name(name);
  if (name == "replication") {
    refuse(
        "The connection string's parameter \"replication\" asks for a connection on which the "
        "version table cannot be read. Remove it.");
  }
  if (name != "client_encoding") target.set(name, std::move(value));
}

void add_url_parameter(ConnectionTarget& target, const std::string& name, std::string value) {
  if (is_one_of(parameters_of_drivers, name)) return;
  if (name == "ssl") {
    target.set("sslmode", sslmode_of(std::move(value)));
  } else if (name == "timeout") {
    target.set("connect_timeout", whole_seconds(name, value));
  } else if (name == "database") {
    target.set("dbname", std::move(value));
  } else if (name == "unix_sock") {
    add_unix_socket(target, value);
  } else if (name == "tcp_keepalive") {
    target.set("keepalives", truth(name, value) ? "1" : "0");
  } else if (name == "direct_tls") {
    if (truth(name, value)) target.set("sslnegotiation", "direct");
  } else {
    add_libpq_parameter(target, name, std::move(value));
  }
}

}  // namespace alembic_native::postgres
