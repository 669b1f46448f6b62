// Text that may be shown: valid UTF-8, on one line where a line is meant, and without a password.
//
// Pure functions on values; any thread.
#ifndef ALEMBIC_NATIVE_POSTGRES_MESSAGE_TEXT_H
#define ALEMBIC_NATIVE_POSTGRES_MESSAGE_TEXT_H

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace alembic_native::postgres {

// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD. A server that refuses
// a connection writes in its own encoding, whatever the client asked for.
std::string valid_utf8(std::string_view text);

// valid_utf8() on one line, with control characters and what else acts on a terminal shown as
// escapes (`\n`, `\x1b`, `\u202e`), as printable.py shows them.
std::string printable(std::string_view text);

// `text` with each of `secrets` replaced by `***`, longest first. A secret of fewer than four bytes
// is replaced only where it stands as a word of its own, since it would otherwise be found inside
// ordinary words. Empty secrets are skipped.
std::string without_secrets(std::string_view text, const std::vector<std::string>& secrets);

// Seconds for people, rounded to tenths: `10`, `1.5`.
std::string rounded(std::chrono::duration<double> seconds);

}  // namespace alembic_native::postgres

#endif  // ALEMBIC_NATIVE_POSTGRES_MESSAGE_TEXT_H
