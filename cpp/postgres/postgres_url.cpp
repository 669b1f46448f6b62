#include "postgres/postgres_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "error.h"
#include "postgres/connection_parameters.h"
#include "postgres/host_list.h"
#include "postgres/message_text.h"
#include "postgres/percent_decoding.h"

namespace alembic_native::postgres {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// A URL cut into its parts, none of them decoded.
struct UrlParts {
  std::string_view user;
  std::string_view password;
  std::string_view hosts;
  std::string_view database;
  std::string_view query;
};

[[noreturn]] void refuse(std::string message) {
  throw Error(ErrorKind::invalid_connection_string, std::move(message));
}

// Nothing of the URL is repeated: the part in question may be one of a password.
[[noreturn]] void refuse_at_sign() {
  refuse(
      "The URL has an \"@\" that can be read in two ways. Write an \"@\" that "
      "belongs to the user name, the password or a parameter as %40.");
}

// libpq looks for the user only before the first `/`; SQLAlchemy takes any `@` that follows a `:`.
// Where what libpq would take for a host and a port is a port indeed and the `@` stands in the
// query, the URL names two servers.
bool names_two_servers(std::string_view before_at) {
  const std::size_t query = before_at.find('?');
  const std::size_t end = std::min(before_at.find('/'), query);
  if (query == std::string_view::npos) return false;
  const std::string_view authority = before_at.substr(0, end);
  const std::size_t colon = authority.rfind(':');
  const std::string_view port = authority.substr(colon + 1);
  return colon != std::string_view::npos && !port.empty() &&
         port.find_first_not_of("0123456789") == std::string_view::npos;
}

// Takes `user:password@` or `user@` off the front.
void take_credentials(std::string_view& rest, UrlParts& parts) {
  const std::size_t name_end = std::min(rest.find_first_of(":/"), rest.size());
  if (name_end < rest.size() && rest[name_end] == ':') {
    const std::size_t at = rest.find('@', name_end + 1);
    if (at != std::string_view::npos && rest[0] != '[') {
      if (names_two_servers(rest.substr(0, at))) refuse_at_sign();
      parts.user = rest.substr(0, name_end);
      parts.password = rest.substr(name_end + 1, at - name_end - 1);
      rest.remove_prefix(at + 1);
      return;
    }
  }
  const std::size_t at = rest.substr(0, name_end).rfind('@');
  if (at == std::string_view::npos) return;
  parts.user = rest.substr(0, at);
  if (parts.user.find('?') != std::string_view::npos) refuse_at_sign();
  rest.remove_prefix(at + 1);
}

UrlParts cut(std::string_view rest) {
  UrlParts parts;
  take_credentials(rest, parts);
  const std::size_t query = rest.find('?');
  if (query != std::string_view::npos) {
    parts.query = rest.substr(query + 1);
    rest = rest.substr(0, query);
  }
  const std::size_t slash = rest.find('/');
  parts.hosts = rest.substr(0, slash);
  if (slash != std::string_view::npos) parts.database = rest.substr(slash + 1);
  if (parts.hosts.find('@') != std::string_view::npos) refuse_at_sign();
  return parts;
}

// The pairs of a query string in their order, without those whose value is empty.
Pairs query_pairs(std::string_view query) {
  Pairs pairs;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      refuse(
          "The URL has a parameter without \"=\" after the \"?\". Write name=value, and a \"?\" "
          "that belongs to a password as %3F.");
    }
    std::string value = query_decoded(pair.substr(equals + 1));
    if (!value.empty()) pairs.emplace_back(query_decoded(pair.substr(0, equals)), std::move(value));
  }
  return pairs;
}

// Takes every pair of this name out of the list; the values in their order.
std::vector<std::string> take(Pairs& pairs, std::string_view name) {
  std::vector<std::string> values;
  Pairs others;
  for (auto& pair : pairs) {
    if (pair.first == name) {
      values.push_back(std::move(pair.second));
    } else {
      others.push_back(std::move(pair));
    }
  }
  pairs = std::move(others);
  return values;
}

void refuse_repeated(const Pairs& pairs) {
  for (auto pair = pairs.begin(); pair != pairs.end(); ++pair) {
    const bool repeated = std::any_of(std::next(pair), pairs.end(), [pair](const auto& later) {
      return later.first == pair->first;
    });
    if (repeated) {
      refuse(fmt::format("The URL gives the parameter \"{}\" twice. Keep one of them.",
                         printable(pair->first)));
    }
  }
}

}  // namespace

ConnectionTarget parse_url(std::string_view scheme, std::string_view rest) {
  const UrlParts parts = cut(rest);
  ConnectionTarget target;
  target.set("user", percent_decoded(parts.user));
  target.set("password", percent_decoded(parts.password));
  HostList hosts = hosts_of_authority(parts.hosts);
  target.set("dbname", percent_decoded(parts.database));

  Pairs pairs = query_pairs(parts.query);
  const bool raw_at_sign = parts.query.find('@') != std::string_view::npos;
  const std::vector<std::string> query_hosts = take(pairs, "host");
  const std::vector<std::string> query_ports = take(pairs, "port");
  hosts = hosts_of_query(query_hosts, query_ports, std::move(hosts));
  target.set("host", hosts.hosts);
  target.set("port", hosts.ports);
  refuse_repeated(pairs);
  for (auto& [name, value] : pairs) {
    try {
      add_url_parameter(target, name, std::move(value));
    } catch (const Error&) {
      // With an unescaped `@` the "name" may be the rest of a password.
      if (raw_at_sign) refuse_at_sign();
      throw;
    }
  }

  const bool is_pg8000 = scheme.substr(std::min(scheme.find('+'), scheme.size())) == "+pg8000";
  if (is_pg8000 && target.value("service").empty()) {
    if (target.value("host").empty() && target.value("hostaddr").empty()) {
      target.set("host", "localhost");
    }
    if (target.value("port").empty()) target.set("port", "5432");
  }
  return target;
}

}  // namespace alembic_native::postgres
