// Percent-decoding as Python's urllib does it: what is not `%` and two hexadecimal digits stays.
#ifndef ALEMBIC_NATIVE_POSTGRES_PERCENT_DECODING_H
#define ALEMBIC_NATIVE_POSTGRES_PERCENT_DECODING_H

#include <string>
#include <string_view>

namespace alembic_native::postgres {

// `%41` becomes `A`; a `+` stays. Pure; any thread.
std::string percent_decoded(std::string_view text);

// The same for a query string, where a `+` is a space.
std::string query_decoded(std::string_view text);

// Every byte but letters, digits and `-._~` as `%41`: the longest way in which a secret may have
// been written in a URL.
std::string percent_encoded(std::string_view text);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_PERCENT_DECODING_H
