// Reading the bytes of a file.
#ifndef ALEMBIC_NATIVE_SCRIPT_FILE_READING_H
#define ALEMBIC_NATIVE_SCRIPT_FILE_READING_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace alembic_native {

// All bytes of a file, kept in `buffer`, which grows as needed; nullopt when they cannot be read or
// are more than a gigabyte. Never waits: what is no regular file reads as empty or not at all.
// `path` as in file_path.h. Errors: bad_alloc.
std::optional<std::string_view> read_file(const std::string& path, std::vector<char>& buffer);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_FILE_READING_H
