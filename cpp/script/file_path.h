// Paths as text: UTF-8 on Windows, elsewhere the bytes of the file system.
#ifndef ALEMBIC_NATIVE_SCRIPT_FILE_PATH_H
#define ALEMBIC_NATIVE_SCRIPT_FILE_PATH_H

#include <filesystem>
#include <string>

namespace alembic_native {

inline std::filesystem::path path_from_text(const std::string& text) {
  return std::filesystem::u8path(text);
}

inline std::string text_of_path(const std::filesystem::path& path) { return path.u8string(); }

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_FILE_PATH_H
