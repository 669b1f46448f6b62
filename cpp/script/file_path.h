// Paths as text, as Python's os.fsencode gives them: UTF-8 on Windows, where lone surrogates have
// the form that Python's error handler `surrogatepass` gives them; elsewhere the bytes of the file
// system.
#ifndef ALEMBIC_NATIVE_SCRIPT_FILE_PATH_H
#define ALEMBIC_NATIVE_SCRIPT_FILE_PATH_H

#include <filesystem>
#include <string>

namespace alembic_native {

// What is no such text on Windows becomes U+FFFD. Errors: bad_alloc.
std::filesystem::path path_from_text(const std::string& text);
std::string text_of_path(const std::filesystem::path& path);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_FILE_PATH_H
