// A file that is open for reading, on POSIX systems and on Windows.
#ifndef ALEMBIC_NATIVE_SCRIPT_OPEN_FILE_H
#define ALEMBIC_NATIVE_SCRIPT_OPEN_FILE_H

#include <cstddef>
#include <optional>
#include <string>

namespace alembic_native {

// Closed when it goes; no process that is started meanwhile inherits it.
class OpenFile {
 public:
  // Opening never waits. `path` as in file_path.h.
  explicit OpenFile(const std::string& path);
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  OpenFile(OpenFile&&) = delete;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile();

  // How many bytes were read, 0 at the end of the file; nullopt when it cannot be opened or read.
  std::optional<std::size_t> read(char* to, std::size_t size) const;

 private:
  int descriptor_;  // -1 when it could not be opened
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_OPEN_FILE_H
