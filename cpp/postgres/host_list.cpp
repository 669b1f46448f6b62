#include "postgres/host_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

#include "error.h"
#include "postgres/libpq_options.h"
#include "text/split.h"

namespace alembic_native::postgres {

namespace {

// Hosts and ports side by side; a port may be empty.
struct HostsAndPorts {
  std::vector<std::string> hosts;
  std::vector<std::string> ports;

  void add(std::string host, std::string port) {
    hosts.push_back(std::move(host));
    ports.push_back(std::move(port));
  }
};

[[noreturn]] void refuse(const char* message) {
  throw Error(ErrorKind::invalid_connection_string, message);
}

// A port is not repeated in the message: with an unescaped "@" it may be the end of a password.
std::string checked_port(std::string_view text) {
  if (text.empty()) return {};
  int port = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stop, problem] = std::from_chars(begin, end, port);
  if (problem != std::errc() || stop != end || port < 1 || port > 65535) {
    refuse(
        "The connection string has a port that is no number from 1 to 65535. If the password "
        "holds one of : / ? @ [ ] write it percent-encoded, \"@\" as %40.");
  }
  return std::string(text);
}

std::string joined(const std::vector<std::string>& items) {
  std::string result;
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (index > 0) result += ',';
    result += items[index];
  }
  return result;
}

HostList list_of(const HostsAndPorts& found) {
  const bool has_port = std::any_of(found.ports.begin(), found.ports.end(),
                                    [](const std::string& port) { return !port.empty(); });
  return {joined(found.hosts), has_port ? joined(found.ports) : std::string()};
}

// One host of a `host=` parameter: a path and an IPv6 address keep their colons. Brackets mean what
// they mean before the query.
void add_query_host(std::string_view text, HostsAndPorts& found) {
  if (!text.empty() && text[0] == '[' && text.find_first_of("/?@") == std::string_view::npos) {
    HostList bracketed = hosts_of_authority(text);
    found.add(std::move(bracketed.hosts), std::move(bracketed.ports));
    return;
  }
  const bool is_path = !text.empty() && (text[0] == '/' || text[0] == '@');
  if (is_path || std::count(text.begin(), text.end(), ':') != 1) {
    found.add(std::string(text), {});
  } else {
    const std::size_t colon = text.find(':');
    found.add(std::string(text.substr(0, colon)), checked_port(text.substr(colon + 1)));
  }
}

}  // namespace

HostList hosts_of_authority(std::string_view text) {
  const auto parameters = read_by_libpq(fmt::format("postgresql://{}", text));
  if (!parameters) {
    refuse(
        "The URL's hosts cannot be read. Write each as host:port, an IPv6 address in brackets as "
        "[address]:port, and each \"/\" of a path as %2F.");
  }
  HostList list;
  for (const ConnectionParameter& parameter : *parameters) {
    if (parameter.name == "host") list.hosts = parameter.value;
    if (parameter.name == "port") list.ports = parameter.value;
  }
  for (const std::string_view port : split(list.ports, ',')) checked_port(port);
  // Several hosts without a port leave it to PGPORT, as one does.
  if (list.ports.find_first_not_of(',') == std::string::npos) list.ports.clear();
  return list;
}

HostList hosts_of_query(const std::vector<std::string>& hosts,
                        const std::vector<std::string>& ports, HostList authority) {
  HostsAndPorts found;
  for (const std::string& value : hosts) {
    for (const std::string_view item : split(value, ',')) add_query_host(item, found);
  }
  HostList list = list_of(found);
  if (ports.empty()) {
    if (found.hosts.empty()) return authority;
    // One host keeps the port that stands before the query; several have their own.
    if (found.hosts.size() == 1 && list.ports.empty()) list.ports = authority.ports;
    return list;
  }
  if (!list.ports.empty()) {
    refuse(
        "The URL gives ports in both ways at once. Write either host=a,b&port=1,2 or "
        "host=a:1&host=b:2.");
  }
  std::vector<std::string> checked;
  for (const std::string& value : ports) {
    for (const std::string_view item : split(value, ',')) checked.push_back(checked_port(item));
  }
  const std::string& result_hosts = found.hosts.empty() ? authority.hosts : list.hosts;
  const std::size_t host_count = split(result_hosts, ',').size();
  if (checked.size() > 1 && checked.size() != host_count) {
    refuse(
        "The URL's numbers of hosts and ports differ. Give each host its port, or one port for "
        "all of them.");
  }
  return {result_hosts, joined(checked)};
}

}  // namespace alembic_native::postgres
