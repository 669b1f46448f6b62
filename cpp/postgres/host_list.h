// Several hosts in one connection string: libpq's and SQLAlchemy's ways to write them.
#ifndef ALEMBIC_NATIVE_POSTGRES_HOST_LIST_H
#define ALEMBIC_NATIVE_POSTGRES_HOST_LIST_H

#include <string>
#include <string_view>
#include <vector>

namespace alembic_native::postgres {

// libpq's `host` and `port`: lists with commas, equally long unless one of them is empty or a
// single port serves all hosts.
struct HostList {
  std::string hosts;
  std::string ports;
};

// The hosts between `//` and `/` of a URL, read by libpq: `host:port`, `[ip:v6]:port`, `%2Fpath`,
// several with commas. `text` holds none of `/?@` and no NUL byte. Error invalid_connection_string.
// Pure; any thread.
HostList hosts_of_authority(std::string_view text);

// The hosts when the query of a URL may override them: `host=a,b&port=1,2`, `host=a:1&host=b:2`,
// `host=/path`, `port=1` alone. The values are already decoded, in their order. `authority` is what
// stood before the query and is returned where the query says nothing else.
// Error invalid_connection_string. Pure; any thread.
HostList hosts_of_query(const std::vector<std::string>& hosts,
                        const std::vector<std::string>& ports, HostList authority);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_HOST_LIST_H
