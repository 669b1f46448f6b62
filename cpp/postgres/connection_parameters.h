// The names that may stand in a connection string, and what each means to libpq.
//
// Pure functions on values; any thread.
#ifndef ALEMBIC_NATIVE_POSTGRES_CONNECTION_PARAMETERS_H
#define ALEMBIC_NATIVE_POSTGRES_CONNECTION_PARAMETERS_H

#include <string>
#include <string_view>

#include "postgres/connection_string.h"

namespace alembic_native::postgres {

// Whether the value of this keyword must never be shown.
bool is_secret_parameter(std::string_view name) noexcept;

// Adds a libpq keyword as it is; `client_encoding` is left out, since the server is spoken to in
// UTF-8. Error invalid_connection_string when libpq does not know it.
void add_libpq_parameter(ConnectionTarget& target, const std::string& name, std::string value);

// Adds a parameter from the query of a URL: a libpq keyword, or one of another driver, translated
// (`ssl`, `timeout`, `database`, `unix_sock`, `tcp_keepalive`, `direct_tls`). One that concerns the
// driver and not the connection is left out. Error invalid_connection_string for every other name.
void add_url_parameter(ConnectionTarget& target, const std::string& name, std::string value);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_CONNECTION_PARAMETERS_H
