#include "script/file_reading.h"

#ifdef _WIN32
#include <fstream>

#include "script/file_path.h"
#else
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#endif

#include <cstddef>

namespace alembic_native {

namespace {

#ifdef _WIN32
class OpenFile {
 public:
  explicit OpenFile(const std::string& path) : file_(path_from_text(path), std::ios::binary) {}

  // How many bytes were read, 0 at the end of the file; nullopt when it cannot be read.
  std::optional<std::size_t> read(char* to, std::size_t size) {
    if (!file_.is_open()) return std::nullopt;
    file_.read(to, static_cast<std::streamsize>(size));
    if (file_.bad()) return std::nullopt;
    return static_cast<std::size_t>(file_.gcount());
  }

 private:
  std::ifstream file_;
};
#else
class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  OpenFile(OpenFile&&) = delete;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  // How many bytes were read, 0 at the end of the file; nullopt when it cannot be read.
  std::optional<std::size_t> read(char* to, std::size_t size) const {
    if (descriptor_ < 0) return std::nullopt;
    for (;;) {
      const ssize_t got = ::read(descriptor_, to, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return std::nullopt;
    }
  }

 private:
  int descriptor_;
};
#endif

// More than the header reader takes.
constexpr std::size_t largest_file = 1'000'000'001;

}  // namespace

std::optional<std::string_view> read_file(const std::string& path, std::vector<char>& buffer) {
  constexpr std::size_t first_size = 65'536;
  OpenFile file(path);
  if (buffer.empty()) buffer.resize(first_size);
  std::size_t length = 0;
  while (length < largest_file) {
    if (length == buffer.size()) buffer.resize(buffer.size() * 2);
    const auto got = file.read(buffer.data() + length, buffer.size() - length);
    if (!got) return std::nullopt;
    if (*got == 0) return std::string_view(buffer.data(), length);
    length += *got;
  }
  return std::nullopt;
}

}  // namespace alembic_native
