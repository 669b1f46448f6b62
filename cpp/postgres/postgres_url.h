// PostgreSQL URLs, SQLAlchemy's and libpq's.
#ifndef ALEMBIC_NATIVE_POSTGRES_POSTGRES_URL_H
#define ALEMBIC_NATIVE_POSTGRES_POSTGRES_URL_H

#include <string_view>

#include "postgres/connection_string.h"

namespace alembic_native::postgres {

// Reads a URL by the rules in connection_string.h. `scheme` stands before the `://` (its part
// after the `+` is the driver), `rest` after it. With the driver pg8000, which reads no PGHOST and
// no PGPORT, an absent host is `localhost` and an absent port 5432.
// Error invalid_connection_string. Pure; any thread.
ConnectionTarget parse_url(std::string_view scheme, std::string_view rest);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_POSTGRES_URL_H
