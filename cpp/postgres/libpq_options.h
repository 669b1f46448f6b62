// What the libpq in use knows of connection strings.
//
// Pure functions on values; any thread. No network, no file, no environment.
#ifndef ALEMBIC_NATIVE_POSTGRES_LIBPQ_OPTIONS_H
#define ALEMBIC_NATIVE_POSTGRES_LIBPQ_OPTIONS_H

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/connection_string.h"

namespace alembic_native::postgres {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
using LibpqOptions = std::unique_ptr<PQconninfoOption, FreeOptions>;

// What libpq reads in `key=value` pairs or in a URL, in libpq's own order, without defaults;
// nothing when it cannot read the text. Why it cannot is not passed on: libpq quotes the text, and
// so perhaps a part of a password. `text` must not hold a NUL byte.
std::optional<std::vector<ConnectionParameter>> read_by_libpq(const std::string& text);

// Whether libpq takes a parameter of this name.
bool is_libpq_parameter(std::string_view name);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_LIBPQ_OPTIONS_H
