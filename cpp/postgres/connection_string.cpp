#include "postgres/connection_string.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "error.h"
#include "postgres/connection_parameters.h"
#include "postgres/libpq_options.h"
#include "postgres/message_text.h"
#include "postgres/percent_decoding.h"
#include "postgres/postgres_url.h"
#include "text/affixes.h"
#include "text/split.h"

namespace alembic_native::postgres {

namespace {

std::string_view item(const std::vector<std::string_view>& items, std::size_t index) {
  if (items.size() == 1) return items[0];
  return index < items.size() ? items[index] : std::string_view();
}

ConnectionTarget parse_key_values(const std::string& text) {
  const auto parameters = read_by_libpq(text);
  if (!parameters) {
    // No word of it is repeated: after an unquoted space it may be the end of a password.
    throw Error(ErrorKind::invalid_connection_string,
                fmt::format("The connection string cannot be read. It has to be a list of "
                            "key=value: no word without \"=\", no key that libpq {} does not "
                            "know, a value with spaces in single quotes (key='a value'), and no "
                            "quote that is not closed.",
                            PQlibVersion() / 10000));
  }
  ConnectionTarget target;
  for (const ConnectionParameter& parameter : *parameters) {
    add_libpq_parameter(target, parameter.name, parameter.value);
  }
  return target;
}

}  // namespace

const std::string& ConnectionTarget::value(std::string_view name) const noexcept {
  static const std::string absent;
  for (const ConnectionParameter& parameter : parameters_) {
    if (parameter.name == name) return parameter.value;
  }
  return absent;
}

void ConnectionTarget::set(std::string_view name, std::string value) {
  if (value.find('\0') != std::string::npos) {
    throw Error(ErrorKind::invalid_connection_string,
                fmt::format("The connection string's \"{}\" holds a NUL byte, which PostgreSQL "
                            "cannot take. Remove it.",
                            name));
  }
  const auto found =
      std::find_if(parameters_.begin(), parameters_.end(),
                   [name](const ConnectionParameter& given) { return given.name == name; });
  if (value.empty()) {
    if (found != parameters_.end()) parameters_.erase(found);
  } else if (found != parameters_.end()) {
    found->value = std::move(value);
  } else {
    parameters_.push_back({std::string(name), std::move(value)});
  }
}

std::string ConnectionTarget::display() const {
  const std::string& host = value("host");
  return display_name(value("user"), host.empty() ? value("hostaddr") : host, value("port"),
                      value("dbname"));
}

std::string ConnectionTarget::scrubbed(std::string_view text) const {
  std::vector<std::string> secrets;
  for (const ConnectionParameter& parameter : parameters_) {
    if (!is_secret_parameter(parameter.name)) continue;
    const std::string& secret = parameter.value;
    if (secret == value("user") || secret == value("host") || secret == value("dbname")) continue;
    secrets.push_back(secret);
    secrets.push_back(percent_encoded(secret));
  }
  return without_secrets(text, secrets);
}

ConnectionTarget parse(std::string_view url_or_dsn) {
  if (url_or_dsn.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::invalid_connection_string,
                "The connection string holds a NUL byte. Remove it.");
  }
  const std::size_t scheme_end = url_or_dsn.find("://");
  const std::string_view scheme =
      scheme_end == std::string_view::npos ? std::string_view() : url_or_dsn.substr(0, scheme_end);
  const bool is_scheme =
      !scheme.empty() && std::all_of(scheme.begin(), scheme.end(), [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               (character >= '0' && character <= '9') || character == '+' || character == '_' ||
               character == '-' || character == '.';
      });
  if (is_scheme) {
    if (scheme == "postgresql" || scheme == "postgres" || starts_with(scheme, "postgresql+") ||
        starts_with(scheme, "postgres+")) {
      return parse_url(scheme, url_or_dsn.substr(scheme_end + 3));
    }
    throw Error(ErrorKind::invalid_connection_string,
                fmt::format("The URL is for \"{}\", and this store speaks to PostgreSQL only. Its "
                            "URLs begin with postgresql://.",
                            scheme));
  }
  if (url_or_dsn.find('=') != std::string_view::npos) {
    return parse_key_values(std::string(url_or_dsn));
  }
  throw Error(ErrorKind::invalid_connection_string,
              "The connection string is neither a URL (postgresql://user@host/database) nor a list "
              "of key=value. For a connection by PG* variables alone write postgresql://.");
}

std::string display_name(std::string_view user, std::string_view hosts, std::string_view ports,
                         std::string_view database) {
  const std::vector<std::string_view> host_items = split(hosts, ',');
  const std::vector<std::string_view> port_items = split(ports, ',');
  std::string result;
  if (!user.empty()) result += fmt::format("{}@", printable(user));
  for (std::size_t index = 0; index < std::max(host_items.size(), port_items.size()); ++index) {
    const std::string host = printable(item(host_items, index));
    const std::string port = printable(item(port_items, index));
    if (index > 0) result += ',';
    result += host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
    if (!port.empty()) result += fmt::format(":{}", port);
  }
  if (!database.empty()) result += fmt::format("/{}", printable(database));
  return result;
}

}  // namespace alembic_native::postgres
