#include "postgres/connection_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "error.h"
#include "postgres/message_text.h"

namespace alembic_native::postgres {

namespace {

// PostgreSQL's documentation, "Parameter Key Words" of libpq, versions 10 to 18.
constexpr std::array<std::string_view, 54> libpq_parameters = {
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_issuer",
    "oauth_scope",
    "options",
    "passfile",
    "password",
    "port",
    "replication",
    "require_auth",
    "requirepeer",
    "requiressl",
    "scram_client_key",
    "scram_server_key",
    "service",
    "servicefile",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslkeylogfile",
    "sslmode",
    "sslnegotiation",
    "sslpassword",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
    // Long without effect, accepted by libpq for old strings.
    "authtype",
    "tty",
};

constexpr std::array<std::string_view, 5> secret_parameters = {
    "password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret"};

// Parameters that configure a driver or SQLAlchemy, and what the store does instead.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> ignored_parameters = {{
    {"async_fallback", "it concerns SQLAlchemy's asyncpg dialect"},
    {"autocommit", "the store's own transactions do not depend on it"},
    {"binary_parameters", "it concerns the driver's protocol"},
    {"command_timeout", "the store has a statement timeout of its own"},
    {"executemany_mode", "it concerns psycopg2"},
    {"max_cacheable_statement_size", "the store caches no statements"},
    {"max_cached_statement_lifetime", "the store caches no statements"},
    {"plugin", "it names a plugin of SQLAlchemy's engine"},
    {"prepare_threshold", "the store prepares no statements"},
    {"prepared_statement_cache_size", "the store caches no statements"},
    {"prepared_statement_name_func", "the store prepares no statements"},
    {"statement_cache_size", "the store caches no statements"},
    {"use_native_hstore", "it concerns psycopg2"},
}};

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
      fmt::format("The connection string has an unknown parameter \"{}\". Remove it, or correct "
                  "its name; PostgreSQL's own are listed in its documentation under "
                  "\"Parameter Key Words\".",
                  printable(name)));
}

bool truth(std::string_view name, std::string_view value) {
  if (value == "true" || value == "True" || value == "on" || value == "yes" || value == "1") {
    return true;
  }
  if (value == "false" || value == "False" || value == "off" || value == "no" || value == "0") {
    return false;
  }
  refuse_value(name, "true, false");
}

// asyncpg's `ssl`: a word of libpq's sslmode, with `-` or `_`, or a truth value.
std::string sslmode_of(std::string value) {
  std::replace(value.begin(), value.end(), '_', '-');
  if (value == "disable" || value == "allow" || value == "prefer" || value == "require" ||
      value == "verify-ca" || value == "verify-full") {
    return value;
  }
  if (value == "true" || value == "True" || value == "on" || value == "yes" || value == "1") {
    return "require";
  }
  if (value == "false" || value == "False" || value == "off" || value == "no" || value == "0") {
    return "disable";
  }
  refuse_value("ssl", "true, false, disable, allow, prefer, require, verify-ca, verify-full");
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

bool is_libpq_parameter(std::string_view name) noexcept {
  return std::find(libpq_parameters.begin(), libpq_parameters.end(), name) !=
         libpq_parameters.end();
}

bool is_secret_parameter(std::string_view name) noexcept {
  return std::find(secret_parameters.begin(), secret_parameters.end(), name) !=
         secret_parameters.end();
}

void add_libpq_parameter(ConnectionTarget& target, const std::string& name, std::string value) {
  if (!is_libpq_parameter(name)) refuse_name(name);
  if (name == "client_encoding") {
    target.ignore(name, "the store always speaks UTF-8 to the server");
  } else if (name == "replication") {
    refuse(
        "The connection string's parameter \"replication\" asks for a connection on which the "
        "version table cannot be read. Remove it.");
  } else {
    target.set(name, std::move(value));
  }
}

void add_url_parameter(ConnectionTarget& target, const std::string& name, std::string value) {
  const auto ignored =
      std::find_if(ignored_parameters.begin(), ignored_parameters.end(),
                   [&name](const auto& candidate) { return candidate.first == name; });
  if (ignored != ignored_parameters.end()) {
    target.ignore(name, std::string(ignored->second));
  } else if (name == "ssl") {
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
