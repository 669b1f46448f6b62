// Telling files of source apart by their bytes.
#ifndef ALEMBIC_NATIVE_SCRIPT_SOURCE_FINGERPRINT_H
#define ALEMBIC_NATIVE_SCRIPT_SOURCE_FINGERPRINT_H

#include <string>
#include <string_view>

namespace alembic_native {

// 16 hex digits over the bytes of a file, the same on every platform: FNV-1a of every fourth byte,
// from the first, second, third and fourth on, and FNV-1a over the bytes that are left and the
// digits of these four.
std::string source_fingerprint(std::string_view source);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_SOURCE_FINGERPRINT_H
