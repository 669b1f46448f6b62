// libpq's `key=value` connection strings.
#ifndef ALEMBIC_NATIVE_POSTGRES_KEY_VALUE_STRING_H
#define ALEMBIC_NATIVE_POSTGRES_KEY_VALUE_STRING_H

#include <string_view>

#include "postgres/connection_string.h"

namespace alembic_native::postgres {

// Reads `key = value` pairs as libpq does: spaces around the `=` do not count, a value with spaces
// stands in single quotes, a backslash takes the next character as it is, a key given twice has
// its last value. Error invalid_connection_string. Pure; any thread.
ConnectionTarget parse_key_values(std::string_view text);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_KEY_VALUE_STRING_H
